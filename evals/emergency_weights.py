"""Train the second looks at emergencies: ``python -m evals.emergency_weights [DATA]``.

Writes ``bot/emergency_weights.json`` (beginnings of words), ``bot/emergency_meaning.json`` (sentence vectors of the
bundled encoder, prepared in ``DATA/models``, by default ``data``) and ``bot/emergency_signs.json``, which weighs both
with the rules and the turn of the question. Sentences: ``evals/sentences`` and the ``dev`` half
of ``evals/questions``, written for the project; ``-held`` files and the ``held`` half are never read here. Five-fold
cross-validation prints what each threshold would do on sentences left out of training.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot import emergency_guess, emergency_meaning, emergency_signs
from bot.emergency import detect_all
from bot.emergency_guess import ORDINARY, features
from bot.emergency_signs import Signs, signs_of
from bot.emergency_text import plain
from index.embed import OnnxEmbedder
from index.prepare import ensure_model

SENTENCES = Path(__file__).parent / "sentences"
QUESTIONS = Path(__file__).parent / "questions" / "dev"
UNSEEN = ("incidents-more.tsv", "ordinary-more.txt")
"""Sentences for which no rule was written."""
TOLD = ("incidents.tsv", "incidents-told.tsv", UNSEEN[0])
CALM = ("ordinary.txt", "ordinary-told.txt", UNSEEN[1])
ALARMS = ("emergencies.jsonl", "alarms.jsonl")
QUIET = (
    *("no-emergency.jsonl", "calm.jsonl", "answers.jsonl", "near-miss.jsonl"),
    *("out-of-scope.jsonl", "ambiguous.jsonl", "clean.jsonl"),
)
_SEED = 20_261_125
_RARE = 2
"""Sentences in which a feature must stand to be kept."""
_SMALL = 0.1
"""Weights below it are left out."""
_STRENGTH = 1.0
"""Inverse of the L2 penalty, on words."""
_STRENGTH_OF_MEANING = 30.0
"""The same on vectors, whose components are small."""
SEEN_WEIGHT = 0.5
"""Of a sentence that rules may have been written for, against 1 of an unseen one, where signs are weighed."""
_STRENGTH_OF_SIGNS = 0.3
THRESHOLDS = (0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def incidents(name: str = "incidents.tsv") -> list[tuple[str, str]]:
    """Incident and sentence, from a file of ``evals/sentences``."""
    lines = (SENTENCES / name).read_text(encoding="utf-8").splitlines()
    return [(label, text) for line in lines for label, _, text in [line.partition("\t")]]


def ordinary(name: str = "ordinary.txt") -> list[str]:
    """Ordinary questions, from a file of ``evals/sentences``."""
    return (SENTENCES / name).read_text(encoding="utf-8").splitlines()


def examples() -> list[tuple[str, str]]:
    """Everything trained on: incident, or ``ORDINARY``, and sentence."""
    told = [pair for name in TOLD for pair in incidents(name)]
    told += [(row["expected"]["incident"], row["question"]) for name in ALARMS for row in _rows(name)]
    calm = [text for name in CALM for text in ordinary(name)]
    calm += [row["question"] for name in QUIET for row in _rows(name)]
    return [*told, *((ORDINARY, text) for text in calm)]


def digest() -> str:
    """SHA-256 of the sentences trained on."""
    return hashlib.sha256(json.dumps(examples(), ensure_ascii=False).encode()).hexdigest()


def main(data: Path) -> None:
    """Train both, print the cross-validation, write the weights."""
    found = examples()
    labels = [label for label, _ in found]
    encoder = OnnxEmbedder(ensure_model(data / "models"))
    vectors = np.stack([encoder.embed_query(emergency_meaning.as_encoded(text)) for _, text in found])
    table, names = _words([text for _, text in found])
    by_words = LogisticRegression(C=_STRENGTH, max_iter=3_000)
    by_meaning = LogisticRegression(C=_STRENGTH_OF_MEANING, max_iter=3_000)
    centre = vectors.mean(axis=0)
    folds = StratifiedKFold(5, shuffle=True, random_state=_SEED)
    apart = [
        cross_val_predict(model, given, labels, cv=folds, method="predict_log_proba")
        for model, given in ((by_words, table), (by_meaning, vectors - centre))
    ]
    for name, logs in (("words", apart[0]), ("meaning", apart[1]), ("both", (apart[0] + apart[1]) / 2)):
        print(name)
        _print_folds(labels, np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True))
    signs, told, unseen = _signs(found, [str(name) for name in np.unique(labels)], apart)
    _print_signs(signs, told, unseen)
    _write(emergency_signs.WEIGHTS, _weighing(signs, told, unseen))
    by_words.fit(table, labels)
    by_meaning.fit(vectors - centre, labels)
    _write(emergency_guess.WEIGHTS, _sparse(by_words, names))
    _write(emergency_meaning.WEIGHTS, _dense(by_meaning, centre, encoder.name))
    print(f"{len(labels)} sentences, {sum(label != ORDINARY for label in labels)} of them incidents")


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / name).read_text(encoding="utf-8").splitlines()]


def _words(texts: Sequence[str]) -> tuple[object, list[str]]:
    """The features of each text as a sparse table, shape (texts, features), and their names."""
    seen = [features(plain(text)) for text in texts]
    counts = Counter(feature for found in seen for feature in found)
    vectors = DictVectorizer()
    table = vectors.fit_transform([{name: 1.0 for name in found if counts[name] >= _RARE} for found in seen])
    return table, list(vectors.feature_names_)


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
            f"  {threshold:.2f}: {right} of {total} incidents named, {wrong} misnamed, "
            f"{false} of {len(labels) - total} ordinary questions proposed"
        )


def _signs(
    found: Sequence[tuple[str, str]], names: Sequence[str], apart: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signs of each sentence as left out of training, shape (n, signs); whether it is an incident; whether unseen."""
    fresh = {text for _, text in incidents(UNSEEN[0])} | set(ordinary(UNSEEN[1]))
    rows = []
    for (_, text), words, meaning in zip(found, *apart, strict=True):
        logs = [dict(zip(names, map(float, one), strict=True)) for one in (words, meaning)]
        rows.append(astuple(signs_of(plain(text), detect_all(text), *logs)))
    told = np.array([label != ORDINARY for label, _ in found])
    return np.array(rows), told, np.array([text in fresh for _, text in found])


def _print_signs(signs: np.ndarray, told: np.ndarray, unseen: np.ndarray) -> None:
    """Ten folds: what each threshold would do on sentences that nothing was trained on."""
    found = np.zeros(len(told))
    for train, test in StratifiedKFold(10, shuffle=True, random_state=_SEED).split(signs, 2 * told + unseen):
        model, mean, deviation = _fit_signs(signs[train], told[train], unseen[train])
        found[test] = model.predict_proba((signs[test] - mean) / deviation)[:, 1]
    print("signs: incidents opened, ordinary sentences opened; sentences without a rule of their own, then the others")
    for threshold in THRESHOLDS:
        shares = [(found[told & half] >= threshold).mean() for half in (unseen, ~unseen)]
        wrong = [(found[~told & half] >= threshold).mean() for half in (unseen, ~unseen)]
        print(f"  {threshold:.2f}: {shares[0]:.3f}, {wrong[0]:.3f}; {shares[1]:.3f}, {wrong[1]:.3f}")


def _fit_signs(
    signs: np.ndarray, told: np.ndarray, unseen: np.ndarray
) -> tuple[LogisticRegression, np.ndarray, np.ndarray]:
    mean, deviation = signs.mean(axis=0), signs.std(axis=0)
    model = LogisticRegression(C=_STRENGTH_OF_SIGNS, max_iter=2_000)
    model.fit((signs - mean) / deviation, told, sample_weight=np.where(unseen, 1.0, SEEN_WEIGHT))
    return model, mean, deviation


def _weighing(signs: np.ndarray, told: np.ndarray, unseen: np.ndarray) -> dict[str, object]:
    model, mean, deviation = _fit_signs(signs, told, unseen)
    return {
        "signs": [field.name for field in fields(Signs)],
        "mean": [round(float(value), 4) for value in mean],
        "deviation": [round(float(value), 4) for value in deviation],
        "weights": [round(float(value), 4) for value in model.coef_[0]],
        "intercept": round(float(model.intercept_[0]), 4),
    }


def _sparse(model: LogisticRegression, names: Sequence[str]) -> dict[str, object]:
    weights: dict[str, dict[str, float]] = {}
    for label, row in zip(model.classes_, model.coef_, strict=True):
        for feature, weight in zip(names, row, strict=True):
            if abs(weight) >= _SMALL:
                weights.setdefault(feature, {})[str(label)] = round(float(weight), 2)
    return {"features": weights, "intercepts": _intercepts(model, model.intercept_)}


def _dense(model: LogisticRegression, centre: np.ndarray, encoder: str) -> dict[str, object]:
    weights = {
        str(label): [round(float(weight), 2) for weight in row]
        for label, row in zip(model.classes_, model.coef_, strict=True)
    }
    intercepts = model.intercept_ - model.coef_ @ centre
    name = emergency_meaning.encoder_name(encoder)
    return {"weights": weights, "intercepts": _intercepts(model, intercepts), "encoder": name}


def _intercepts(model: LogisticRegression, values: np.ndarray) -> dict[str, float]:
    return {str(label): round(float(value), 3) for label, value in zip(model.classes_, values, strict=True)}


def _write(path: Path, weights: dict[str, object]) -> None:
    stamped = {**weights, "trained_on": {"sentences": digest()}}
    text = json.dumps(stamped, ensure_ascii=False, sort_keys=True, indent=0)
    path.write_text(f"{text}\n", encoding="utf-8")
    print(f"{path.stat().st_size // 1024} KiB -> {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data"))
