"""French words for the codes of a run: why a page was refused or left the index, what went wrong, what to do.

Texts follow the typography of :mod:`ingest.typography`: they are shown as they are, in the terminal and in the report.
"""

from collections.abc import Sequence

from ingest.crawl.model import SourceSummary

_GONE = {
    "404": "page introuvable lors de deux passages (404)",
    "410": "page supprimée par l’éditeur, lors de deux passages (410)",
    "soft_404": "page qui se dit introuvable, lors de deux passages",
    "451": "page retirée pour une raison de droit, lors de deux passages (451)",
    "redirected": "redirigée vers un autre texte ou provisoirement, lors de deux passages",
    "dropped": "retirée du plan du site, plus aucune page n’y mène",
    "noindex": "l’éditeur demande maintenant qu’elle ne soit pas indexée",
    "nosnippet": "l’éditeur demande maintenant qu’aucun extrait n’en soit montré",
    "moved_outside": "déplacée hors des adresses de la source",
    "robots": "l’éditeur demande maintenant qu’elle ne soit pas lue (robots.txt)",
    "scope": "hors des motifs de la source depuis que le manifeste a changé",
    "excluded": "écartée par l’exploitant",
    "rollback": "retour de la source à un passage antérieur",
}
_REFUSED = {
    "robots": "lecture refusée par robots.txt",
    "robots_unreachable": "robots.txt injoignable\u00a0: l’hôte n’est pas lu",
    "noindex": "l’éditeur demande qu’elle ne soit pas indexée",
    "nosnippet": "l’éditeur demande qu’aucun extrait n’en soit montré",
    "nofollow": "lien que l’éditeur demande de ne pas suivre",
    "javascript": "vide sans JavaScript",
    "format": "format non lu",
    "no_text": "aucun texte lisible",
    "limit": "au-delà des limites de la lecture",
    "parse": "contenu illisible",
    "access": "accès réservé par le site (401 ou 403)",
    "451": "page retirée pour une raison de droit (451)",
    "redirected": "redirigée vers un autre texte, ou provisoirement",
    "language": "dans une autre langue que le français",
    "trap": "adresse engendrée sans fin (calendrier, filtres, sessions)",
    "depth": "trop loin des pages de départ",
    "pages": "au-delà du nombre de pages permis pour la source",
    "redirects": "trop de redirections, ou en boucle",
    "moved_outside": "redirigée hors des adresses de la source",
    "canonical": "renvoie à une autre adresse pour le même texte",
    "scope": "hors des motifs de la source",
    "excluded": "écartée par l’exploitant",
    "404": "page introuvable (404)",
    "no_sitemap": "plan du site introuvable",
    "410": "page supprimée (410)",
    "soft_404": "page qui se dit introuvable",
}
_ERRORS = {
    "address": "adresse qui ne doit pas être contactée",
    "dns": "nom d’hôte introuvable",
    "connect": "connexion refusée ou impossible",
    "tls": "certificat ou chiffrement refusé",
    "timeout": "réponse trop lente",
    "too_large": "réponse trop volumineuse",
    "ratio": "réponse comprimée à l’excès",
    "encoding": "codage de réponse non demandé",
    "protocol": "réponse qui ne respecte pas HTTP",
    "truncated": "réponse coupée",
    "unreachable": "hôte injoignable, laissé pour ce passage",
    "retry_after": "l’hôte demande d’attendre, laissé pour ce passage",
    "busy": "l’hôte demande d’attendre, laissé pour ce passage",
    "parse": "contenu illisible",
    "reader_lost": "lecteur arrêté en chemin (fichier piégé, mémoire ou temps épuisés)",
    "internal": "erreur du programme en lisant la page",
}
_CURES = {
    "address": "vérifiez l’adresse et les hôtes de la source dans le manifeste",
    "dns": "vérifiez la connexion et le nom de l’hôte\u202f; le site a peut-être changé d’adresse",
    "connect": "vérifiez la connexion de la machine\u202f; sinon le site est en panne, le prochain passage réessaiera",
    "tls": "ouvrez le site dans un navigateur\u202f; si son certificat est valable, mettez à jour ceux de la machine",
    "timeout": "rien à faire si cela reste rare\u202f; sinon augmentez min_delay_s pour ce site",
    "too_large": "écartez l’adresse (deny) ou demandez à l’éditeur une version plus légère",
    "ratio": "signalez-le à l’éditeur\u202f; l’adresse peut être écartée (deny)",
    "encoding": "signalez-le à l’éditeur\u202f; l’adresse peut être écartée (deny)",
    "unreachable": "le prochain passage réessaiera\u202f; si cela dure, vérifiez l’hôte dans le manifeste",
    "retry_after": "le prochain passage réessaiera\u202f; si cela dure, augmentez min_delay_s pour ce site",
    "busy": "le prochain passage réessaiera\u202f; si cela dure, augmentez min_delay_s pour ce site",
    "internal": "signalez-le au projet avec l’adresse de la page",
    "429": "le prochain passage réessaiera\u202f; si cela dure, augmentez min_delay_s pour ce site",
}
_NO_CONNECTION = frozenset({"dns", "connect", "timeout", "unreachable", "robots_unreachable"})
_RETRIED = "le prochain passage réessaiera"
_STATUSES = {
    "429": "le site demande de ralentir (429)",
    "500": "erreur interne du site (500)",
    "502": "site momentanément indisponible (502)",
    "503": "site momentanément indisponible (503)",
    "504": "site trop lent à répondre (504)",
}
_VERSIONS = {
    "changed": "remplacée",
    "parser": "relue autrement par une version plus récente du lecteur",
    "rollback": "écartée par un retour à un passage antérieur",
    "moved": "la page a changé d’adresse",
}
_WHY = {
    "robots": "règles de lecture du site",
    "start": "page de départ",
    "sitemap": "plan du site",
    "link": "lien d’une page",
    "redirect": "redirection",
    "canonical": "adresse canonique",
}


def gone_words(code: str) -> str:
    """Why a page left the index."""
    return _GONE.get(code) or refused_words(code)


def version_words(code: str) -> str:
    """Why a version of a document is no longer the one in service."""
    return _VERSIONS.get(code) or gone_words(code)


def refused_words(code: str) -> str:
    """Why a page was not read, or not kept."""
    return _REFUSED.get(code) or error_words(code)


def error_words(code: str) -> str:
    """What went wrong: a code of FetchError, or an HTTP status."""
    if code.isdigit() and code not in _REFUSED:
        return _STATUSES.get(code, f"réponse {code} du site")
    return _ERRORS.get(code) or _REFUSED.get(code, f"motif «\u00a0{code}\u00a0»")


def cure_words(code: str) -> str:
    """What the operator can do about an error."""
    return _CURES.get(code, _RETRIED)


def doubt_words(code: str) -> str:
    """Why a page whose document is cited still may leave."""
    return _GONE["dropped"] if code == "dropped" else refused_words(code)


def unreached(summaries: Sequence[SourceSummary]) -> bool:
    """Whether none of several sites could be reached in a run: then it is our connection that fails."""
    failed = [code for summary in summaries for _, code in summary.errors]
    answered = any(one.fetched or one.unchanged or one.refused for one in summaries)
    return len(summaries) > 1 and bool(failed) and not answered and all(code in _NO_CONNECTION for code in failed)


def via_words(via: str) -> str:
    """How an address came to be known."""
    return _WHY.get(via, via)
