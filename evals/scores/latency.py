"""Latency: percentiles of the milliseconds that the caller waited for a whole answer, failures left out."""

from collections.abc import Sequence

import numpy as np

from evals.scores.judgement import Case
from evals.scores.measures import Measure, array
from evals.scores.statistics import Quantile


def latency_measures(found: Sequence[Case]) -> list[Measure]:
    """Median, 95th and 99th percentile."""
    waited = array([case.outcome.latency_ms for case in found])
    judged = int((~np.isnan(waited)).sum())
    return [Measure(f"latency_p{round(100 * q)}", Quantile(waited, q), judged) for q in (0.50, 0.95, 0.99)]
