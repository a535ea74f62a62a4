"""Questions too short to have one answer: "Quel délai ?", "C’est gratuit ?". They are asked back, with real choices."""

from collections.abc import Callable, Sequence

from bot.question import leans_on_history
from index.model import SearchHit
from index.table import PassageTable, topics
from index.tokens import stem, words

WORDS_MAX = 2
"""A question with more words of its own than this names its subject."""
CLEAR_LEAD = 1.0
"""From this lead on, the first hit is what the question is about."""
HEADING_WORDS_MIN = 2
CHOICES_MIN = 2
CHOICES_MAX = 4
# Words that many subjects share: alone, they do not say which of them is meant.
SHARED = frozenset(
    stem(word)
    for word in """
    accord acces accepter adresse age aider aide amende an annee appeler attendre attente autorisation autoriser
    autorise besoin carte cas changer choisir combien condition conforme conformite consentement conserver contact
    contacter contrat copie copier date declaration declarer declare delai demander demande detruire dire document
    donnee donner dossier droit duree effacer enfant envoyer exemple exister faute filmer formation formulaire
    garder gratuit grave heure information informer interdit jour legal logiciel lieu long marcher marche maximum
    mineur minimum modele mois montrer non norme numero obligation obligatoire oblige officiel oui outil papier
    partager pareil patient pas passer patiente payer payant peine permettre permis personne photo plainte
    possible pouvoir premier prevenir preuve prix probleme proche recommander refuser regle reponse responsable
    risque risquer sanction savoir secretaire securise signer signaler signalement site suffire supprimer sur
    telephone temps texte transmettre type utiliser valable verifier
    budget cher chere cout coute coutent couter euro frequence rembourse rembourser tarif
    """.split()  # noqa: SIM905
)

_ASKING = frozenset({"combien"})


def is_ambiguous(question: str) -> bool:
    """Whether a question read alone names no subject: one or two words, shared by many."""
    own = {stem(word) for word in words(question)} - _ASKING
    if len(own) > WORDS_MAX:
        return False
    # "Et pour les infirmiers ?" without a question before it.
    return own <= SHARED or leans_on_history(question)


def is_bare(question: str, lead: float, *, weak: bool) -> bool:
    """Whether a question names a subject and nothing of it: "RGPD"; found weakly, "Comment éviter le hameçonnage ?".

    Args:
        question: as it was searched.
        lead: of the first hit over the fourth (see ``evidence``); one word may name what a single section is about.
        weak: whether the evidence is too weak to answer.
    """
    own = len(set(words(question)))
    return own <= WORDS_MAX if weak else own == 1 and lead < CLEAR_LEAD


def is_one_word(question: str) -> bool:
    """Whether a message is the bare name of something: "DPO", "fax", "phishing ?"."""
    return len(set(words(question))) == 1 and len(question.rstrip(" ?\u00a0\u202f").split()) == 1


def is_question(heading: str) -> bool:
    """Whether a heading can be asked as it stands: "Pourquoi ?" under a title cannot."""
    return heading.endswith("?") and len(words(heading)) >= HEADING_WORDS_MIN


def choices(hits: Sequence[SearchHit], table: PassageTable, *shared: Callable[[SearchHit], float]) -> tuple[str, ...]:
    """Questions that the texts answer, one a subject first, nearest first; empty without a choice.

    ``shared``: shares of the question's subject that a passage names, 0..1, strictest first. Those of the first that
    enough passages name are offered alone; what only lies near is the last resort.
    """
    for names in shared:
        if offered := _choices([hit for hit in hits if names(hit) > 0.0], table):
            return offered
    return _choices(hits, table)


def _choices(hits: Sequence[SearchHit], table: PassageTable) -> tuple[str, ...]:
    found: dict[str, str] = {}
    others: list[str] = []
    for hit in hits:
        document = table.document(hit.passage.document_id)
        heading = hit.passage.path[-1] if hit.passage.path else hit.passage.title
        if document is None or not is_question(heading):
            continue
        subject = next(iter(topics(document)), document.id)
        if found.setdefault(subject, heading) != heading:
            others.append(heading)
    asked = tuple(dict.fromkeys([*found.values(), *others]))[:CHOICES_MAX]
    return asked if len(asked) >= CHOICES_MIN else ()
