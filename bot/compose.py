"""The wording of answers: fixed French sentences around quotes. Nothing else is ever written here."""

from collections.abc import Iterable, Sequence

from bot.emergency import Incident
from bot.model import Age, Citation, Contact, Notice, Reason
from bot.obligation import asks_of_obligation
from ingest.force import Force
from ingest.model import DocumentKind

NBSP = "\u00a0"
NNBSP = "\u202f"
NAMES = {
    "nir": "un numéro de sécurité sociale",
    "rpps": "un numéro RPPS ou ADELI",
    "iban": "un IBAN ou un RIB",
    "email": "une adresse de courriel",
    "phone": "un numéro de téléphone",
    "birth_date": "une date de naissance",
    "name": "le nom d’une personne",
    "card": "un numéro de carte bancaire",
}
INCIDENTS = {
    Incident.CLICKED: "Lien piégé ou mot de passe donné",
    Incident.RANSOMWARE: "Rançongiciel, fichiers chiffrés",
    Incident.THEFT: "Matériel volé ou perdu",
    Incident.WRONG_RECIPIENT: "Message envoyé au mauvais destinataire",
    Incident.FAKE_SUPPORT: "Faux support technique",
    Incident.FAKE_BANKER: "Faux conseiller bancaire, virement frauduleux",
    Incident.MAILBOX_HACKED: "Messagerie ou compte piraté",
    Incident.DATA_LEAK: "Fuite de données",
}
_INTROS = {
    frozenset({DocumentKind.OFFICIAL}): f"Voici ce que disent les textes officiels{NBSP}:",
    frozenset({DocumentKind.DIGEST}): f"Voici ce qu’en retiennent nos résumés de textes officiels{NBSP}:",
    frozenset({DocumentKind.LOCAL}): f"Voici ce que disent les documents de votre structure{NBSP}:",
}
_MIXED = f"Voici ce que disent les sources{NBSP}:"
_FORCES = {
    Force.LAW: "texte de loi",
    Force.BINDING: "texte contraignant",
    Force.RECOMMENDATION: "recommandation",
    Force.INFORMATION: "page d’information",
}
_OF = {
    Force.LAW: "d’un texte de loi",
    Force.BINDING: "d’un texte contraignant",
    Force.RECOMMENDATION: "d’une recommandation",
    Force.INFORMATION: "d’une page d’information",
}
_AGES = {
    Age.BEFORE_GDPR: "texte antérieur à l’application du RGPD, à vérifier",
    Age.OLD: "texte ancien",
}
_ELSEWHERE = (
    "ils ne créent pas d’obligation à eux seuls. Une obligation peut venir d’un autre texte, comme le RGPD ou le code "
    "de la santé publique."
)
ONLY_ADVICE = f"Les textes cités ici recommandent{NBSP}: {_ELSEWHERE}"
NO_LAW = f"Les textes cités ici recommandent ou expliquent{NBSP}: {_ELSEWHERE}"
NO_KNOWN_LAW = (
    f"Rien n’indique que les textes cités ici aient tous force de loi{NBSP}: ils peuvent seulement recommander ou "
    "expliquer. Une obligation se vérifie dans le texte qui l’impose, comme le RGPD ou le code de la santé publique."
)
"""Before the quotes, where the question is about an obligation and no text of law is quoted."""
_NO_ANSWER = {
    Reason.OUT_OF_SCOPE: (
        f"Cette question semble sortir du domaine couvert ici{NBSP}: la cybersécurité et la protection des données des "
        "professionnels de santé libéraux. Je ne dispose d’aucun texte officiel pour y répondre."
    ),
    Reason.NOTHING_FOUND: (
        "Je n’ai trouvé aucun texte officiel qui réponde à cette question parmi ceux dont je dispose."
    ),
    Reason.WEAK: (
        "Les textes officiels dont je dispose ne répondent pas assez précisément à cette question. Plutôt que de vous "
        "donner une réponse incertaine, voici les pages les plus proches."
    ),
}
GREETING = (
    f"Bonjour{NNBSP}! Posez-moi une question sur la cybersécurité ou la protection des données de votre cabinet{NBSP}: "
    "je réponds par des extraits ou des résumés de textes officiels, avec leurs références."
)
THANKS = (
    f"Avec plaisir. Je reste à votre disposition{NBSP}: posez une autre question sur la cybersécurité ou la protection "
    "des données de votre cabinet quand vous le voulez."
)
OPENINGS = (
    f"Combien de temps faut-il garder les dossiers des patients{NNBSP}?",
    f"Faut-il un DPO quand on exerce seul{NNBSP}?",
    f"Comment reconnaître un courriel d’hameçonnage{NNBSP}?",
)
"""Questions offered to someone who only greets or asks of something else; the starter corpus answers each."""
PUBLISHED = (
    f"Je n’ai trouvé aucun texte officiel sur ce que d’autres publient de vous en ligne{NBSP}: ceux dont je dispose "
    "portent sur les données du cabinet et de ses patients. Voici à qui vous adresser."
)
WHICH_ATTACK = (
    f"De quoi s’agit-il{NNBSP}? Les gestes ne sont pas les mêmes d’une attaque à l’autre{NBSP}: choisissez ce qui "
    "ressemble le plus à votre situation. Les contacts ci-dessous peuvent déjà vous aider."
)
WHICH_SUBJECT = (
    f"Votre question peut s’entendre de plusieurs façons. Choisissez ce que vous vouliez savoir, ou dites-m’en un peu "
    f"plus{NBSP}: de quel sujet s’agit-il{NNBSP}?"
)
SITUATIONS = (
    "Mes fichiers sont chiffrés",
    "J’ai cliqué sur un lien frauduleux",
    "Ma messagerie a été piratée",
    "Un faux technicien a pris la main sur mon ordinateur",
    "Des données de patients circulent sur internet",
    "On m’a volé un ordinateur ou un téléphone",
)
"""Each opens its emergency sheet when asked as it stands."""
OPENED_BY = {
    Incident.RANSOMWARE: SITUATIONS[0],
    Incident.CLICKED: SITUATIONS[1],
    Incident.MAILBOX_HACKED: SITUATIONS[2],
    Incident.FAKE_SUPPORT: SITUATIONS[3],
    Incident.DATA_LEAK: SITUATIONS[4],
    Incident.THEFT: SITUATIONS[5],
    Incident.WRONG_RECIPIENT: "J’ai envoyé un message au mauvais destinataire",
    Incident.FAKE_BANKER: "Un faux conseiller bancaire m’a fait valider un virement",
}
"""What opens the sheet of each incident when asked as it stands."""
REFUSED = (
    "Je ne donne pas suite à cette demande. Je ne fais que citer des textes officiels, ou leurs résumés, sur la "
    "cybersécurité et la protection des données."
)


def quoted(citation: Citation) -> str:
    """A quote after its publisher, date and section, before its marker.

    Our own words never pass for the publisher's; the section tells which case the quote is about, without which
    a sentence such as "Non, ..." would answer another question than its own.
    """
    year = f" ({citation.document_date[:4]})" if citation.document_date else ""
    subject = citation.section or (citation.title if citation.title.endswith("?") else None)
    told = (
        _AGES[citation.age] if citation.age else "",
        nature(citation),
        f"«{NBSP}{subject}{NBSP}»" if subject else "",
    )
    lead = ", ".join(filter(None, (f"{citation.publisher}{year}", *told)))
    return f"{lead}{NBSP}:\n«{NBSP}{citation.quote}{NBSP}» [{citation.marker}]"


def nature(citation: Citation) -> str:
    """What sort of text speaks, in few words; empty for one of which nothing more is known than its publisher."""
    if citation.kind is DocumentKind.DIGEST:
        return f"résumé CyberVigie {_OF[citation.force]}" if citation.force else "résumé CyberVigie"
    return _FORCES[citation.force] if citation.force else ""


def answer_text(citations: Sequence[Citation], question: str = "") -> str:
    """An introduction by kind of source, then the quotes; before both, what they are worth to the question."""
    kinds = frozenset(citation.kind for citation in citations)
    worth = caution(citations) if asks_of_obligation(question) else None
    opening = "\n".join(filter(None, (worth, _INTROS.get(kinds, _MIXED))))
    return "\n\n".join([opening, *map(quoted, citations)])


def caution(citations: Sequence[Citation]) -> str | None:
    """What must be said before quotes that none of the law's is among, where an obligation is asked for.

    It never says that there is no obligation: recommendations often detail one of the GDPR.
    """
    forces = {citation.force for citation in citations}
    if forces & {Force.LAW, Force.BINDING}:
        return None
    if None in forces:
        return NO_KNOWN_LAW
    return ONLY_ADVICE if forces == {Force.RECOMMENDATION} else NO_LAW


def emergency_text(incident: Incident, groups: Iterable[tuple[str, Sequence[Citation]]]) -> str:
    """The emergency sheet: each heading of the sheet, then its quotes whole."""
    parts = [f"{INCIDENTS[incident]}{NBSP}: voici les gestes, dans l’ordre (résumé CyberVigie de textes officiels)."]
    for heading, citations in groups:
        quotes = "\n\n".join(f"«{NBSP}{citation.quote}{NBSP}» [{citation.marker}]" for citation in citations)
        parts.append(f"{heading}{NBSP}:\n{quotes}")
    return "\n\n".join(parts)


def no_answer_text(reason: Reason) -> str:
    """Why there is no answer."""
    return _NO_ANSWER[reason]


def privacy_notice(found: Sequence[str]) -> Notice:
    """Told when identifiers were masked."""
    kinds = _listed([NAMES[kind] for kind in found])
    text = (
        f"Votre question semblait contenir {kinds}{NBSP}: cela a été masqué avant toute recherche et n’est pas "
        "conservé. N’indiquez aucune donnée de patient."
    )
    return Notice("personal_data_masked", text)


def _listed(things: Sequence[str]) -> str:
    """The things as French lists them: "a", "a et b", "a, b et c"."""
    return " et ".join(part for part in (", ".join(things[:-1]), things[-1]) if part)


def others_notice(others: Sequence[Incident]) -> Notice:
    """Names the incidents of a message besides the one whose sheet is shown."""
    named = f"{NNBSP}; ".join(f"«{NBSP}{INCIDENTS[incident]}{NBSP}»" for incident in others)
    text = (
        f"Votre message parle aussi d’autre chose{NBSP}: {named}. Suivez d’abord la fiche ci-dessous, puis ouvrez "
        "l’autre par son bouton. Si deux gestes se contredisent, celui de la première fiche l’emporte."
    )
    return Notice("other_incidents", text)


def acronym_notice(used: Sequence[tuple[str, str]]) -> Notice:
    """What the acronyms of the quotes stand for."""
    return Notice("acronyms", f"{NNBSP}; ".join(f"{short}{NBSP}: {long}" for short, long in used) + ".")


def contact_notice(contact: Contact) -> Notice:
    """A contact point on one line: how to reach it, when, for whom, and its reserve."""
    facts = [contact.phone, contact.url.removeprefix("https://").rstrip("/"), contact.hours, contact.cost]
    reached = ", ".join(fact for fact in facts if fact)
    line = f"{contact.name}{NBSP}: {reached}." if reached else f"{contact.name}."
    public = f"Pour qui{NBSP}: {_after_label(contact.for_whom)}"
    return Notice("contact", " ".join(part for part in (line, public, contact.note, contact.reserve) if part))


def _after_label(sentence: str) -> str:
    """A sentence that follows a label: without its capital, unless it begins with a name ("CNIL", "PME")."""
    return sentence[0].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence
