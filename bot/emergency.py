"""Recognising an emergency from a sentence written in panic, before anything else is looked for.

An emergency is something that has happened (or is happening) to the person who writes, or the direct question of
what to do then. Questions about prevention or duties are ordinary ones. Ransomware (leave it on) and fake
support (restart) call for opposite gestures: any sign of encryption or ransom outweighs a call to some support, since
leaving a machine on is the safer mistake.
"""

from bot import emergency_words as w
from bot.emergency_guess import guess
from bot.emergency_rules import RULES
from bot.emergency_stance import about_oneself, asks, denies, tells
from bot.emergency_text import plain
from bot.emergency_things import FILES_GONE, concerns, has_everyday_cause
from bot.incident import Incident as Incident

_GRAVEST_FIRST = (
    Incident.RANSOMWARE,
    Incident.FAKE_SUPPORT,
    Incident.FAKE_BANKER,
    Incident.MAILBOX_HACKED,
    Incident.THEFT,
    Incident.CLICKED,
    Incident.WRONG_RECIPIENT,
    Incident.DATA_LEAK,
)
# The words of the first incident also open the rule of the second: one event, not two.
_SAME_EVENT = {
    Incident.RANSOMWARE: {Incident.DATA_LEAK, Incident.MAILBOX_HACKED},
    Incident.FAKE_SUPPORT: {Incident.CLICKED, Incident.FAKE_BANKER, Incident.MAILBOX_HACKED},
    Incident.FAKE_BANKER: {Incident.CLICKED, Incident.WRONG_RECIPIENT},
    Incident.MAILBOX_HACKED: {Incident.DATA_LEAK, Incident.WRONG_RECIPIENT},
    Incident.THEFT: {Incident.DATA_LEAK, Incident.WRONG_RECIPIENT},
    Incident.WRONG_RECIPIENT: {Incident.DATA_LEAK},
}
SURE, LIKELY = 0.7, 0.65
"""Probability of an incident from which the second look opens a sheet, or asks which one."""
CLEAR = 0.6
"""Part of that probability which one incident must hold to be named."""
_ENCRYPTION = w.any_of(w.RANSOM, w.RANSOMWARE, r"(?:chiffre|crypte)(?:e|s|es|r)?")
_RANSOM = w.any_of(w.RANSOM, w.RANSOMWARE)
_ATTACK = w.any_of(w.ATTACK, FILES_GONE)
_TROUBLE = w.any_of(w.TROUBLE)


def detect(question: str) -> Incident | None:
    """The emergency that a question speaks of, or None; of several, the gravest."""
    return next(iter(detect_all(question)), None)


def detect_all(question: str) -> tuple[Incident, ...]:
    """All the emergencies that a question speaks of, the gravest first. Case, accents and spelling do not matter."""
    text = plain(question)
    found = {rule.incident for rule in RULES if rule.tells(text)}
    if Incident.FAKE_SUPPORT in found and Incident.RANSOMWARE in found:
        # Their gestures are opposite: only one may be shown.
        found.remove(Incident.FAKE_SUPPORT if _ENCRYPTION.search(text) else Incident.RANSOMWARE)
    if Incident.THEFT in found and Incident.RANSOMWARE in found and not _RANSOM.search(text):
        # A stolen machine that was, or was not, encrypted.
        found.remove(Incident.RANSOMWARE)
    for incident in _GRAVEST_FIRST:
        if incident in found:
            found -= _SAME_EVENT.get(incident, set())
    if not found and (likely := _guessed(text, SURE)):
        found = {likely}
    return tuple(incident for incident in _GRAVEST_FIRST if incident in found)


def vague_attack(question: str) -> bool:
    """Whether a question tells of an attack without saying which: "on a été piratés", "j'ai un virus"."""
    text = plain(question)
    if any(tells(text, attack.start(), attack.end()) for attack in _ATTACK.finditer(text)):
        return True
    return _guessed(text, LIKELY) is not None


def _guessed(text: str, least: float) -> Incident | None:
    """What the second look proposes, for a text that neither asks about a subject nor denies."""
    if asks(text) or denies(text) or not about_oneself(text):
        return None
    found = guess(text)
    if found is None or found.probability < least or (least == SURE and found.share < CLEAR):
        return None
    if has_everyday_cause(text) or not concerns(found.incident, text):
        return None
    # Restarting would be the one thing not to do under ransomware.
    if found.incident is Incident.FAKE_SUPPORT and _ENCRYPTION.search(text):
        return Incident.RANSOMWARE
    return found.incident


def speaks_of_incident(question: str) -> bool:
    """Whether a question that found no answer holds a word of trouble: it must not end in "outside the subject"."""
    text = plain(question)
    return bool(_TROUBLE.search(text)) and not asks(text) and not has_everyday_cause(text)
