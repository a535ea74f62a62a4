"""Questions that the page proposes: each is answered by the corpus; each button of an emergency opens its sheet."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.incident import Incident
from bot.model import Status

STATIC = Path(__file__).parents[2] / "bot" / "static"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


def in_the_page(program: str) -> object:
    """What a program that imports the page's modules gives back."""
    assert NODE is not None
    whole = f"""
        import {{ AUDIENCES, questionsFor }} from "{(STATIC / "questions.js").as_uri()}";
        import {{ SITUATIONS, recognised }} from "{(STATIC / "incidents.js").as_uri()}";
        process.stdout.write(JSON.stringify({program}));
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", whole],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_each_proposed_question_is_answered(answerer: Answerer) -> None:
    proposed = in_the_page("[null, ...Object.keys(AUDIENCES)].map(questionsFor)")
    assert isinstance(proposed, list)
    for questions in proposed:
        assert len(set(questions)) == 6
        unanswered = [text for text in questions if answerer.ask(text).status is not Status.ANSWERED]
        assert unanswered == []


def test_audiences_are_those_of_the_corpus() -> None:
    audiences = in_the_page("Object.keys(AUDIENCES)")
    assert audiences == ["medecin", "infirmier", "sage-femme", "pharmacien", "secretaire", "coordination"]


def test_each_button_opens_its_sheet(answerer: Answerer) -> None:
    situations = in_the_page("SITUATIONS")
    assert isinstance(situations, list)
    assert {one["incident"] for one in situations} == {incident.value for incident in Incident}
    sheets = answerer.emergency_sheets()
    for one in situations:
        answer = answerer.ask(one["label"])
        assert answer.status is Status.EMERGENCY, one
        assert answer.citations == sheets[Incident(one["incident"])].citations, one


@pytest.mark.parametrize(
    ("sentence", "incident"),
    [
        ("TOUT EST CRYPTÉ ON ME DEMANDE UNE RANÇON", "ransomware"),
        ("faux technicien microsoft, mes fichiers sont chiffrés", "ransomware"),
        ("un technicien microsoft a pris la main sur mon pc", "fake-support"),
        ("le conseiller de la banque m'a fait valider un virement", "fake-banker"),
        ("ma boite mail est piratée", "mailbox-hacked"),
        ("on a volé mon ordinateur portable dans la voiture", "theft"),
        ("j'ai cliqué sur le lien d'un sms", "clicked"),
        ("j'ai envoyé un compte rendu au mauvais patient", "wrong-recipient"),
        ("les dossiers de mes patients sont en ligne", "data-leak"),
        ("Combien de temps garder un dossier ?", None),
        ("Faut-il tester ses sauvegardes ?", None),
    ],
)
def test_plain_rules_tell_emergencies_apart_offline(sentence: str, incident: str | None) -> None:
    assert in_the_page(f"recognised({json.dumps(sentence)})") == incident
