"""Trial of a learnt order of the first candidates: linear and boosted, on features that the engine has at hand.

Trained on the questions of PIAF after the benchmark's and on service-public sheets outside it; never on the CNIL.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from evals.bench.trials_context import Context, Row
from evals.bench.trials_lab import Lab, Rank
from evals.bench.trials_sets import material
from evals.bench.trials_store import Vectors
from index.fuse import standardise
from index.model import FloatVector, RowArray
from index.tokens import terms

TRAINED_ON = ("piaf-rest", "sheets")
FIRST = 30
"""Candidates put in a new order."""
FEATURES = (
    *("fused", "dense", "line", "lexical", "heading", "sentence", "raw dense", "raw line"),
    *("rank", "dense rank", "line rank", "lexical rank"),
    *("coverage", "label coverage", "adjacent", "length", "lacking"),
)
Matrix = NDArray[np.float64]
SHARES = (0.25, 0.5, 1.0)
"""Weights of the model beside the fused score, both standardised over the candidates"""
CHOSEN = {"logistic": 0.25, "pairwise": 1.0, "boosted": 0.5}
"""and those chosen on the questions of PIAF put aside and on the development questions."""


class Model(Protocol):
    """Anything that scores rows of features."""

    def __call__(self, features: Matrix) -> FloatVector: ...


def features(lab: Lab, question: str) -> tuple[RowArray, Matrix]:
    """The first candidates of the shipped ranking, and what is known of each, shape (n, features)."""
    all_rows, all_fused = lab.fused(question)
    dense, line, lexical = lab.signals[question]
    rows = all_rows[:FIRST]
    vector = lab.asked[question]
    head, best = np.zeros((2, len(rows)), dtype=np.float32)
    for i, row in enumerate(rows):
        cosines = lab.lines[lab.offsets[row] : lab.offsets[row + 1]] @ vector
        head[i] = cosines[: lab.heads[row]].max(initial=0.0)
        best[i] = cosines[lab.heads[row] :].max(initial=0.0)
    asked = terms(lab.texts[question])
    rarity = {term: lab.terms.rarity(term) for term in asked}
    total = sum(rarity.values()) or 1.0
    pairs = set(pairwise(asked))
    words = []
    for row in rows:
        held, (named, said) = lab.terms.counts[row], lab.said[row]
        words.append(
            (
                sum(weight for term, weight in rarity.items() if term in held) / total,
                sum(weight for term, weight in rarity.items() if term in named) / total,
                len(pairs & set(pairwise(said))) / max(len(pairs), 1),
                np.log1p(len(said)),
                max((weight for term, weight in rarity.items() if term not in held), default=0.0),
            )
        )
    ranks = [1 / (10 + _ranks(scores, all_rows)[:FIRST]) for scores in (dense, line, lexical)]
    spread = [standardise(scores[all_rows])[:FIRST] for scores in (dense, line, lexical)]
    near = [*spread, standardise(head), standardise(best), dense[rows], line[rows]]
    columns = [all_fused[:FIRST], *near, 1 / (10 + np.arange(1, len(rows) + 1)), *ranks, *np.array(words).T]
    return rows, np.stack([column.astype(np.float64) for column in columns], axis=1)


def _ranks(scores: FloatVector, rows: RowArray) -> NDArray[np.int64]:
    """Rank of each candidate under one score, from 1."""
    return np.argsort(np.argsort(-scores[rows], kind="stable"), kind="stable") + 1


def training(
    vectors: Vectors, shared: Path, kept: Callable[[str], bool]
) -> Iterator[tuple[Matrix, NDArray[np.bool_], float]]:
    """Features, what is relevant and the weight of each training question; sets count alike."""
    for name in TRAINED_ON:
        beside = Context(material(name, shared), vectors, shared)
        lab = beside.lab()
        for question in filter(kept, beside.held.questions):
            rows, known = features(lab, question)
            good = np.array([bool(set(lab.items[row]) & beside.held.relevant[question].keys()) for row in rows])
            if good.any() and not good.all():
                yield known, good, 1000 / len(beside.held.questions)


def models(examples: list[tuple[Matrix, NDArray[np.bool_], float]], *, rounds: int = 200) -> dict[str, Model]:
    """The three models, trained; ``rounds`` of boosting."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    known = np.concatenate([part for part, _, _ in examples])
    good = np.concatenate([part for _, part, _ in examples])
    weights = np.concatenate([np.full(len(part), weight / len(part)) for part, _, weight in examples])
    weights *= len(weights) / weights.sum()
    mean, deviation = known.mean(axis=0), known.std(axis=0) + 1e-9
    logistic = LogisticRegression(C=1.0, max_iter=2_000).fit((known - mean) / deviation, good, weights)
    differences, pair_weights = [], []
    for part, right, weight in examples:
        # The best of several good passages of one sheet is the one that is to be first.
        better = part[np.flatnonzero(right)[0]]
        worse = part[~right]
        differences += [(better - worse) / deviation]
        pair_weights += [np.full(len(worse), weight / len(worse))]
    apart, apart_weights = np.concatenate(differences), np.concatenate(pair_weights)
    apart_weights *= len(apart_weights) / apart_weights.sum()
    both = np.concatenate([apart, -apart])
    signs = np.repeat([True, False], len(apart))
    paired = LogisticRegression(C=1.0, max_iter=2_000, fit_intercept=False).fit(both, signs, np.tile(apart_weights, 2))
    boosted = HistGradientBoostingClassifier(
        max_depth=3, max_iter=rounds, learning_rate=0.05, min_samples_leaf=50, random_state=0
    ).fit(known, good, weights)

    def linear(model: Any) -> Model:
        return lambda rows: np.asarray(((rows - mean) / deviation) @ model.coef_[0], dtype=np.float32)

    return {
        "logistic": linear(logistic),
        "pairwise": linear(paired),
        "boosted": lambda rows: np.asarray(boosted.decision_function(rows), dtype=np.float32),
    }


def rerank(context: Context) -> Iterator[Row]:
    """The first candidates in the order of a model, alone or beside the fused score."""
    halved = context.held.name.partition("+")[0] in TRAINED_ON
    # On a training set: learnt on one half of the questions, measured on the other.
    trained = _learnt(context.vectors, context.shared, halved)
    lab = context.lab()
    known = {question: features(lab, question) for question in context.held.questions}
    for name, model in trained.items():
        for share in (None, *SHARES) if context.held.tuning else (None, CHOSEN[name]):
            row = context.row(
                f"{name}, alone" if share is None else f"{name}, {share} beside the fused score",
                reordered(lab, known, model, share),
            )
            kept = {q: score for q, score in row.scores.items() if not halved or _second_half(q)}
            yield replace(row, scores=kept, note=f"{len(kept)} questions, learnt on the others" if halved else "")


@cache
def _learnt(vectors: Vectors, shared: Path, halved: bool) -> dict[str, Model]:
    """The models, trained once for all the sets of a command."""
    return models(list(training(vectors, shared, lambda question: not (halved and _second_half(question)))))


def _second_half(question: str) -> bool:
    return sha256(question.encode()).digest()[0] % 2 == 1


def reordered(lab: Lab, known: Mapping[str, tuple[RowArray, Matrix]], model: Model, share: float | None) -> Rank:
    """The shipped ranking, its first candidates in the order of the model."""

    def rank(question: str) -> RowArray:
        rows, described = known[question]
        scores = model(described)
        if share is not None:
            scores = np.asarray(standardise(described[:, 0].astype(np.float32)) + share * standardise(scores))
        return np.concatenate([rows[np.argsort(-scores, kind="stable")], lab.shipped(question)[FIRST:]])

    return rank
