"""Trials on scores: feedback, priors, near-duplicates, fusion."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from evals.bench.trials_context import Context, Row
from evals.bench.trials_lab import Lab, ordered
from evals.bench.trials_sets import health_related, publishers
from evals.bench.trials_store import Weights
from index.fuse import DEFAULT_WEIGHTS, fuse, standardise
from index.model import FloatVector, RowArray

RRF = 60
"""Constant of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""
FEEDBACK_TERMS = 20
ROCCHIO = (0.2, 3)
"""Chosen on the tuning sets: weight of the feedback, passages that it comes from"""
RM3 = (0.1, 10)
"""and the same for terms."""
HEALTH_BONUS = 0.1
NEAR = 0.97
"""Least cosine of near-duplicates"""
SAME_TERMS = 0.8
"""and the share of terms that they have in common (Jaccard)."""
Fuse = Callable[[tuple[FloatVector, FloatVector, FloatVector]], FloatVector]


def fusion(context: Context) -> Iterator[Row]:
    """Other ways of putting three scores together."""
    w = DEFAULT_WEIGHTS
    weights = (w.dense, w.line, w.lexical)

    def summed(each: Callable[[FloatVector], FloatVector], shares: tuple[float, float, float]) -> Fuse:
        return lambda scores: np.asarray(
            sum(share * each(part) for share, part in zip(shares, scores, strict=True)), dtype=np.float32
        )

    def ranked(constant: int) -> Callable[[FloatVector], FloatVector]:
        return lambda scores: np.asarray(1 / (constant + _ranks(scores)), dtype=np.float32)

    ways = {
        f"reciprocal ranks, constant {RRF}": summed(ranked(RRF), (1, 1, 1)),
        f"reciprocal ranks, constant {RRF}, weighted": summed(ranked(RRF), weights),
        "reciprocal ranks, constant 10, weighted": summed(ranked(10), weights),
        "minimum-maximum, weighted": summed(_minmax, weights),
        "standardised, equal weights": summed(standardise, (1, 1, 1)),
    }
    for label, way in ways.items():
        yield context.row(label, _by(context.lab(), way))


def _by(lab: Lab, way: Fuse) -> Callable[[str], RowArray]:
    def rank(question: str) -> RowArray:
        dense, line, lexical = lab.signals[question]
        rows = lab.pool(dense, lexical)
        return ordered(rows, way((dense[rows], line[rows], lexical[rows])))[0]

    return rank


def _ranks(scores: FloatVector) -> FloatVector:
    ranks = np.empty(len(scores), dtype=np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _minmax(scores: FloatVector) -> FloatVector:
    spread = float(scores.max() - scores.min()) if len(scores) else 0.0
    return np.zeros_like(scores) if spread < 1e-9 else np.asarray((scores - scores.min()) / spread, dtype=np.float32)


def feedback(context: Context) -> Iterator[Row]:
    """A second search with what the first passages say."""
    lab = context.lab()
    grid = [(alpha, depth) for alpha in (0.1, 0.2, 0.4, 0.8) for depth in (3, 10)]
    for alpha, depth in grid if context.held.tuning else [ROCCHIO]:
        yield context.row(f"Rocchio, passages only, weight {alpha}, {depth} passages", _rocchio(lab, alpha, depth))
    for alpha, depth in [(0.2, 3), (0.4, 3)] if context.held.tuning else []:
        label = f"Rocchio, passages and lines, weight {alpha}, {depth} passages"
        yield context.row(label, _rocchio(lab, alpha, depth, lines=True))
    terms = [(share, depth) for share in (0.1, 0.2, 0.4) for depth in (3, 10)]
    for share, depth in terms if context.held.tuning else [RM3]:
        yield context.row(f"RM3, share {share}, {depth} passages, {FEEDBACK_TERMS} terms", _rm3(lab, share, depth))


def _rocchio(lab: Lab, alpha: float, depth: int, *, lines: bool = False) -> Callable[[str], RowArray]:
    def rank(question: str) -> RowArray:
        first = lab.shipped(question)[:depth]
        moved = lab.asked[question] + alpha * lab.vectors[first].mean(axis=0)
        moved /= np.linalg.norm(moved)
        _, line, lexical = lab.signals[question]
        dense = lab.dense(moved)
        line = lab.line(moved) if lines else line
        rows = lab.pool(dense, lexical)
        return ordered(rows, fuse(dense[rows], line[rows], lexical[rows], DEFAULT_WEIGHTS))[0]

    return rank


def _rm3(lab: Lab, share: float, depth: int) -> Callable[[str], RowArray]:
    """Terms of the first passages, added to the question's (RM3: Abdul-Jaleel et al., TREC 2004)."""

    def rank(question: str) -> RowArray:
        dense, line, _ = lab.signals[question]
        weights = expanded(lab.weights(question), [lab.terms.counts[i] for i in lab.shipped(question)[:depth]], share)
        lexical = lab.terms.scores(weights)
        rows = lab.pool(dense, lexical)
        return ordered(rows, fuse(dense[rows], line[rows], lexical[rows], DEFAULT_WEIGHTS))[0]

    return rank


def expanded(own: Weights, passages: list[Counter[str]], share: float) -> Weights:
    """The question's terms at ``1 - share`` of the weight, the commonest terms of the passages at ``share``."""
    told: Counter[str] = Counter()
    for counts in passages:
        length = sum(counts.values())
        for term, count in counts.items():
            told[term] += count / length  # type: ignore[assignment]
    kept = told.most_common(FEEDBACK_TERMS)
    mass, total = sum(weight for _, weight in kept), sum(own.values())
    if not mass or not total:
        return own
    found = {term: (1 - share) * weight for term, weight in own.items()}
    for term, weight in kept:
        found[term] = found.get(term, 0.0) + share * total * weight / mass
    return found


def priors(context: Context) -> Iterator[Row]:
    """A bonus, in deviations of the fused score, whatever is asked. Facts are known of the starter corpus only: a bonus
    for it gains there by construction, one for official texts cannot."""
    lab = context.lab()
    sources = {document.id: document for document in context.held.documents}
    names = [sources[passage.document_id].source_id for passage in lab.passages]
    health = health_related(context.shared)
    published = publishers(context.shared)
    ours = np.array([sources[passage.document_id].kind == "digest" for passage in lab.passages])
    spoken = np.array([name in health for name in names])
    cyber = np.array([published.get(name, "").startswith(("ANSSI", "CNIL", "ANS ")) for name in names])
    law = np.array([published.get(name, "").startswith("Union") for name in names])
    masks = {"texts on health": spoken, "ANSSI, CNIL, ANS": cyber, "EU law, as a malus": law}
    if ours.any():
        masks |= {"starter corpus": ours, "starter corpus and texts on health": ours | spoken}
    for label, mask in masks.items():
        sign = -1 if "malus" in label else 1
        for bonus in (0.1, 0.2, 0.4) if context.held.tuning else (HEALTH_BONUS,):
            yield context.row(
                f"{label}: {sign * bonus:+} ({int(mask.sum())} passages)", _lifted(lab, mask, sign * bonus)
            )


def _lifted(lab: Lab, mask: "np.ndarray[tuple[int], np.dtype[np.bool_]]", bonus: float) -> Callable[[str], RowArray]:
    def rank(question: str) -> RowArray:
        rows, scores = lab.fused(question)
        return ordered(rows, np.asarray(scores + bonus * mask[rows], dtype=np.float32))[0]

    return rank


def collapse(context: Context) -> Iterator[Row]:
    """Passages left out that nearly repeat a better one of another document."""
    lab = context.lab()
    sets = [frozenset(counts) for counts in lab.terms.counts]
    for near, same in ((0.99, 0.9), (NEAR, SAME_TERMS), (0.95, 0.6), (0.93, 0.4)):
        dropped: list[int] = []

        def rank(question: str, near: float = near, same: float = same, dropped: list[int] = dropped) -> RowArray:
            rows = lab.shipped(question)[:30]
            kept: list[int] = []
            for row in rows.tolist():
                before = np.array(kept, dtype=np.int64)
                close = before[lab.vectors[before] @ lab.vectors[row] >= near] if kept else before
                if not any(_repeats(lab, sets, row, other, same) for other in close.tolist()):
                    kept.append(row)
            dropped.append(int((~np.isin(rows[:10], kept)).sum()))
            return np.array(kept, dtype=np.int64)

        scores = lab.evaluate(rank)
        note = f"{np.mean(dropped):.2f} of the first ten left out"
        yield Row(f"cosine over {near}, terms in common over {same}", scores, note)


def _repeats(lab: Lab, sets: list[frozenset[str]], row: int, other: int, same: float) -> bool:
    if lab.documents[row] == lab.documents[other]:
        return False
    both = len(sets[row] & sets[other])
    return both >= same * len(sets[row] | sets[other])
