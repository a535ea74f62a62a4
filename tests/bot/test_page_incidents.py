"""What the page makes of a question while the service is out of reach, on the questions written for development."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.incident import Incident
from evals.offline_weights import features

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "bot" / "static"
CALM = ("no-emergency", "calm", "answers", "near-miss", "out-of-scope")
TOLD = ("emergencies", "alarms")

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def run(code: str, given: object) -> Any:
    script = f"const given = {json.dumps(given)};\n{code}"
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return json.loads(done.stdout)


def suspected(questions: Sequence[str]) -> list[dict[str, Any]]:
    address = json.dumps((STATIC / "incidents.js").as_uri())
    return list(
        run(f"import {{ suspected }} from {address};\nconsole.log(JSON.stringify(given.map(suspected)));", questions)
    )


def rows(*names: str) -> list[dict[str, Any]]:
    files = [ROOT / "evals" / "questions" / "dev" / f"{name}.jsonl" for name in names]
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_no_sheet_opens_for_a_calm_question() -> None:
    questions = [row["question"] for row in rows(*CALM)]
    assert len(questions) > 500
    found = suspected(questions)
    assert [question for question, one in zip(questions, found, strict=True) if one["sure"]] == []
    # The list of sheets is offered now and then, and opens nothing.
    assert sum(one["likely"] for one in found) <= len(questions) * 0.04


def test_emergencies_get_their_sheet_or_the_list() -> None:
    """Weights trained on these very questions: what they do on others is in docs/widget.md."""
    asked = rows(*TOLD)
    found = suspected([row["question"] for row in asked])
    wrong = [
        (row["question"], one["sure"])
        for row, one in zip(asked, found, strict=True)
        if one["sure"] and one["sure"] != row["expected"]["incident"]
    ]
    assert wrong == []
    assert sum(one["sure"] is not None for one in found) >= len(asked) * 0.7
    assert sum(one["likely"] for one in found) >= len(asked) * 0.9


@pytest.mark.parametrize(
    ("question", "incident", "likely"),
    [
        ("Suis-je obligé de chiffrer les dossiers ?", None, False),
        ("Mes fichiers sont chiffrés", "ransomware", True),
        ("AU SECOURS tout est crypté au cabinet", "ransomware", True),
        # Opposite gestures: a ransom outweighs the false technician.
        ("un faux technicien a pris la main et demande une rançon en bitcoin, tout est crypté !", "ransomware", True),
        ("rançongiciel", None, True),
        ("Je n’ai pas cliqué sur le lien du mail", None, None),
        ("Comment éviter un rançongiciel ?", None, None),
        ("", None, False),
    ],
)
def test_what_is_told_and_what_is_asked(question: str, incident: str | None, likely: bool | None) -> None:
    [found] = suspected([question])
    assert found["sure"] == incident
    if likely is not None:
        assert found["likely"] is likely


def test_the_words_are_cut_as_in_training() -> None:
    """Each word of the script must be one that the page can make of a question."""
    address = json.dumps((STATIC / "incident-words.js").as_uri())
    code = f"import * as told from {address};\nconsole.log(JSON.stringify([told.NAMES, told.INTERCEPTS, told.WORDS]));"
    names, intercepts, words = run(code, None)
    assert names == [*(incident.value for incident in Incident), "ordinary"]
    assert len(intercepts) == len(names)
    for entry in words.split():
        word = entry.rstrip("ABCDEFGHIJKLMNOPQR0123456789") or entry
        if word.isascii() and word.strip("^").isalpha():
            assert word.strip("^") in features(word.strip("^"))
