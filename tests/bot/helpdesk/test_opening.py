"""The helpdesk in the application: put together from the settings, behind the same headers, measured, silent."""

import base64
import contextlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.api.app import create_app
from bot.api.observe import configure_logs
from bot.helpdesk.errors import HelpdeskMisset
from bot.helpdesk.secret import Secret
from bot.helpdesk.signature import SigningKeys
from bot.keys.keyring import Keyring
from bot.keys.model import Scope
from bot.keys.store import KeyFile
from bot.settings import Settings
from tests.bot.contract import Client

PATH = "/v1/helpdesk/aide/webhook"
SECRET = "whsec_" + base64.b64encode(b"canari-secret-de-signature-0123456789").decode()
TEXT = "Combien de temps garder le dossier de Mme Zorblaxovitch, 06 39 98 12 34 ?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    secret = tmp_path / "aide.secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET, encoding="ascii")
    file = tmp_path / "helpdesk.toml"
    file.write_text(
        '[desks.aide]\nkind = "generic"\nurl = "http://127.0.0.1:9/"\ninternal = true\nsecret_file = "aide.secret"\n',
        encoding="utf-8",
    )
    # Without an index: jobs wait for one, and calls are taken all the same.
    return Settings(data_dir=tmp_path / "data", helpdesk=file, rate_per_minute=1, rate_burst=1)


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    settings.data_dir.mkdir()
    with Client(create_app(settings)) as opened:
        yield opened


def body(number: int, **more: Any) -> bytes:
    data = {"ticket": str(number), "message": f"m{number}", "text": TEXT, **more}
    return json.dumps({"type": "message.created", "data": data}).encode()


def signed(content: bytes, identifier: str) -> dict[str, str]:
    return dict(SigningKeys([Secret(SECRET)]).headers(identifier, content, time.time()))


def test_calls_are_not_limited_as_visitors_are(client: Client) -> None:
    for number in range(5):
        # Larger and deeper than a question may be.
        content = body(number, history=[[[[[["x" * 20_000]]]]]])
        assert client.post(PATH, content=content, headers=signed(content, f"c{number}")).status_code == 200


def test_refusals_and_jobs_are_measured(client: Client) -> None:
    content = body(1)
    client.post(PATH, content=content, headers=signed(content, "c1"))
    client.post(PATH, content=content, headers=signed(content, "c1"))
    client.post(PATH, content=content)
    shown = client.get("/metrics").text
    for outcome in ("taken", "replay", "header"):
        assert f'cybervigie_helpdesk_calls_total{{desk="aide",outcome="{outcome}"}} 1.0' in shown
    assert 'cybervigie_helpdesk_jobs{desk="aide",state="w' in shown
    assert 'cybervigie_requests_total{route="/v1/helpdesk/{desk}/webhook",status="401"} 1.0' in shown


def test_a_key_of_the_right_scope_may_judge(client: Client, settings: Settings) -> None:
    ring = Keyring(KeyFile(settings.keys_path), settings.pepper_path)
    answers = []
    for scope in (Scope.ASK, Scope.HELPDESK):
        token = ring.create(scope.value, [scope]).token
        headers = {"authorization": f"Bearer {token}"}
        verdict = {"reference": "CV-ABCDEFGHIJKLMNOP", "verdict": "accepted"}
        answers.append(client.post("/v1/helpdesk/aide/verdict", json=verdict, headers=headers).status_code)
    assert answers == [403, 404]
    ring.file.close()


def test_neither_a_secret_nor_a_patient_s_data_is_in_any_log_answer_or_file(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    with contextlib.redirect_stderr(stream):
        configure_logs("debug")
    try:
        shown = ""
        content = body(1)
        forged = content.replace(b"m1", b"m2")
        for sent, headers in (
            (content, signed(content, "c1")),
            (forged, signed(content, "c2")),
            (content, {}),
            (b"{" + content, signed(b"{" + content, "c3")),
            (body(2, ticket=""), signed(body(2, ticket=""), "c4")),
        ):
            shown += client.post(PATH, content=sent, headers=headers).text
        shown += client.get("/metrics").text + client.get("/openapi.json").text
    finally:
        structlog.reset_defaults()
    captured = capsys.readouterr()
    shown += stream.getvalue() + captured.out + captured.err
    assert "helpdesk_call_refused" in shown
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "aide.secret"]
    assert any(path.name == "outbox.sqlite" for path in written)
    for canary in (b"Zorblaxovitch", b"39 98 12", b"canari-secret", SECRET[6:].encode(), SECRET[6:30].encode()):
        assert canary not in shown.encode()
        for path in written:
            assert canary not in path.read_bytes(), path.name


def test_without_settings_there_is_no_such_address(tmp_path: Path) -> None:
    with Client(create_app(Settings(data_dir=tmp_path))) as opened:
        assert opened.post(PATH, content=b"{}").status_code == 404
    assert not (tmp_path / "helpdesk").exists()


def test_wrong_settings_stop_the_start(settings: Settings) -> None:
    assert settings.helpdesk is not None
    (settings.helpdesk.parent / "aide.secret").chmod(0o644)
    with pytest.raises(HelpdeskMisset, match="chmod 600"):
        create_app(settings)
