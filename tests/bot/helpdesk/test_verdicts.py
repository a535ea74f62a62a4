"""What agents make of drafts."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from bot.feedback import FeedbackFile
from bot.helpdesk.config import DeskConfig, Rules
from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.model import Intake
from bot.helpdesk.secret import Secret
from bot.helpdesk.signature import SigningKeys
from bot.helpdesk.webhooks import Webhooks
from bot.keys import model as keys

from .helpdesks import SECRET, MemoryDesk, Scripted, config, drafter, helpdesk, ref, refused, ticket

PATH = "/v1/helpdesk/aide/verdict"
QUESTION = "Combien de temps garder le dossier de Mme Zorblax ?"


class Keyed:
    """What stands before the webhooks in the application: names the bearer of a key."""

    def __init__(self, app: Any, scope: keys.Scope | None) -> None:
        self._app = app
        self._caller = keys.Caller(anonymous=frozenset({scope} if scope else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["caller"] = self._caller
        await self._app(scope, receive, send)


def judging(made: Helpdesk, scope: keys.Scope | None = keys.Scope.HELPDESK) -> TestClient:
    return TestClient(Keyed(Webhooks(Starlette(), helpdesk=made), scope))


def delivered(
    folder: Path, *, keep_text: bool = True, settings: DeskConfig | None = None, evaluation: bool = True
) -> Helpdesk:
    made = helpdesk(folder, MemoryDesk(), keep_text=keep_text, settings=settings)
    made.outbox.take("aide", [Intake(ref())])
    draft = drafter(Scripted(otherwise=refused())).draft(ticket(QUESTION))
    made.outbox.composed(ref().key, draft, evaluation=evaluation)
    made.outbox.delivered(ref().key)
    return made


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Helpdesk]:
    found = delivered(tmp_path)
    yield found
    found.outbox.close()


def verdict(**changed: Any) -> dict[str, Any]:
    return {"reference": ref().key, "verdict": "rejected", **changed}


def feedback(folder: Path) -> FeedbackFile:
    return FeedbackFile(folder / "feedback" / "feedback.sqlite")


@pytest.mark.parametrize(("word", "rating"), [("accepted", "up"), ("edited", "down"), ("rejected", "down")])
def test_a_verdict_is_counted(made: Helpdesk, tmp_path: Path, word: str, rating: str) -> None:
    reply = judging(made).post(PATH, json=verdict(verdict=word))
    assert (reply.status_code, reply.json()) == (200, {"status": "counted"})
    assert made.outbox.ledger.verdicts() == {("aide", word): 1}
    (tally,) = feedback(tmp_path).tallies()
    assert (tally.rating, tally.status, tally.reason, tally.times) == (rating, "no_answer", "nothing_found", 1)


def test_a_second_verdict_replaces_the_first_and_is_no_second_feedback(made: Helpdesk, tmp_path: Path) -> None:
    client = judging(made)
    client.post(PATH, json=verdict(verdict="accepted"))
    assert client.post(PATH, json=verdict(verdict="edited")).json() == {"status": "known"}
    assert made.outbox.ledger.verdicts() == {("aide", "edited"): 1}
    assert sum(tally.times for tally in feedback(tmp_path).tallies()) == 1


def test_a_text_that_may_be_kept_is_masked_and_becomes_a_candidate(made: Helpdesk, tmp_path: Path) -> None:
    judging(made).post(
        PATH, json=verdict(question=QUESTION, comment="Appeler le 06 39 98 12 34", reasons=["incomplete"])
    )
    (kept,) = feedback(tmp_path).texts()
    assert kept.feedback.question == "Combien de temps garder le dossier de Mme [nom masqué] ?"
    assert "39 98" not in kept.feedback.comment
    assert kept.feedback.complaints == {"incomplete"}


@pytest.mark.parametrize(("keep_text", "evaluation"), [(False, True), (True, False), (False, False)])
def test_a_text_without_both_agreements_is_not_kept(tmp_path: Path, keep_text: bool, evaluation: bool) -> None:
    made = delivered(tmp_path, keep_text=keep_text, evaluation=evaluation)
    assert judging(made).post(PATH, json=verdict(question=QUESTION)).status_code == 200
    assert feedback(tmp_path).texts() == ()
    made.outbox.close()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"Zorblax" not in path.read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        json.dumps(verdict(verdict="parfait")).encode(),
        json.dumps(verdict(reference="CV-1")).encode(),
        json.dumps(verdict(reasons=["pirate"])).encode(),
        json.dumps(verdict(question="x" * 1_001)).encode(),
        json.dumps(verdict(patient="Zorblax")).encode(),
        b"[" * 50_000,
    ],
)
def test_what_is_no_verdict_is_refused_without_an_echo(made: Helpdesk, body: bytes) -> None:
    reply = judging(made).post(PATH, content=body)
    assert (reply.status_code, reply.json()["code"]) == (400, "webhook_body")
    assert "Zorblax" not in reply.text
    assert made.outbox.ledger.verdicts() == {}


def test_an_unknown_draft_or_one_that_was_not_delivered(made: Helpdesk) -> None:
    made.outbox.take("aide", [Intake(ref(2))])
    for number in (2, 3):
        reply = judging(made).post(PATH, json=verdict(reference=ref(number).key))
        assert (reply.status_code, reply.json()["code"]) == (404, "unknown_draft")


@pytest.mark.parametrize("scope", [None, keys.Scope.ASK, keys.Scope.FEEDBACK])
def test_without_the_scope_nor_a_signature_it_is_refused(made: Helpdesk, scope: keys.Scope | None) -> None:
    assert judging(made, scope).post(PATH, json=verdict()).status_code == 401
    assert made.outbox.ledger.verdicts() == {}


def test_a_signed_verdict_needs_no_key_and_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "verdict.secret"
    path.touch(mode=0o600)
    path.write_text(SECRET, encoding="ascii")
    made = delivered(tmp_path, settings=config(verdict_secret_file=path, rules=Rules()))
    client = judging(made, None)
    body = json.dumps(verdict()).encode()
    headers = dict(SigningKeys([Secret(SECRET)]).headers("v1", body, time.time()))
    early = json.dumps(verdict(reference=ref(2).key)).encode()
    signed = dict(SigningKeys([Secret(SECRET)]).headers("v2", early, time.time()))
    assert client.post(PATH, content=early, headers=signed).status_code == 404
    assert not made.outbox.ledger.seen("aide", "verdict:v2"), "it may be sent again"
    assert client.post(PATH, content=body, headers=headers).json() == {"status": "counted"}
    assert client.post(PATH, content=body, headers=headers).json() == {"status": "known"}
    assert client.post(PATH, content=body + b" ", headers=headers).status_code == 401
    made.outbox.close()
