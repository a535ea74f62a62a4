"""Emergencies read by rules, words and meaning together, with the real encoder."""

import json
import math
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot import emergency_meaning, emergency_signs
from bot.answer import Answerer
from bot.emergency import detect_all
from bot.emergency_guess import ORDINARY
from bot.emergency_sense import Sense, joined
from bot.emergency_signs import Signs, log_odds, probability, signs_of
from bot.emergency_text import plain
from bot.incident import Incident
from evals.emergency_weights import digest
from evals.questionfile import read_questions
from evals.shared import REPOSITORY

RAISED, RIGHT, HELPED, MISTAKEN = 66, 63, 69, 3
"""Limits on the held half, one question looser than measured: another processor rounds vectors differently."""
HELD = REPOSITORY / "evals" / "questions" / "held"


@pytest.fixture(scope="module")
def sense(answerer: Answerer) -> Sense:
    return Sense(answerer._encode)


def test_the_weights_are_those_of_the_sentences_and_of_the_encoder_in_use(answerer: Answerer) -> None:
    written = json.loads(emergency_meaning.WEIGHTS.read_text(encoding="utf-8"))
    assert written["trained_on"]["sentences"] == digest(), "run `python -m evals.emergency_weights`"
    assert emergency_meaning.fits(answerer.engine.manifest.model), "run `python -m evals.emergency_weights`"
    assert set(written["weights"]) == {*(incident.value for incident in Incident), ORDINARY}
    assert not emergency_meaning.fits("autre/modele (int8)")


def test_the_held_half_of_the_second_series(sense: Sense) -> None:
    # Only counts are asserted, so that a failure names no sentence. Before the encoder: 57 of 73, and 4 of 129 wrongly.
    told, _ = read_questions([HELD / "alarms.jsonl"])
    calm, _ = read_questions([HELD / "calm.jsonl"])
    read = [(question.expected.incident, sense.read(question.text)) for question in told]
    assert (len(told), len(calm)) == (73, 129)
    assert sum(bool(found.incidents) for _, found in read) >= RAISED
    assert sum(incident in found.incidents for incident, found in read) >= RIGHT
    assert sum(bool(found.incidents) or found.uncertain for _, found in read) >= HELPED
    assert sum(bool(sense.read(question.text).incidents) for question in calm) <= MISTAKEN


@pytest.mark.parametrize(
    ("story", "incident"),
    [
        ("Nos comptes rendus se renomment un par un sous mes yeux et une somme est réclamée", Incident.RANSOMWARE),
        ("Mes contacts reçoivent depuis ce matin des messages étranges signés de moi.", Incident.MAILBOX_HACKED),
        ("J’ai remis à un patient l’enveloppe d’un autre.", Incident.WRONG_RECIPIENT),
    ],
)
def test_what_no_rule_foresaw_is_understood(sense: Sense, story: str, incident: Incident) -> None:
    assert sense.read(story).incidents == (incident,)


@pytest.mark.parametrize(
    "question",
    [
        "J’ai perdu le mode d’emploi de mon logiciel, où le trouver ?",
        "Un confrère a subi un rançongiciel l’an passé, comment éviter que cela m’arrive ?",
        "Combien de temps garder un dossier médical ?",
        "",
    ],
)
def test_what_only_sounds_like_trouble_opens_nothing(sense: Sense, question: str) -> None:
    assert sense.read(question).incidents == ()


def test_without_its_encoder_the_rules_and_words_decide() -> None:
    bare = Sense()
    for text in ("On m’a volé mon ordinateur", "J’ai un virus", "Combien de temps garder un dossier ?"):
        assert bare.read(text).incidents == detect_all(text)
    assert bare.read("Le cabinet a été piraté").uncertain


def test_what_may_be_ransomware_is_asked_about(sense: Sense) -> None:
    # The sheet on fake support says to restart, that on ransomware to leave everything on.
    read = sense.read("écran bloqué on me demande de payer")
    assert (read.incidents, read.uncertain) == ((), True)


def test_an_attack_told_plainly_is_asked_about(sense: Sense) -> None:
    assert sense.read("Je suis victime d’une cyberattaque, que faire ?").uncertain


def test_shared_emergencies_open_a_sheet(sense: Sense, shared: Path) -> None:
    lines = (shared / "domain" / "questions-dev.jsonl").read_text(encoding="utf-8").splitlines()
    asked = {row["id"]: row["question"] for row in map(json.loads, lines)}
    told = ("001", "002", "003", "020", "022", "025", "031", "061", "062", "065", "115")
    assert [number for number in told if not sense.read(asked[f"dev-{number}"]).incidents] == []
    # "je suis pirater": what it is has to be asked.
    assert sense.read(asked["dev-079"]).uncertain


def test_opinions_are_joined_as_a_geometric_mean() -> None:
    both = joined([{"a": -0.1, "b": -2.4}, {"a": -2.4, "b": -0.1}])
    assert both["a"] == pytest.approx(both["b"])


class TestSigns:
    def test_the_weights_fit_the_signs_and_the_sentences(self) -> None:
        written = json.loads(emergency_signs.WEIGHTS.read_text(encoding="utf-8"))
        assert written["signs"] == [field.name for field in fields(Signs)]
        assert written["trained_on"]["sentences"] == digest(), "run `python -m evals.emergency_weights`"

    def test_a_question_about_the_subject_is_less_of_an_emergency(self) -> None:
        told = Signs(1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 2.5, 0.0, 0.0)
        assert (
            probability(replace(told, asks=1.0, marked=1.0)) < probability(replace(told, asks=1.0)) < probability(told)
        )
        assert probability(replace(told, rule=0.0)) < probability(told)
        assert probability(replace(told, meaning=-4.0)) < probability(replace(told, meaning=4.0))

    def test_what_to_do_now_is_no_question_about_the_subject(self) -> None:
        logs = {ORDINARY: math.log(0.5)}
        what_now = signs_of(plain("On m’a volé mon ordinateur, que dois-je faire ?"), (), logs, logs)
        assert (what_now.marked, what_now.calls) == (0.0, 1.0)
        about = signs_of(plain("On m’a volé mon ordinateur, l’assurance rembourse ?"), (), logs, logs)
        assert (about.marked, about.calls) == (1.0, 0.0)

    @pytest.mark.parametrize(("ordinary", "expected"), [(0.5, 0.0), (0.25, math.log(3)), (1.0, -12.0), (1e-30, 12.0)])
    def test_log_odds_are_bounded(self, ordinary: float, expected: float) -> None:
        assert log_odds({ORDINARY: math.log(ordinary)}) == pytest.approx(expected)
