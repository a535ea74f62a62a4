"""An emergency told by pointing back: "Que faire en cas de vol ?", then "c’est arrivé ce matin".

Alone, the second message names nothing, and the first is an ordinary question; together they tell of an incident.
Patterns are on plain text (see ``emergency_text``).
"""

import re
from collections.abc import Sequence

from bot import emergency_words as w
from bot.emergency_stance import asks, denies
from bot.emergency_text import plain
from bot.incident import Incident

_HAPPENED = w.any_of(
    r"(?:c|ca|cela|ceci|il|la meme chose|exactement ca) (?:m |nous |vient (?:de )?(?:m |nous |d |de )?|est |s est |"
    r"a |me |l )*"
    r"(?:arrive\w*|produit|passee?)",
    r"c est (?:exactement |justement |bien |tout a fait |precisement )?(?:ce (?:que (?:j ai"
    r"(?! (?:compris|lu|dit|demande|cherche|pense|cru|entendu|appris|fait|retenu|note))|je vois|nous avons|"
    r"nous vivons)|"
    r"qu on (?:a|vit|voit)|qui (?:m |nous |s |se |vient )\w+)|ca|mon cas|notre cas|le cas (?:chez|ici|au|depuis|ce))",
    r"(?:j ai|on a|nous avons|je vois|je viens d avoir|on vient d avoir) (?:exactement |justement )?(?:ca|cela|"
    r"ce message|"
    r"cet ecran|cette page|ce (?:cas|probleme|truc)|la meme chose|le meme (?:message|cas|probleme|ecran))",
    r"(?:je suis|on est|nous sommes|me voila) (?:justement |exactement )?(?:dans ce cas|concernes?|victimes?)",
    r"(?:pareil|idem|moi aussi|nous aussi|meme chose) (?:chez|ce matin|hier|cette nuit|depuis|ici)",
)
_DONE = w.any_of(
    r"(?:je viens|on vient|elle vient|il vient) (?:juste )?(?:de |d )(?:le |la |l |les )?(?:faire|y repondre|y aller|"
    r"cliquer)",
    r"(?:j|on|elle|il|nous|secretaire|collegue) (?:l )?(?:ai|a|avons) (?:justement |deja |bien )?fait(?: ca| cela)?",
    r"(?:trop tard|c est fait|c est deja fait)",
)
"""What one did oneself: told after a question about a lure, not about a declaration."""
_NO_LONGER_URGENT = w.any_of(
    r"l an (?:dernier|passe)|il y a (?:\w+ )?(?:ans?|annees?|mois)|une fois|souvent|jamais|parfois|autrefois|rarement",
    r"(?:a|chez) (?:un|une|mon|ma|des|d) (?:\w+ )?(?:confreres?|collegues?|amie?s?|voisine?s?|cousine?s?|autres?)",
)
_DECLARES = w.any_of(
    r"signal\w*|notifi\w*|declar\w*|plainte|previen\w*|prevenir|informer|assur\w*|eviter|proteg\w*|sensibilis\w*|"
    r"form\w*"
)
_DECEPTIONS = frozenset({Incident.CLICKED, Incident.FAKE_SUPPORT, Incident.FAKE_BANKER, Incident.WRONG_RECIPIENT})
_SUBJECTS = (
    (Incident.RANSOMWARE, w.any_of(w.RANSOMWARE, rf"{w.FILES} (?:\w+ )?{w.ENCRYPTED}", r"rancons?")),
    (
        Incident.FAKE_SUPPORT,
        w.any_of(rf"{w.FAKE} (?:\w+ )?(?:{w.BRAND}|support\w*)", r"support techniques? frauduleu\w*"),
    ),
    (
        Incident.FAKE_BANKER,
        w.any_of(
            rf"{w.FAKE} (?:\w+ )?(?:{w.BANK}|ordres? de virement|rib|virements?)",
            r"(?:fraudes?|arnaques?|escroqueries?) (?:\w+ ){0,2}(?:virement|rib|president|conseiller|banquier|"
            r"bancaires?)",
            r"virements? frauduleu\w*",
        ),
    ),
    (
        Incident.MAILBOX_HACKED,
        w.any_of(
            rf"{w.MAILBOX} (?:\w+ ){{0,2}}{w.HACKED}",
            rf"{w.HACKED} (?:\w+ ){{0,3}}{w.MAILBOX}",
            r"connexions? suspectes?",
        ),
    ),
    (Incident.THEFT, w.any_of(w.STOLEN, w.LOST, w.BURGLARY)),
    (
        Incident.CLICKED,
        w.any_of(
            w.CLICK, r"hamec\w*|phish\w*|fishing", rf"{w.BAIT} (?:\w+ )?(?:{w.ODD}|joint\w*)", rf"{w.ODD} {w.BAIT}"
        ),
    ),
    (
        Incident.WRONG_RECIPIENT,
        w.any_of(
            rf"mauvais\w* {w.WHOM}", r"erreurs? (?:de destinataire|d envoi)", rf"{w.SENT} (?:\w+ ){{0,4}}par erreur"
        ),
    ),
    (Incident.DATA_LEAK, w.any_of(w.LEAK, r"violations?", rf"{w.STRUCK}")),
)
"""What a question is about, whether or not it tells of an event; the first that is named."""


def told_by(question: str, before: Sequence[str]) -> Incident | None:
    """The incident that a question says has happened, by pointing back at the last question before it.

    Args:
        question: as typed.
        before: earlier questions, oldest first.
    """
    text = plain(question)
    if not before or denies(text) or _NO_LONGER_URGENT.search(text):
        return None
    earlier = plain(before[-1])
    subject = next((incident for incident, named in _SUBJECTS if named.search(earlier)), None)
    if subject is None:
        return None
    if _points_back(_HAPPENED, text):
        return subject
    done = subject in _DECEPTIONS and _points_back(_DONE, text) and not _DECLARES.search(earlier)
    return subject if done else None


def _points_back(said: re.Pattern[str], text: str) -> bool:
    """Whether the message says so, and does not only ask: "Et si ça m’arrive ?", "Ça arrive souvent ?"."""
    found = said.search(text)
    if found is None or re.match(r" ?(?:et |mais )?si ", text):
        return False
    # "C’est ce que" looks like "est-ce que".
    return not asks(f"{text[: found.start()]} {text[found.end() :]}")
