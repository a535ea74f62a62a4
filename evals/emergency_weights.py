"""Train the second look at emergencies: ``python -m evals.emergency_weights`` writes ``bot/emergency_weights.json``.

Sentences: ``evals/sentences``, written for the project; the ``-held`` files are never read here. Five-fold
cross-validation prints what each threshold would do on sentences left out of training.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.emergency_guess import ORDINARY, WEIGHTS, features
from bot.emergency_text import plain

SENTENCES = Path(__file__).parent / "sentences"
_SEED = 20_261_125
_RARE = 2
"""Sentences in which a feature must stand to be kept."""
_SMALL = 0.1
"""Weights below it are left out."""
_STRENGTH = 1.0
"""Inverse of the L2 penalty."""
THRESHOLDS = (0.3, 0.5, 0.7, 0.8, 0.9)


def incidents(name: str = "incidents.tsv") -> list[tuple[str, str]]:
    """Incident and sentence, from a file of ``evals/sentences``."""
    lines = (SENTENCES / name).read_text(encoding="utf-8").splitlines()
    return [(label, text) for line in lines for label, _, text in [line.partition("\t")]]


def ordinary(name: str = "ordinary.txt") -> list[str]:
    """Ordinary questions, from a file of ``evals/sentences``."""
    return (SENTENCES / name).read_text(encoding="utf-8").splitlines()


def digest() -> str:
    """SHA-256 of the sentences trained on."""
    whole = b"".join((SENTENCES / name).read_bytes() for name in ("incidents.tsv", "ordinary.txt"))
    return hashlib.sha256(whole).hexdigest()


def main() -> None:
    """Train, print the cross-validation, write the weights."""
    told = incidents()
    labels = [label for label, _ in told] + [ORDINARY] * len(ordinary())
    seen = [features(plain(text)) for text in [*(text for _, text in told), *ordinary()]]
    counts = Counter(feature for found in seen for feature in found)
    rows = [{feature: 1.0 for feature in found if counts[feature] >= _RARE} for found in seen]
    vectors = DictVectorizer()
    table = vectors.fit_transform(rows)
    model = LogisticRegression(C=_STRENGTH, max_iter=3_000)
    folds = StratifiedKFold(5, shuffle=True, random_state=_SEED)
    _print_folds(labels, cross_val_predict(model, table, labels, cv=folds, method="predict_proba"))
    model.fit(table, labels)
    WEIGHTS.write_text(
        json.dumps(_written(model, vectors), ensure_ascii=False, sort_keys=True, indent=0) + "\n", "utf-8"
    )
    print(f"{len(labels)} sentences, {WEIGHTS.stat().st_size // 1024} KiB -> {WEIGHTS}")


def _print_folds(labels: Sequence[str], probabilities: np.ndarray) -> None:
    names = sorted(set(labels))
    plain_column = names.index(ORDINARY)
    for threshold in THRESHOLDS:
        proposed = 1 - probabilities[:, plain_column] >= threshold
        best = [
            max((name for name in names if name != ORDINARY), key=lambda name: row[names.index(name)])
            for row in probabilities
        ]
        told = [(label, guessed, shown) for label, guessed, shown in zip(labels, best, proposed, strict=True)]
        right = sum(shown and label == guessed for label, guessed, shown in told)
        wrong = sum(shown and label not in (guessed, ORDINARY) for label, guessed, shown in told)
        false = sum(shown and label == ORDINARY for label, _, shown in told)
        total = sum(label != ORDINARY for label in labels)
        print(
            f"{threshold:.1f}: {right} of {total} incidents named, {wrong} misnamed, "
            f"{false} of {len(labels) - total} ordinary questions proposed"
        )


def _written(model: LogisticRegression, vectors: DictVectorizer) -> dict[str, object]:
    weights: dict[str, dict[str, float]] = {}
    for name, row in zip(model.classes_, model.coef_, strict=True):
        for feature, weight in zip(vectors.feature_names_, row, strict=True):
            if abs(weight) >= _SMALL:
                weights.setdefault(feature, {})[str(name)] = round(float(weight), 2)
    intercepts = {
        str(name): round(float(value), 3) for name, value in zip(model.classes_, model.intercept_, strict=True)
    }
    return {"features": weights, "intercepts": intercepts, "trained_on": {"sentences": digest()}}


if __name__ == "__main__":
    main()
