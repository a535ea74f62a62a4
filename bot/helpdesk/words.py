"""What the codes of the outbox mean, in French."""

from bot.model import Reason, Status

_WORDS = {
    "": "",
    "nothing": "rien à répondre (clos, repris par un agent, ou pas écrit par la personne)",
    "thanks": "remerciement ou clôture, sans question",
    "category": "catégorie qui n’est pas dans « categories »",
    "consent": "étiquette de consentement absente",
    "unknown_desk": "outil retiré des réglages",
    "expired": "message gardé trop longtemps sans pouvoir être remis : effacé",
    "gone": "message effacé : renvoyez-le depuis l’outil",
    "discarded": "abandonné à la main",
    "crashed": "le processus s’est arrêté plusieurs fois de suite sur ce message : à signaler",
    "not_ready": "aucun index en service",
    "auth": "identifiants ou droits refusés par l’outil",
    "timeout": "l’outil ne répond pas à temps",
    "connect": "connexion à l’outil impossible",
    "dns": "nom de l’outil introuvable",
    "tls": "certificat de l’outil refusé",
    "address": "adresse de l’outil non admise",
    "protocol": "réponse de l’outil coupée ou mal formée",
    "body": "réponse de l’outil illisible",
    "size": "réponse de l’outil trop volumineuse",
    "temporary": "panne passagère de l’outil",
    "refused": "refusé par l’outil",
}


_STATUSES = {
    Status.ANSWERED: "réponse trouvée",
    Status.NO_ANSWER: "aucune réponse",
    Status.CLARIFY: "question à préciser",
    Status.EMERGENCY: "urgence possible",
}
_REASONS = {
    Reason.OUT_OF_SCOPE: "hors du domaine couvert",
    Reason.NOTHING_FOUND: "aucun texte trouvé",
    Reason.WEAK: "textes trouvés trop peu précis",
}


def outcome(status: str, reason: str = "") -> str:
    """The status of a draft, and why it holds no answer, in words; what is not known here speaks for itself."""
    told = _STATUSES[Status(status)] if status in set(Status) else status
    because = _REASONS[Reason(reason)] if reason in set(Reason) else reason
    return f"{told} ({because})" if because else told


def why(code: str) -> str:
    """A code in words; a code of an adapter that is not known here speaks for itself."""
    if code.startswith("http_"):
        return f"l’outil a répondu {code.removeprefix('http_')}"
    if code.startswith("defect_"):
        return f"défaut du programme ({code.removeprefix('defect_')}) : à signaler"
    return _WORDS.get(code, code)
