"""Making a question safe to work with: invisible characters out, white space folded, length checked."""

import re
import unicodedata

from bot.errors import BadQuestion
from index.tokens import fold, words
from ingest.text import clean

MAX_CHARS = 1_000
_OPENINGS = (
    "et ",
    "et,",
    "ou ",
    "mais ",
    "alors ",
    "donc ",
    "si c'est",
    "si c’est",
    "dans ce cas",
    "pour ça",
    "pour ca",
)


_ELLIPTIC_WORDS = 2
_CAPITALS = 0.8
"""Share of capital letters from which a whole question is typed in capitals."""
_CAPITALS_WORDS = 4
"""A shorter one may be acronyms alone: "RGPD HDS"."""
_ASKS = re.compile(r"(?:combien|pourquoi|comment|quand|ou|qui|quoi|lequel|laquelle|dans quel|sous quel|quel|quelle)\b")
_POINTS_BACK = re.compile(
    r"(?<![\w-])(?:ca|cela|ceci|ce (?:delai|cas|document|dossier)|cette (?:regle|duree|obligation)|celui|celle|"
    r"ceux|eux|lui|il|elle|ils|elles|[smt]'(?:en|y))\b(?! (?:faut|y a|existe|suffit))"
)
# A pronoun before an infinitive: "à quelle fréquence le changer ?". "Le dossier" looks like one.
_OBJECT = re.compile(
    r"(?<![\w-])(?:(?:le|la|les|y|en) |l')(?!dossier|papier|fichier|courrier|cahier|metier|premier|dernier|calendrier|"
    r"infirmier|particulier|clavier|financier|hospitalier|loyer|foyer|danger|cancer|hiver|quartier|escalier|chantier|"
    r"atelier|avenir|plaisir|loisir|devoir|pouvoir|souvenir|avoir\b|etre\b|mer\b|hier\b|tir\b|desir|panier|guichet)"
    r"(?:\w+[ei]r|(?:trans|re|per|sou|ad)?mettre|(?:ap|com|re|sur)?prendre|re?faire|re?dire|re?lire|ecrire|rendre|perdre|"
    r"re?vendre|detruire|(?:in|pre)?scrire|inscrire|joindre|suivre)\b|(?<![\w-])l'avoir\b"
)
# Around the thing that a question is about: "Comment choisir", "Faut-il tester ses", "choisir ?".
_THING = re.compile(
    r"^(?:(?:comment|pourquoi|où|quand|combien de temps|faut-il|dois-je|doit-on|puis-je|peut-on|est-ce que|je|on|peux|"
    r"dois|peut|doit|il faut|à quoi sert|qu['’]est-ce que|c['’]est quoi|quel(?:le)?s?)\s+)*(?:\w+(?:er|ir|re)\s+)?|"
    r"(?:\s+\w+(?:er|ir|re))?[\s?.!]*$",
    re.IGNORECASE,
)
# "Peut-il refuser ?" names nobody; "Un patient peut-il refuser ?" does, and "faut-il" stands for nobody.
_INVERTED = re.compile(r"\b(?!faut|existe|suffit|vaut|y a|arrive|convient|s'agit)(\w+)-(?:t-)?(?:ils?|elles?)\b")


def clean_question(text: str) -> str:
    """The question in NFC without control, bidi, zero-width and tag characters.

    Raises:
        BadQuestion: nothing readable is left, or it is longer than ``MAX_CHARS``.
    """
    if len(text) > MAX_CHARS:
        raise BadQuestion(
            "question_too_long",
            f"La question dépasse {MAX_CHARS} caractères : résumez-la en une phrase, sans recopier de document.",
        )
    cleaned = clean(text)
    if not any(unicodedata.category(char)[0] in "LN" for char in cleaned):
        raise BadQuestion("question_empty", "La question est vide : écrivez-la en quelques mots.")
    return cleaned


# A connector links only before a pause or a question: "de plus en plus" and "aussi bien" are none.
_PAUSE = (
    r"(?=\s*[,;:.!–—]|\s+(?:combien|comment|quel|quand|qui|que|qu['’]|où|pourquoi|dois|puis|peut|peux|faut|est-ce|"
    r"dans quel|à quel|je |on |il )|$)"
)
_WRAPPERS = re.compile(
    r"^(?:(?:(?:par ailleurs|d['’]autre part|de plus|en outre|enfin|aussi|sinon|au fait|autre (?:question|chose)|"
    r"derni[eè]re (?:question|chose)|une (?:autre |derni[eè]re )?question|petite question|"
    r"j['’]ai une (?:autre |petite )?question|(?:bon|eh|et) bien|bon|bien|docteur|madame|monsieur|"
    r"(?:c['’]est |tr[eè]s )*(?:urgent\w*|important)|question urgente|help|(?:[àa] l['’])?aidez?(?:[- ](?:moi|nous))?|"
    r"(?:m(?:a|on|es)|nos|notre|une?|l[ae]s?) [\w’' -]{3,40} (?:me|nous) (?:demande|pose)(?:nt)?(?: la question)?"
    r"(?= ?:)|"
    r"pardon|excusez[- ]moi|s['’]il (?:vous|te) pla[iî]t|svp|"
    r"(?:je (?:voudrais|souhaiterais|veux)|j['’]aimerais) savoir)"
    rf"(?![\w-]){_PAUSE}|(?:bonjour(?: [àa] (?:tous|toutes|vous))?|bonsoir|salut|hello|coucou|ok|d['’]accord|"
    r"merci(?: beaucoup| bien| pour (?:tout|(?:votre|cette|la) r[ée]ponse))?(?! (?:de|d['’])\b))(?![\w-]))"
    r"[\s,;:.!–—]*)+",
    re.IGNORECASE,
)
_CLOSINGS = re.compile(
    r"[\s,;.!?–—-]*\b(?:merci(?: (?:beaucoup|bien|d['’]avance|par avance|de (?:votre|ta) (?:r[ée]ponse|aide)))*|"
    r"s['’]il (?:vous|te) pla[iî]t|svp|stp|cordialement|bien [àa] vous|bonne (?:journ[ée]e|soir[ée]e))"
    r"(?:[\s,;.!]*)$",
    re.IGNORECASE,
)


def core(question: str) -> str:
    """The question without what only links, greets or presses: "Par ailleurs, ...", "Bonjour, ...", "URGENT : ...".

    A connector has a meaning of its own to the index and would change what is found, and so have capitals; a message
    that holds nothing else stays as it is.
    """
    opened = _WRAPPERS.sub("", _lowered(question), count=1)
    closed = _CLOSINGS.sub(lambda match: " ?" if "?" in match.group() else "", opened).strip()
    return closed if len(words(closed)) > 0 else question


def _lowered(question: str) -> str:
    """The question in small letters where it was typed in capitals: those of "RGPD" among others stay."""
    letters = [char for char in question if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    if len(question.split()) < _CAPITALS_WORDS or capitals < _CAPITALS * len(letters):
        return question
    return question.lower()


def spelt_with(question: str, before: str) -> str | None:
    """A follow-up with what the question before is about in place of its pronoun; None where either is missing.

    "À quelle fréquence le changer ?" after "Comment choisir un mot de passe ?": "à quelle fréquence changer un mot de
    passe ?".
    """
    folded = fold(question).replace("’", "'")
    pronoun = _OBJECT.search(folded)
    thing = _THING.sub("", before)
    if pronoun is None or not words(thing) or len(folded) != len(question):
        return None
    verb = re.sub(r"^(?:(?:le|la|les|y|en) |l['’])", "", question[pronoun.start() : pronoun.end()], flags=re.IGNORECASE)
    return f"{question[: pronoun.start()]}{verb} {thing}{question[pronoun.end() :]}"


def leans_on_history(question: str) -> bool:
    """Whether a question says by its form that it continues the one before ("Et pour un mineur ?")."""
    return question.casefold().startswith(_OPENINGS)


def is_elliptic(question: str) -> bool:
    """Whether a question says too little to be understood alone: "Combien de temps ?", "Qui le fait ?"."""
    meaning = len(words(question))
    if meaning <= 1 or points_back(question):
        return True
    return meaning <= _ELLIPTIC_WORDS and bool(_ASKS.match(fold(question)))


def points_back(question: str) -> bool:
    """Whether a short question speaks of something by a pronoun: "Qui le fait ?", "Peut-il refuser ?"."""
    folded = fold(question).replace("’", "'")
    if len(words(question)) > _ELLIPTIC_WORDS + 1:
        return False
    inverted = _INVERTED.search(folded)
    return bool(
        _POINTS_BACK.search(folded) or _OBJECT.search(folded) or (inverted and not words(folded[: inverted.start()]))
    )
