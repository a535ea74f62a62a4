"""Train what the page knows of emergencies when the service is out of reach: ``python -m evals.offline_weights``.

Writes ``bot/static/incident-words.js``: a multinomial logistic regression over the beginnings of words, rounded and
thinned out until it fits a script that every reader loads. Same sentences as ``evals.emergency_weights``, never the
held ones. Five-fold cross-validation prints what each threshold would do on sentences left out of training.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.emergency_guess import ORDINARY
from bot.incident import Incident
from evals.emergency_weights import examples

SCRIPT = Path(__file__).parents[1] / "bot" / "static" / "incident-words.js"
NAMES = (*(incident.value for incident in Incident), ORDINARY)
LETTERS = 5
"""Of each word; more of them cost bytes and find no more emergencies (measured: 4 to 6)."""
STEPS = 4
"""Steps of a rounded weight in one unit."""
_SMALL = 0.25
"""Weights below it are left out."""
_RARE = 3
"""Sentences in which a word must stand to be kept."""
_SEED = 20_261_125
_THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9)
_WIDTH = 110
_HEAD = """\
// Written by `python -m evals.offline_weights`: how much the beginning of a word tells of each incident. Do not edit.

/** The incidents in the order of the letters below; the last one is "none". */
export const NAMES = {names};
/** Quarters of a unit of log-odds, by incident. */
export const INTERCEPTS = {intercepts};
/** A word, then its weights: A to I add to the incident of that rank, J to R take from it. */
export const WORDS = `
{words}
`;
"""


def features(question: str) -> set[str]:
    """What the page sees of a question: beginnings of words without accents, marks of question or cry, how it opens."""
    plain = re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", question)).lower().replace("œ", "oe")
    words = [word[:LETTERS] for word in re.findall(r"[a-z0-9]+|[?!]", plain)]
    return {*words, *(f"^{word}" for word in words[:1])}


def main() -> None:
    """Print the cross-validation, then write the script."""
    found = list(dict.fromkeys(examples()))
    labels = [label for label, _ in found]
    table, words = _table([text for _, text in found])
    model = LogisticRegression(max_iter=3_000)
    folds = StratifiedKFold(5, shuffle=True, random_state=_SEED)
    _print_folds(labels, cross_val_predict(model, table, labels, cv=folds, method="predict_proba"))
    model.fit(table, labels)
    SCRIPT.write_text(script(model, words), encoding="utf-8")
    print(f"{len(labels)} sentences, {SCRIPT.stat().st_size} bytes -> {SCRIPT.name}")


def script(model: LogisticRegression, words: Sequence[str]) -> str:
    """The JavaScript module that holds a trained model."""
    ranks = [list(model.classes_).index(name) for name in NAMES]
    weights = np.where(np.abs(model.coef_) < _SMALL, 0, np.rint(model.coef_ * STEPS)).astype(int)[ranks]
    entries = [word + _written(column) for word, column in zip(words, weights.T, strict=True) if column.any()]
    lines = [""]
    for entry in entries:
        if len(lines[-1]) + len(entry) > _WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {entry}".strip()
    intercepts = [int(value) for value in np.rint(model.intercept_[ranks] * STEPS)]
    names = "[" + ", ".join(f'"{name}"' for name in NAMES) + "]"
    return _HEAD.format(names=names, intercepts=intercepts, words="\n".join(lines))


def _written(column: np.ndarray) -> str:
    marks = ((chr(ord("A") + rank + (len(NAMES) if value < 0 else 0)), abs(value)) for rank, value in enumerate(column))
    return "".join(f"{letter}{value}" for letter, value in marks if value)


def _table(texts: Sequence[str]) -> tuple[object, list[str]]:
    seen = [features(text) for text in texts]
    counts = Counter(word for found in seen for word in found)
    vectors = DictVectorizer()
    table = vectors.fit_transform([{word: 1.0 for word in found if counts[word] >= _RARE} for found in seen])
    return table, list(vectors.feature_names_)


def _print_folds(labels: Sequence[str], probabilities: np.ndarray) -> None:
    names = sorted(set(labels))
    calm = names.index(ORDINARY)
    others = [name for name in names if name != ORDINARY]
    best = [others[rank] for rank in np.delete(probabilities, calm, axis=1).argmax(axis=1)]
    for threshold in _THRESHOLDS:
        shown = 1 - probabilities[:, calm] >= threshold
        told = list(zip(labels, best, shown, strict=True))
        right = sum(seen and label == guessed for label, guessed, seen in told)
        alarms = sum(seen and label == ORDINARY for label, _, seen in told)
        total = sum(label != ORDINARY for label in labels)
        print(f"  {threshold:.2f}: {right} of {total} named, {alarms} of {len(labels) - total} ordinary questions")


if __name__ == "__main__":
    main()
