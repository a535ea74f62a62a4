"""HTTP to a tool: where it may go, what a reply means, bounds, and secrets that never show."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme

from bot.helpdesk.errors import DeskAuth, DeskRefused, DeskTemporary, HelpdeskError, HelpdeskMisset
from bot.helpdesk.http import BODY_MAX, HttpClient, HttpReply
from bot.helpdesk.reach import Reach
from bot.helpdesk.secret import Secret

CANARY = "canari-jeton"
Serve = Callable[[bytes], str]


@pytest.fixture
def received() -> list[bytes]:
    return []


@pytest.fixture
def serve(received: list[bytes]) -> Iterator[Callable[..., str]]:
    """Gives the same bytes to every connection, in slow parts if asked; returns its address."""
    with contextlib.ExitStack() as stack:

        def start(reply: bytes, *, every: float = 0.0, tls: ssl.SSLContext | None = None) -> str:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def answer() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        plain, _ = server.accept()
                        with (
                            contextlib.suppress(OSError),
                            tls.wrap_socket(plain, server_side=True) if tls else plain as one,
                        ):
                            received.append(_whole(one))
                            for at in range(0, len(reply), 1 if every else len(reply) or 1):
                                one.sendall(reply[at : at + 1] if every else reply)
                                time.sleep(every)

            threading.Thread(target=answer, daemon=True).start()
            return f"http{'s' if tls else ''}://127.0.0.1:{server.getsockname()[1]}"

        yield start


def _whole(connection: socket.socket) -> bytes:
    """A request with its body, however it is cut."""
    asked = b""
    while part := connection.recv(65_536):
        asked += part
        head, end, body = asked.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
        if end and len(body) >= length:
            break
    return asked


def reply(status: int, body: bytes = b"{}", **headers: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


def client(url: str, seconds: float = 3.0, **headers: str | Secret) -> HttpClient:
    return HttpClient(url, Reach(internal=True), seconds=seconds, headers=headers)


def failing(url: str, seconds: float = 3.0) -> HelpdeskError:
    with pytest.raises(HelpdeskError) as failed:
        client(url, seconds, Authorization=Secret(f"Token {CANARY}")).request("GET", f"/{CANARY}").accepted()
    assert CANARY not in str(failed.value)
    return failed.value


def test_a_request_carries_what_it_must(serve: Serve, received: list[bytes]) -> None:
    made = client(f"{serve(reply(200, b'[1]'))}/base/", Authorization=Secret("Token abc"))
    found = made.request("POST", "/notes", query={"page": 2, "q": "é &"}, json={"a": "é"}).accepted(200)
    assert found.json() == [1]
    head, _, sent = received[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /base/notes?page=2&q=%C3%A9+%26 HTTP/1.1\r\n")
    assert b"Authorization: Token abc" in head
    assert b"Content-Type: application/json" in head
    assert sent == '{"a": "é"}'.encode()


def test_a_form_is_encoded_and_its_secrets_revealed_only_there(serve: Serve, received: list[bytes]) -> None:
    client(serve(reply(200))).request("POST", "/token", form={"user": "a b", "password": Secret("p&q")})
    assert received[0].endswith(b"\r\n\r\nuser=a+b&password=p%26q")
    with pytest.raises(ValueError, match="only one"):
        client("http://127.0.0.1:9").request("POST", "", json={}, form={})


@pytest.mark.parametrize("status", [200, 201, 204])
def test_any_2xx_is_accepted_unless_others_are_named(status: int) -> None:
    found = HttpReply(status, {}, b"")
    assert found.accepted() is found
    with pytest.raises(DeskRefused):
        found.accepted(206)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, DeskAuth),
        (302, DeskAuth),
        (400, DeskRefused),
        (401, DeskAuth),
        (403, DeskAuth),
        (404, DeskTemporary),
        (408, DeskTemporary),
        (422, DeskRefused),
        (429, DeskTemporary),
        (500, DeskTemporary),
        (502, DeskTemporary),
        (503, DeskTemporary),
    ],
)
def test_a_status_says_what_to_do(serve: Serve, received: list[bytes], status: int, kind: type[HelpdeskError]) -> None:
    secret_body = f"erreur avec {CANARY}".encode()
    failed = failing(serve(reply(status, secret_body, Location="http://127.0.0.1:1/ailleurs", X=CANARY)))
    assert type(failed) is kind
    assert failed.code == f"http_{status}"
    assert len(received) == 1, "nothing is followed"


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b'{"error": "x"}', DeskRefused), (b"[]", DeskRefused), (b'"x"', DeskTemporary), (b"", DeskTemporary)],
)
def test_a_404_is_the_tools_own_in_json_only(body: bytes, kind: type[HelpdeskError]) -> None:
    assert type(HttpReply(404, {}, body).failure()) is kind


def test_retry_after_is_a_number_or_a_date() -> None:
    def told(value: str) -> float | None:
        return HttpReply(429, {"retry-after": value}, b"").retry_after

    assert (told("30"), told("1.5"), told("0")) == (30.0, 1.5, 0.0)
    soon = told(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True))
    assert soon is not None
    assert 55 < soon <= 60
    assert told("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert told("9" * 30) == 86_400
    assert [told(value) for value in ("", "demain", "-5", "nan", "inf", "1.2.3")] == [None] * 6
    failed = HttpReply(503, {"retry-after": "7"}, b"").failure()
    assert isinstance(failed, DeskTemporary)
    assert failed.retry_after == 7.0


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_no_json_may_pass(body: bytes) -> None:
    with pytest.raises(DeskTemporary, match="JSON"):
        HttpReply(200, {}, body).json()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "protocol"),
        (b"pas du HTTP\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "protocol"),
        (reply(200, b"x" * 10, Content_Encoding="gzip"), "body"),
    ],
)
def test_a_reply_cut_or_garbled_may_pass(serve: Serve, sent: bytes, code: str) -> None:
    failed = failing(serve(sent))
    assert isinstance(failed, DeskTemporary)
    assert failed.code == code


def test_a_reply_too_large_is_refused(serve: Serve) -> None:
    assert failing(serve(reply(200, b"x" * (BODY_MAX + 1))), seconds=20).code == "size"


def test_a_reply_that_drips_is_late(serve: Callable[..., str]) -> None:
    begun = time.monotonic()
    failed = failing(serve(reply(200, b"x" * 1_000), every=0.05), seconds=0.5)
    assert failed.code == "timeout"
    assert time.monotonic() - begun < 5


def test_nobody_there(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert failing(f"http://127.0.0.1:{port}").code == "connect"
    assert failing("https://nom-qui-n-existe-pas.invalid").code == "dns"


class Names:
    """Resolves every name to the same addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    def resolve(self, host: str, *, timeout: float) -> list[str]:
        return self.addresses


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.1.2.3"], ["93.184.215.14", "192.168.1.1"], ["::1"], ["169.254.169.254"], ["fd00::1"]],
)
def test_a_name_that_leads_inside_is_not_contacted(addresses: list[str]) -> None:
    made = HttpClient("https://aide.exemple.fr", resolver=Names(*addresses), seconds=2)
    with pytest.raises(DeskRefused) as refused:
        made.request("GET", "/")
    assert refused.value.code == "address"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "aide.exemple.fr",
        "ftp://aide.exemple.fr",
        "http://aide.exemple.fr",
        "https://aide.exemple.fr:8443",
        "https://127.0.0.1",
        "https://[::1]",
        "https://2130706433",
        "https://0x7f.1",
        "https://moi:motdepasse@aide.exemple.fr",
        "https://aide.exemple.fr/?x=1",
        "https://aide.exemple.fr/#x",
        "https://aide.exemple.fr\\@pirate.example",
        "https://aide .exemple.fr",
        "https://éxemple.fr",
        "https://aide.exemple.fr:port",
    ],
)
def test_addresses_outside_the_rules_are_refused_when_set(url: str) -> None:
    with pytest.raises(HelpdeskMisset) as refused:
        HttpClient(url)
    assert "motdepasse" not in str(refused.value)


def test_a_tool_inside_needs_tls_or_a_word_of_its_operator() -> None:
    HttpClient("https://glpi.interne:8443", Reach(internal=True))
    HttpClient("http://127.0.0.1:8080", Reach(internal=True))
    with pytest.raises(HelpdeskMisset, match="en clair"):
        HttpClient("http://glpi.interne", Reach(internal=True))
    HttpClient("http://glpi.interne", Reach(internal=True, cleartext=True))


def test_certificates_are_checked_by_the_operator_s_authority(serve: Callable[..., str], tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    url = serve(reply(200), tls=context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    assert HttpClient(url, Reach(internal=True, ca_file=tmp_path / "ca.pem")).request("GET", "/").status == 200
    with pytest.raises(DeskTemporary) as refused:
        HttpClient(url, Reach(internal=True)).request("GET", "/")
    assert refused.value.code == "tls"
    with pytest.raises(HelpdeskMisset, match="PEM"):
        HttpClient(url, Reach(internal=True, ca_file=tmp_path / "absent.pem"))
