"""Fit what puts an official text beside a digest: ``python -m evals.companions`` writes ``bot/companion.json``.

``evals/companions.tsv`` holds pairs of a digest's section and a quote of a shared official text, graded by readers:
2, the quote alone answers the section's question with the same rule; 1, it states plainly an important part of what
the section says; 0, anything else; -1, the same matter with another rule or figure. Grades 1 and 2 are right beside
the digest. A logistic model over ``bot.companion.Resemblance`` is fitted; sections stay whole in one of ten folds, and
the threshold is the lowest at which, on sections left out, at least ``PRECISION`` of the quotes shown are right.

``--ungraded`` prints the pairs that the product would weigh and no reader has graded.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.choice import Choice
from bot.companion import LOOKED_AT, WEIGHTS, Candidate, Companions, Resemblance
from bot.quote import choose_quote
from bot.service import Service
from bot.settings import Settings
from index.model import SearchHit, Signals
from index.search import SearchEngine
from ingest.model import DocumentKind, Passage

GRADES = Path(__file__).with_name("companions.tsv")
PRECISION = 0.95
"""Least share of right quotes among those shown."""
STRENGTH = 0.5
"""Inverse of the regularisation."""
FOLDS = 10
Key = tuple[str, str, str]
"""Source id of a digest, heading of its section, source id of an official text."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What a reader said of the quote ``text[start:end]`` of an official text beside a section of a digest."""

    start: int
    end: int
    grade: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Graded pairs: signals of shape (n, signals), whether each is right, and the number of its section."""

    signals: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]
    sections: npt.NDArray[np.int64]


def grades(path: Path = GRADES) -> dict[Key, list[Grade]]:
    """What readers said, by digest section and official text."""
    found: dict[Key, list[Grade]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            digest, heading, official, start, end, grade = line.split("\t")
            found.setdefault((digest, heading, official), []).append(Grade(int(start), int(end), int(grade)))
    return found


def grade_of(found: dict[Key, list[Grade]], digest: Choice, official: Choice) -> int | None:
    """The grade of the quote that overlaps most with that of a pair; None where none was graded."""
    ours = digest.hit.passage
    key = (digest.document.source_id, ours.path[-1] if ours.path else ours.title, official.document.source_id)
    span = official.quote.span
    shared = [(min(g.end, span.end) - max(g.start, span.start), g.grade) for g in found.get(key, ())]
    overlap, grade = max(shared, default=(0, 0))
    return grade if 2 * overlap > span.end - span.start else None


def sections(engine: SearchEngine) -> list[Choice]:
    """The sections of the digests, but those of emergency sheets, quoted as for their own heading."""
    found: list[Choice] = []
    seen: set[tuple[str, int]] = set()
    for row in range(len(engine.table)):
        (passage,) = engine.table.passages([row])
        document = engine.table.document(passage.document_id)
        assert document is not None, "a passage without its document"
        key = (document.id, passage.section)
        digest = document.kind is DocumentKind.DIGEST and not document.attributes.get("emergency")
        if digest and passage.questions and key not in seen:
            seen.add(key)
            hit = SearchHit(1, 0.0, row, passage, Signals(None, None, None))
            found.append(Choice(document, hit, choose_quote(document, hit, _heading(passage), engine.lexical)))
    return found


def _heading(passage: Passage) -> str:
    return passage.path[-1] if passage.path else passage.title


def weighed(engine: SearchEngine) -> list[tuple[Choice, list[Candidate]]]:
    """Every section of the digests with the official quotes that the product weighs beside it."""
    companions = Companions(engine)
    return [(section, companions.candidates(section)) for section in sections(engine)]


def graded(pairs: Sequence[tuple[Choice, list[Candidate]]], known: dict[Key, list[Grade]]) -> Pairs:
    """The pairs that a reader graded."""
    rows, right, numbers = [], [], []
    for number, (section, candidates) in enumerate(pairs):
        for candidate in candidates:
            grade = grade_of(known, section, candidate.choice)
            if grade is not None:
                rows.append(astuple(candidate.resemblance))
                right.append(grade > 0)
                numbers.append(number)
    return Pairs(np.array(rows), np.array(right), np.array(numbers))


def left_out(pairs: Pairs) -> npt.NDArray[np.float64]:
    """Probability of each pair by a model that saw no pair of its section, shape (n,)."""
    found = np.zeros(len(pairs.right))
    for train, test in GroupKFold(FOLDS).split(pairs.signals, groups=pairs.sections):
        model, mean, deviation = _fit(pairs.signals[train], pairs.right[train])
        found[test] = model.predict_proba((pairs.signals[test] - mean) / deviation)[:, 1]
    return found


def shown(
    pairs: Pairs, probabilities: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Of each section the likeliest pair: its probability, and whether it is right."""
    best = [
        max(np.flatnonzero(pairs.sections == section), key=lambda at: probabilities[at])
        for section in np.unique(pairs.sections)
    ]
    return probabilities[best], pairs.right[best]


def threshold(probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """The lowest probability at which the pairs shown are right often enough; above 1 when at none."""
    for least in sorted(probabilities):
        kept = probabilities >= least
        if right[kept].mean() >= PRECISION:
            return float(least)
    return 1.01


def _fit(
    signals: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> tuple[LogisticRegression, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    mean, deviation = signals.mean(axis=0), signals.std(axis=0)
    model = LogisticRegression(C=STRENGTH, max_iter=2_000)
    model.fit((signals - mean) / deviation, right)
    return model, mean, deviation


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data-real"), help="index of the official texts (make real)")
    parser.add_argument("--ungraded", action="store_true", help="print the pairs that no reader has graded")
    options = parser.parse_args()
    service = Service(Settings(data_dir=options.data))
    service.refresh()
    if not service.ready:
        raise SystemExit(f"no index in {options.data}: run make real")
    known = grades()
    with service.answerer() as held:
        pairs = weighed(held.engine)
    service.stop()
    if options.ungraded:
        _print_ungraded(pairs, known)
        return
    _write(graded(pairs, known))


def _print_ungraded(pairs: Sequence[tuple[Choice, list[Candidate]]], known: dict[Key, list[Grade]]) -> None:
    for section, candidates in pairs:
        for candidate in candidates:
            official = candidate.choice
            if grade_of(known, section, official) is None:
                span = official.quote.span
                where = (section.document.source_id, _heading(section.hit.passage), official.document.source_id)
                print(*where, span.start, span.end, sep="\t")


def _write(pairs: Pairs) -> None:
    apart = left_out(pairs)
    probabilities, right = shown(pairs, apart)
    least = threshold(probabilities, right)
    print(f"{len(pairs.right)} graded pairs of {len(right)} sections, {int(pairs.right.sum())} of them right")
    print("threshold  shown  right  of the sections that have a right one")
    possible = len(np.unique(pairs.sections[pairs.right]))
    for at in sorted({0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, round(least, 4)}):
        kept = probabilities >= at
        hits = int(right[kept].sum())
        if kept.any():
            bounds = binomtest(hits, int(kept.sum())).proportion_ci(method="wilson")
            share = f"{hits / kept.sum():.3f} ({bounds.low:.3f} to {bounds.high:.3f})"
            print(f"{at:9.4f} {int(kept.sum()):6} {share:>24} {hits / possible:.3f}")
    model, mean, deviation = _fit(pairs.signals, pairs.right)
    content = {
        "signals": [field.name for field in fields(Resemblance)],
        "mean": [round(float(value), 5) for value in mean],
        "deviation": [round(float(value), 5) for value in deviation],
        "weights": [round(float(value), 4) for value in model.coef_[0]],
        "intercept": round(float(model.intercept_[0]), 4),
        "threshold": round(least, 4),
        "trained_on": {"grades": hashlib.sha256(GRADES.read_bytes()).hexdigest(), "looked_at": LOOKED_AT},
    }
    WEIGHTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"-> {WEIGHTS}")


if __name__ == "__main__":
    main()
