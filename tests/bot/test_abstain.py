"""The decision to answer."""

import json
import math
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from bot.abstain import CALIBRATION, decide, load_calibration
from bot.answer import Answerer
from bot.evidence import Evidence
from bot.model import Reason


def evidence(**changed: float) -> Evidence:
    return replace(Evidence(**{field.name: 0.5 for field in fields(Evidence)}), **changed)


def test_the_calibration_shipped_is_consistent() -> None:
    shipped = load_calibration()
    size = len(fields(Evidence))
    assert len(shipped.signals) == len(shipped.mean) == len(shipped.deviation) == len(shipped.weights) == size
    assert all(deviation > 0 for deviation in shipped.deviation)
    assert 0 < shipped.weak < shipped.threshold < 1
    for half in ("", "development_"):
        assert 0 <= shipped.promise[f"{half}false_answer_rate"] <= 1
        assert 0 <= shipped.promise[f"{half}over_refusal_rate"] <= 1
        assert min(shipped.promise[f"{half}unanswerable"], shipped.promise[f"{half}answerable"]) > 0


def test_a_calibration_of_other_signals_is_refused(tmp_path: Path) -> None:
    content = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    other = tmp_path / "calibration.json"
    other.write_text(json.dumps({**content, "signals": content["signals"][::-1]}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"evals\.calibrate"):
        load_calibration(other)


def test_probability_follows_the_evidence() -> None:
    shipped = load_calibration()
    middle = Evidence(*shipped.mean)
    assert shipped.probability(middle) == pytest.approx(1 / (1 + math.exp(-shipped.intercept)))
    for field, weight, deviation in zip(fields(Evidence), shipped.weights, shipped.deviation, strict=True):
        more = replace(middle, **{field.name: getattr(middle, field.name) + deviation})
        assert (shipped.probability(more) > shipped.probability(middle)) == (weight > 0)
    assert 0 <= shipped.probability(Evidence(*(0.0 for _ in fields(Evidence)))) <= 1


@pytest.mark.parametrize("far", [-1.0, 0.0, 1.0, 10.0])
def test_probability_is_one(far: float) -> None:
    shipped = load_calibration()
    assert 0 <= shipped.probability(Evidence(*(far for _ in fields(Evidence)))) <= 1


def test_decisions_by_probability() -> None:
    shipped = load_calibration()
    near, far = evidence(coverage=1.0, line=1.0), evidence(coverage=0.0, line=0.0)
    for found in (near, far):
        assert decide(shipped.threshold, found, shipped) is None
        assert decide(np.nextafter(shipped.threshold, 0), found, shipped) is Reason.WEAK
        assert decide(shipped.weak, found, shipped) is Reason.WEAK
    # Outside the subject is said of foreign words only.
    assert decide(0.0, far, shipped) is Reason.OUT_OF_SCOPE
    assert decide(0.0, near, shipped) is Reason.NOTHING_FOUND


@pytest.mark.parametrize(
    "question",
    [
        "Quelle est la capitale du Pérou ?",
        "Quelle recette de tarte aux pommes ?",
        "Qui a gagné la coupe du monde en 1998 ?",
        "Comment soigner une angine ?",
        "asdf qwer zxcv",
    ],
)
def test_far_questions_are_not_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert answer.status == "no_answer"
    assert answer.reason in (Reason.OUT_OF_SCOPE, Reason.WEAK, Reason.NOTHING_FOUND)
    assert answer.citations == ()
    assert answer.confidence < answerer.calibration.threshold


@pytest.mark.parametrize(
    "question",
    [
        "Combien de temps un cabinet libéral garde-t-il les dossiers de ses patients ?",
        "Dans quel délai notifier une violation de données à la CNIL ?",
        "Combien de caractères pour un mot de passe selon la CNIL ?",
        "Faut-il tester ses sauvegardes ?",
        "Mon hébergeur doit-il être certifié HDS ?",
    ],
)
def test_questions_of_the_corpus_are_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert answer.status == "answered"
    assert answer.confidence >= answerer.calibration.threshold
