"""Answers: is the expected content cited, is the status right, do the citations hold.

``verbatim_rate`` and ``locator_accuracy`` count the quotes that were checked against the stored text when the run
took place; a system that shows no stored text has none, and the measure says so instead of assuming.
"""

from collections.abc import Sequence

import numpy as np

from bot.model import Status
from evals.model import Quote
from evals.scores.judgement import Case
from evals.scores.measures import Measure, measured
from evals.scores.statements import citation_count
from evals.scores.statistics import Ratio, mean
from ingest.model import DocumentKind


def answer_measures(found: Sequence[Case]) -> list[Measure]:
    """Measures of the content and of the citations."""
    counts = [citation_count(case.outcome) for case in found]
    return [
        measured("expected_cited", mean([case.carried for case in found])),
        measured(
            "expected_cited_answered",
            mean([case.carried if case.answered else None for case in found]),
        ),
        measured("expected_first", mean([case.first for case in found])),
        measured("citations_expected", _ratio([_bearing(case) for case in found])),
        measured("official_cited", mean(_official(found))),
        measured("document_cited", mean([case.document for case in found])),
        measured("status_right", mean([case.right_status for case in found])),
        measured("citation_recall", _ratio([(count.supported, count.statements) for count in counts])),
        measured("citation_precision", _ratio([(count.needed, count.citations) for count in counts])),
        measured("verbatim_rate", _ratio([_verbatim(case.outcome.quotes) for case in found])),
        measured("locator_accuracy", _ratio([_located(case.outcome.quotes) for case in found])),
        measured("failure_rate", mean([case.outcome.failure is not None for case in found])),
    ]


def _bearing(case: Case) -> tuple[int, int]:
    """Over the answers to questions of which the expected content is known."""
    return (case.bearing, case.readable) if case.carried is not None else (0, 0)


def _official(found: Sequence[Case]) -> list[bool | None]:
    """Of each answer whether it quotes an official text itself, where the system has shown that it holds some."""
    kinds = {quote.kind for case in found for quote in case.outcome.quotes}
    kinds |= {passage.kind for case in found for passage in case.outcome.retrieved or ()}
    holds = DocumentKind.OFFICIAL in kinds
    return [
        any(quote.kind == DocumentKind.OFFICIAL for quote in case.outcome.quotes)
        if holds and case.outcome.status is Status.ANSWERED
        else None
        for case in found
    ]


def _verbatim(quotes: Sequence[Quote]) -> tuple[int, int]:
    return sum(quote.verbatim is True for quote in quotes), sum(quote.verbatim is not None for quote in quotes)


def _located(quotes: Sequence[Quote]) -> tuple[int, int]:
    """A quote whose words are not in the text is out of place too, wherever it says to stand."""
    checked = [quote for quote in quotes if quote.located is not None]
    return sum(quote.located is True and quote.page_right is not False for quote in checked), len(checked)


def _ratio(counts: Sequence[tuple[int, int]]) -> Ratio:
    above, below = np.array(counts, dtype=np.float64).reshape(-1, 2).T
    return Ratio(above, below)
