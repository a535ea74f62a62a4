"""Before two outcomes of one question are compared, what one of the systems does not show is taken out of both.

A system that tells no confidence, shows no search or has no notices would otherwise be judged by other rules, or on
other questions, than one that does. A failure shows nothing and is judged as such: it takes nothing from the other.
"""

from dataclasses import replace
from typing import Any

from evals.model import Outcome

_SHOWN = ("status", "confidence", "retrieved", "notices", "unmasked", "altered", "latency_ms")
"""Fields of an outcome that are None where the system does not show them."""
_FAILED = frozenset({"status", "retrieved"})
"""Of those, what a failure is judged on all the same: no answer came, and nothing was found."""


def levelled(first: Outcome, second: Outcome) -> tuple[Outcome, Outcome]:
    """Both outcomes, with what either does not show left out."""
    hidden: dict[str, Any] = {name: None for name in _SHOWN if _hides(first, name) or _hides(second, name)}
    if not hidden:
        return first, second
    return replace(first, **hidden), replace(second, **hidden)


def _hides(outcome: Outcome, name: str) -> bool:
    return getattr(outcome, name) is None and not (outcome.failure is not None and name in _FAILED)
