"""``cybervigie helpdesk``: settings written, a tool tried step by step, the outbox looked at and acted on."""

import base64
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from bot.helpdesk.model import Incoming, Intake, TicketRef
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.secret import Secret, read_secret
from bot.helpdesk.signature import SigningKeys
from tests.bot.commands.conftest import Run

Received = list[tuple[dict[str, str], bytes]]


@pytest.fixture
def tool() -> Iterator[tuple[str, Received]]:
    """A tool that takes whatever is sent to it; its address, and what came."""
    received: Received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            received.append(({name.lower(): value for name, value in self.headers.items()}, content))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/brouillons", received
        server.shutdown()
        thread.join()


@pytest.fixture
def file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings as ``init`` writes them."""
    path = tmp_path / "helpdesk.toml"
    assert run("helpdesk", "init", "generic", "--name", "aide", "--file", path).code == 0
    monkeypatch.setenv("CYBERVIGIE_HELPDESK", str(path))
    return path


def point_at(file: Path, url: str) -> None:
    text = file.read_text(encoding="utf-8")
    text = text.replace("https://aide.exemple.fr/cybervigie/brouillons", url).replace("# internal", "internal")
    file.write_text(text, encoding="utf-8")


def outbox(data: Path) -> Outbox:
    made = Outbox(data / "helpdesk" / "outbox.sqlite")
    made.take("aide", [Intake(TicketRef("aide", str(number), "m")) for number in (1, 2)])
    for number in (1, 2):
        made.bury(TicketRef("aide", str(number), "m").key, "http_404")
    return made


def test_init_writes_settings_and_a_secret_for_their_owner_only(run: Run, file: Path) -> None:
    secret = file.with_name("aide.secret")
    assert file.stat().st_mode & 0o077 == secret.stat().st_mode & 0o077 == 0
    SigningKeys([read_secret(secret)])
    assert "auto_reply_categories = []" in file.read_text(encoding="utf-8")
    again = run("helpdesk", "init", "generic", "--name", "aide", "--file", file)
    assert (again.code, "déjà" in again.err) == (1, True)
    assert run("helpdesk", "init", "generic", "--name", "autre", "--file", file).code == 0
    assert file.read_text(encoding="utf-8").count("[desks.") == 2
    assert "generic" in run("helpdesk", "init").out
    assert run("helpdesk", "init", "generic", "--name", "É", "--file", file).code == 2


def test_init_makes_every_secret_file_for_its_owner_only_and_says_what_to_put_in(run: Run, tmp_path: Path) -> None:
    previous = os.umask(0o022)
    try:
        shown = run("helpdesk", "init", "zammad", "--file", tmp_path / "helpdesk.toml").out
        empty = run("helpdesk", "init", "mailbox", "--file", tmp_path / "helpdesk.toml").out
    finally:
        os.umask(previous)
    assert "[desks.zammad] ajouté" in shown
    assert {path.name for path in tmp_path.iterdir()} == {
        "helpdesk.toml",
        "zammad.jeton",
        "zammad.secret",
        "mailbox.secret",
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    # Zammad takes a value of ours; its token and a password are not ours to choose.
    chosen = read_secret(tmp_path / "zammad.secret").reveal()
    assert len(bytes.fromhex(chosen)) == 32
    assert chosen not in shown
    assert (tmp_path / "zammad.jeton").read_text() == (tmp_path / "mailbox.secret").read_text() == ""
    assert "mettez-y token_file" in shown
    assert "mettez-y password_file" in empty


def test_the_call_of_the_guide_is_signed_as_the_desk_expects(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "helpdesk.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"```bash\n(.*?)```", guide, flags=re.DOTALL)
    secret = "whsec_" + base64.b64encode(bytes(range(200, 232))).decode("ascii")
    (tmp_path / "aide.secret").write_text(f"{secret}\n", encoding="ascii")
    bash, openssl = shutil.which("bash"), shutil.which("openssl")
    if bash is None or openssl is None:
        pytest.skip("bash and openssl are needed")
    # The call itself is shown, argument by argument, in the place of being made.
    made = subprocess.run(
        [bash, "-euc", "curl() { printf '%s\\0' \"$@\"; }\n" + recipe],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=20,
    )
    given = made.stdout.decode().split("\0")
    headers = dict(given[place + 1].split(": ", 1) for place, word in enumerate(given) if word == "-H")
    body = (tmp_path / "corps.json").read_bytes()
    SigningKeys([Secret(secret)]).verify(Incoming(headers, body), time.time())
    data = json.loads(body)["data"]
    assert {"ticket", "message", "text"} <= set(data)


def test_a_trial_goes_step_by_step_and_shows_no_secret(
    run: Run, file: Path, tool: tuple[str, Received], tmp_path: Path
) -> None:
    url, received = tool
    point_at(file, url)
    result = run("helpdesk", "test", "aide", data=tmp_path)
    shown = result.out + result.err
    assert "✓ Réglages et secrets lus" in shown
    assert "✓ Signature des appels : appel signé accepté, appel altéré refusé" in shown
    assert "✓ Appel de l’outil" in shown
    # No index here: that step fails, says what to do, and the others go on.
    assert "✗ Brouillon d’essai" in shown
    assert "cybervigie index" in shown
    assert result.code == 1
    secret = read_secret(file.with_name("aide.secret"))
    assert secret.reveal() not in shown
    ((headers, content),) = received
    assert json.loads(content)["type"] == "ping"
    SigningKeys([secret]).verify(Incoming(headers, content), time.time())


def test_a_tool_that_does_not_answer_is_told(run: Run, file: Path, tmp_path: Path) -> None:
    point_at(file, "http://127.0.0.1:9/")
    result = run("helpdesk", "test", "aide", data=tmp_path)
    assert (result.code, "✗ Appel de l’outil : connexion à l’outil impossible" in result.out) == (1, True)
    # The service itself, where the tool is to call it, is tried too.
    tried = run("helpdesk", "test", "aide", "--url", "http://127.0.0.1:9", data=tmp_path)
    # It is our own address that is at fault, not the tool's.
    assert "✗ Adresse d’appel de CyberVigie : rien ne répond à cette adresse" in tried.out
    wrong = run("helpdesk", "test", "aide", "--url", "cybervigie.exemple.fr", data=tmp_path)
    assert "✗ Adresse d’appel de CyberVigie : adresse non valable" in wrong.out


def test_unknown_desks_and_missing_settings(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("helpdesk", "test", "autre", data=tmp_path)
    assert (result.code, "connus : aide" in result.err) == (2, True)
    monkeypatch.delenv("CYBERVIGIE_HELPDESK")
    result = run("helpdesk", "test", "aide", data=tmp_path)
    assert (result.code, "helpdesk init" in result.err) == (1, True)


def test_the_outbox_is_listed_and_shown_without_a_text(run: Run, tmp_path: Path) -> None:
    assert "0\u00a0message" in run("helpdesk", "outbox", "list", data=tmp_path).out
    outbox(tmp_path).close()
    result = run("helpdesk", "outbox", "list", data=tmp_path)
    assert "2\u00a0messages (" in result.out
    assert result.out.count("l’outil a répondu 404") == 2
    lines = run("helpdesk", "outbox", "list", "--json", "--state", "dead", data=tmp_path).out.splitlines()
    assert {json.loads(line)["ticket"] for line in lines} == {"1", "2"}
    key = json.loads(lines[0])["reference"]
    shown = run("helpdesk", "outbox", "show", key, data=tmp_path)
    assert (shown.code, "pourquoi : l’outil a répondu 404 (http_404)" in shown.out) == (0, True)
    assert "état : en échec" in shown.out
    assert not any(word in shown.out for word in ("dead", "desk", "state", "None", "[]"))
    assert run("helpdesk", "outbox", "show", "CV-X", data=tmp_path).code == 1


def test_dead_letters_are_replayed_and_discarded(run: Run, tmp_path: Path) -> None:
    outbox(tmp_path).close()
    first, second = (TicketRef("aide", str(number), "m").key for number in (1, 2))
    assert "1\u00a0message remis en route" in run("helpdesk", "outbox", "replay", first, data=tmp_path).out
    # One that waits is brought forward; one that is unknown is told.
    assert "1\u00a0message remis en route" in run("helpdesk", "outbox", "replay", first, data=tmp_path).out
    again = run("helpdesk", "outbox", "replay", "CV-X", data=tmp_path)
    assert (again.code, "CV-X" in again.err) == (1, True)
    assert "1\u00a0message remis en route" in run("helpdesk", "outbox", "replay", "--all", data=tmp_path).out
    assert run("helpdesk", "outbox", "replay", data=tmp_path).code == 2
    assert run("helpdesk", "outbox", "discard", second, data=tmp_path).code == 0
    assert run("helpdesk", "outbox", "discard", second, data=tmp_path).code == 1
    listed = run("helpdesk", "outbox", "list", data=tmp_path).out
    assert first in listed
    assert second not in listed


def test_a_second_worker_says_so(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "helpdesk").mkdir()
    with FileLock(tmp_path / "helpdesk" / "worker.lock"):
        result = run("helpdesk", "run", data=tmp_path)
    assert (result.code, "un autre processus" in result.err) == (4, True)


def test_a_message_in_hand_is_given_up_when_nothing_works_any_more(run: Run, tmp_path: Path) -> None:
    made = outbox(tmp_path)
    key = TicketRef("aide", "1", "m").key
    made.replay(key)
    assert made.claim(["aide"], 3_600) is not None
    made.close()
    with FileLock(tmp_path / "helpdesk" / "worker.lock"):
        refused = run("helpdesk", "outbox", "discard", key, data=tmp_path)
    assert (refused.code, "arrêtez d’abord le service" in refused.err) == (1, True)
    assert run("helpdesk", "outbox", "discard", key, data=tmp_path).code == 0
