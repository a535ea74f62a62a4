"""Whether a paired difference may be chance: McNemar's exact test, a p-value from the bootstrap, Holm's correction.

McNemar (Psychometrika, 1947), exact form: of the questions whose outcome differs, as many should differ either way;
two-sided binomial test. It sees each question alone, the bootstrap draws families of questions together: a difference
is told only where both agree.

Holm (Scandinavian Journal of Statistics, 1979): several measures are looked at, and one of twenty would differ by
chance alone at 5 %.
"""

from collections.abc import Mapping

import numpy as np
from scipy.stats import binomtest

from evals.scores.statistics import Ratio, Statistic, Values

LEVEL = 0.05


def mcnemar(before: Statistic, after: Statistic) -> float | None:
    """The exact p-value of two measures of 0 or 1; None for any other, and for those that judge other questions.

    A rate over what a system did (its answers, its refusals) is over other questions in another run: it is no pairing.
    """
    if not (isinstance(before, Ratio) and isinstance(after, Ratio)):
        return None
    if not np.array_equal(before.below, after.below) or not all(_is_binary(one) for one in (before, after)):
        return None
    lost, gained = int((before.above > after.above).sum()), int((before.above < after.above).sum())
    return float(binomtest(lost, lost + gained).pvalue) if lost + gained else 1.0


def _is_binary(measure: Ratio) -> bool:
    return bool(np.isin(measure.above, (0.0, 1.0)).all() and np.isin(measure.below, (0.0, 1.0)).all())


def drawn_p(moves: Values) -> float:
    """Two-sided p-value of drawn differences: how often they are on the other side of 0, never less than one draw."""
    least = min((moves <= 0).sum(), (moves >= 0).sum())
    return float(min(1.0, 2 * (least + 1) / (len(moves) + 1)))


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p-values: each is below 5 % where the difference holds with all the others looked at."""
    found, worst = {}, 0.0
    for rank, (name, value) in enumerate(sorted(values.items(), key=lambda pair: pair[1])):
        worst = max(worst, min(1.0, (len(values) - rank) * value))
        found[name] = worst
    return found
