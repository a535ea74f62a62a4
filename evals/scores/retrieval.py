"""Retrieval: does the search find what is expected, and how high. nDCG@10, recall, MRR@10 and hits by ranx.

Relevant: the facts that a question names; its documents where it names none, and where the system shows no facts those
documents, or else any official document that the facts come from, as one thing to find. The
passages found become a ranking of those: a passage that brings several facts stands for each of them, in the order of
the question; one that brings nothing new keeps its place and gains nothing, as in a diversity metric that pays for a
subtopic once (alpha-nDCG with alpha = 1; Clarke et al., SIGIR 2008). So every fact is found once, and 1.0 can be
reached. Labels are binary, on which the two conventions of nDCG gains agree.

A passage of an official text, whose facts are unknown, gains nothing even where it answers: with official texts in the
index these figures are a lower bound.
"""

import warnings
from collections.abc import Sequence

from evals.scores.judgement import Case, Sight, brought, wanted
from evals.scores.measures import Measure, measured
from evals.scores.statistics import mean

METRICS = {
    "ndcg_10": "ndcg@10",
    "mrr_10": "mrr@10",
    "recall_5": "recall@5",
    "recall_10": "recall@10",
    "hit_1": "hit_rate@1",
    "hit_3": "hit_rate@3",
}
"""Codes of our measures, and the names that ranx gives them."""
_NOTHING = "-"
"""Stands in an empty ranking, which ranx refuses."""


def ranking(case: Case, sight: Sight) -> list[str]:
    """What a search found, best first: facts or documents that were expected, and places taken by anything else."""
    ranked: dict[str, None] = {}
    for passage in case.outcome.retrieved or ():
        new = [item for item in brought(passage, case.question.expected, sight) if item not in ranked]
        ranked.update(dict.fromkeys(new or [f"#{passage.rank}"]))
    return list(ranked)


def retrieval_measures(found: Sequence[Case], sight: Sight) -> list[Measure]:
    """Measures of the search, on the questions that say what it should find and whose search is shown."""
    relevant = {
        case.question.id: wanted(case.question.expected, sight)
        for case in found
        if case.outcome.retrieved is not None or case.outcome.failure is not None
    }
    relevant = {key: items for key, items in relevant.items() if items}
    rankings = {case.question.id: ranking(case, sight) for case in found if case.question.id in relevant}
    scores = rank_scores(rankings, relevant, list(METRICS.values()))
    return [
        measured(code, mean([scores[name].get(case.question.id) for case in found])) for code, name in METRICS.items()
    ]


def rank_scores(
    rankings: dict[str, list[str]], relevant: dict[str, frozenset[str]], metrics: list[str]
) -> dict[str, dict[str, float]]:
    """Each metric of ranx, by question."""
    if not relevant:
        return {name: {} for name in metrics}
    from ranx import Qrels, Run, evaluate

    keys = list(relevant)
    judged = Qrels({key: dict.fromkeys(sorted(relevant[key]), 1) for key in keys})
    ranked = Run(
        {key: {item: 1 / rank for rank, item in enumerate(rankings[key] or [_NOTHING], start=1)} for key in keys}
    )
    with warnings.catch_warnings():
        # numba warns of its own casts while it compiles ranx.
        warnings.simplefilter("ignore")
        found = evaluate(judged, ranked, metrics, return_mean=False, make_comparable=False)
    table = found if isinstance(found, dict) else {metrics[0]: found}
    order = list(judged.qrels)
    return {name: dict(zip(order, map(float, table[name]), strict=True)) for name in metrics}
