"""Fit the abstention model on development questions: ``python -m evals.calibrate``.

Reads the development questions, builds two small indexes (starter corpus alone, and with the official texts), weighs
every question in both, fits a logistic model, chooses the threshold by cross-validation and writes
``bot/calibration.json``. Questions are grouped in the folds, so that a question seen in one index is never judged by
a model that saw it in the other.
"""

import hashlib
import json
import random
import tempfile
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.abstain import CALIBRATION, Evidence, weigh
from bot.question import clean_question
from evals.shared import REPOSITORY, read_lines, require_shared
from index.build import build_index
from index.embed import OnnxEmbedder
from index.generation import current_generation
from index.prepare import ensure_model
from index.search import SearchEngine
from index.vocabulary import Vocabulary
from ingest.pipeline import add_paths, sync_starter
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore

LOOKED_AT = 20
FALSE_ANSWERS_MAX = 0.05
"""Share of unanswerable questions that may be answered; the threshold is the lowest that keeps it."""
DISTRACTORS = 300
OFFICIAL = 120
SEED = 7
# Subjects that the official texts do cover: their sheets are not examples of what is outside.
_NEAR = (
    "données",
    "médic",
    "santé",
    "internet",
    "secret",
    "fichier",
    "pirat",
    "identité",
    "mot de passe",
    "cnil",
    "hameçon",
    "escroquer",
    "carte bancaire",
    "fraude",
    "vidéo",
    "vitale",
    "mineur",
    "plainte",
    "arnaque",
    "téléphon",
)


def main() -> None:
    """Fit, report, write."""
    shared = require_shared()
    dev = list(read_lines(shared / "domain/questions-dev.jsonl"))
    outside = [
        sheet["title"]
        for sheet in read_lines(shared / "official/distractors-service-public-all.jsonl.gz")
        if sheet["title"].endswith("?") and not any(word in sheet["title"].casefold() for word in _NEAR)
    ]
    random.Random(SEED).shuffle(outside)  # noqa: S311
    questions = [(q["question"], 1) for q in dev if q["kind"] == "answerable"]
    questions += [(q["question"], 0) for q in dev if q["kind"] == "out_of_scope"]
    weights = [1.0] * len(questions) + [0.2] * DISTRACTORS
    questions += [(title, 0) for title in outside[:DISTRACTORS]]
    near_miss = list(read_lines(REPOSITORY / "evals/questions/near-miss.jsonl"))
    questions += [(q["question"], 0) for q in near_miss]
    weights += [1.0] * len(near_miss)

    # Questions that people put to the CNIL, answered by the official texts only: the second index must answer them too.
    asked = list(read_lines(shared / "bench-fr/queries.jsonl"))
    random.Random(SEED).shuffle(asked)  # noqa: S311
    questions += [(q["text"], 1) for q in asked[:OFFICIAL]]
    weights += [0.3] * OFFICIAL

    with tempfile.TemporaryDirectory() as scratch:
        engines = _engines(Path(scratch), shared)
        rows = [astuple(_weigh(engine, clean_question(text[:1000]))) for engine in engines for text, _ in questions]
    x = np.array(rows)
    y = np.array([label for _, label in questions] * len(engines))
    w = np.array(weights * len(engines))
    # The starter corpus does not hold their answers.
    official = np.arange(len(questions)) >= len(questions) - OFFICIAL
    w[: len(questions)][official] = 0.0
    groups = np.array(list(range(len(questions))) * len(engines))
    # Cosines and coverages enter standardised, so that the weights compare.
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / deviation
    held_out = np.zeros(len(y))
    for train, test in GroupKFold(10, shuffle=True, random_state=SEED).split(z, y, groups):
        held_out[test] = _fit(z[train], y[train], w[train]).predict_proba(z[test])[:, 1]
    threshold, promise = _threshold(held_out, y, w)
    model = _fit(z, y, w)
    content = {
        "signals": [field.name for field in fields(Evidence)],
        "mean": [round(float(v), 6) for v in mean],
        "deviation": [round(float(v), 6) for v in deviation],
        "weights": [round(float(v), 6) for v in model.coef_[0]],
        "intercept": round(float(model.intercept_[0]), 6),
        "threshold": threshold,
        "weak": round(threshold / 2, 4),
        "promise": promise,
    }
    CALIBRATION.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    digest = hashlib.sha256(CALIBRATION.read_bytes()).hexdigest()[:16]
    print(json.dumps(content, indent=1))
    print(f"written to {CALIBRATION.relative_to(REPOSITORY)} ({digest})")
    size = len(questions)
    worst = sorted((abs(y[i] - held_out[i]), y[i], held_out[i], i) for i in range(len(y)) if w[i])[::-1][:30]
    for _, label, probability, i in worst:
        print(f"{'starter' if i < size else 'all':8} {label} {probability:.2f} {questions[i % size][0][:110]}")


def _weigh(engine: SearchEngine, question: str) -> Evidence:
    return weigh(question, engine.search(question, LOOKED_AT), engine.lexical)


def _fit(z: np.ndarray, y: np.ndarray, w: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=1.0, class_weight=None, max_iter=1000).fit(z, y, sample_weight=w)


def _threshold(p: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[float, dict[str, float]]:
    hard = w == 1.0
    unanswerable, answerable = (y == 0) & hard, (y == 1) & hard
    for threshold in np.arange(0.2, 0.95, 0.01):
        false_answers = float((p[unanswerable] >= threshold).mean())
        if false_answers <= FALSE_ANSWERS_MAX:
            break
    return round(float(threshold), 2), {
        "false_answer_rate": round(false_answers, 4),
        "over_refusal_rate": round(float((p[answerable] < threshold).mean()), 4),
        "false_answer_rate_far": round(float((p[(y == 0) & ~hard] >= threshold).mean()), 4),
        "over_refusal_rate_official": round(float((p[(y == 1) & (w == 0.3)] < threshold).mean()), 4),
        "answerable": int(answerable.sum()),
        "unanswerable": int(unanswerable.sum()),
    }


def _engines(scratch: Path, shared: Path) -> list[SearchEngine]:
    embedder = OnnxEmbedder(ensure_model(REPOSITORY / "data/models"), threads=2)
    vocabulary = Vocabulary.load(REPOSITORY / "corpus/vocabulary/acronyms.csv")
    engines = []
    with DocumentStore(scratch / "store") as store, Sandbox() as sandbox:
        sync_starter(store, REPOSITORY / "corpus/starter")
        for name in ("starter", "all"):
            if name == "all":
                add_paths(store, sorted((shared / "official").glob("documents-*.jsonl")), sandbox=sandbox)
            root = scratch / "index"
            cached = REPOSITORY / "data/index/vectors.sqlite"
            if cached.is_file() and not (root / "vectors.sqlite").exists():
                root.mkdir()
                (root / "vectors.sqlite").write_bytes(cached.read_bytes())
            build_index(root, store.documents(), embedder)
            engines.append(SearchEngine(current_generation(root), embedder, expand=vocabulary.expand))
    return engines


if __name__ == "__main__":
    main()
