"""Emergencies read by rules, by words and by meaning together: ``Sense.read(question)``.

The rules of ``emergency`` name what they were written for; two linear models, over the beginnings of words and over the
sentence vector, see the rest. ``emergency_signs`` weighs all three with the turn of the question. Which incident it is,
the rules say first, then the two models, joined as a geometric mean. ``OPENS`` was chosen on sentences left out of
training (``python -m evals.emergency_weights`` prints what each threshold does), half of them near contraries.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot import emergency_meaning
from bot.emergency import detect_all, vague_attack
from bot.emergency_guess import Guess, likeliest, normalised
from bot.emergency_guess import scores as scores_of_words
from bot.emergency_meaning import Encode
from bot.emergency_signs import probability, signs_of
from bot.emergency_stance import about_oneself, asks, denies
from bot.emergency_text import plain
from bot.emergency_things import concerns, has_everyday_cause, names_something_digital
from bot.incident import Incident

OPENS = 0.3
"""Probability from which a sheet is opened."""
LIKELY = 0.25
"""Probability from which the reader is asked what has happened."""
CLEAR = 0.5
"""Part of the probability which one incident must hold to be named; below, the reader is asked."""

SURE = 0.75
"""Probability from which what has an everyday cause may be an incident all the same."""
DOUBT = 0.25
"""Probability from which a question that asks or denies is asked about, where it names an attack."""

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
        words, meaning = scores_of_words(text), emergency_meaning.scores(question, self._encode)
        odds = joined([words, meaning])
        found = likeliest(odds)
        told = probability(signs_of(text, by_rule, words, meaning))
        if has_everyday_cause(text) and set(by_rule) <= _BLOCKED and told < SURE:
            return Told()
        if told >= OPENS and by_rule:
            return Told(by_rule)
        clear = found.share >= CLEAR and not _rivalled(found, odds) and concerns(found.incident, text)
        if told >= OPENS and clear:
            return Told((found.incident,))
        asked = asks(text)
        likely = told >= LIKELY and about_oneself(text) and not asked and names_something_digital(text)
        # Asking what has happened costs little: an attack told plainly is asked about, however unlikely it sounds.
        plainly = told >= DOUBT or not (asked or denies(text))
        return Told(uncertain=likely or (plainly and vague_attack(question)))


def _rivalled(found: Guess, odds: dict[str, float]) -> bool:
    """Whether what looks like fake support may as well be ransomware, under which restarting is the wrong gesture."""
    ransomware = math.exp(odds[Incident.RANSOMWARE]) / found.probability
    return found.incident is Incident.FAKE_SUPPORT and ransomware >= RIVAL


def joined(opinions: Sequence[dict[str, float]]) -> dict[str, float]:
    """The geometric mean of distributions given by their logarithms, normalised."""
    return normalised({name: sum(logs[name] for logs in opinions) / len(opinions) for name in opinions[0]})
