"""One GET against real TLS servers on loopback: what is sent, what is read, and when it stops."""

import contextlib
import gzip
import itertools
import random
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingest.crawl.errors import AddressRefused, BodyRefused, CrawlError, FetchError, Unreachable
from ingest.crawl.exchange import Timeouts
from ingest.crawl.fetch import HttpFetcher, user_agent
from ingest.crawl.model import FetchRequest, Purpose, Response
from ingest.crawl.network import public_tls
from ingest.crawl.reply import Limits
from tests.ingest.crawl.loopback import PUBLIC, Answer, Leading, Names, Server, authority, reply, trusting
from tests.ingest.crawl.test_decode import bomb

HOST = "www.site.example"
URL = f"https://{HOST}/guides"
AGENT = user_agent("crawl@site.example", "0.1")
KIB, MIB = 1024, 1024 * 1024
HTML = "Content-Type: text/html; charset=utf-8"
PDF = "Content-Type: application/pdf"
QUICK = Limits(timeouts=Timeouts(name=0.3, connect=0.3, head=0.3, total=0.5), pdf_seconds=0.9)

OPENED: list[HttpFetcher] = []


def request(url: str = URL, purpose: Purpose = Purpose.PAGE, **more: str) -> FetchRequest:
    return FetchRequest(url, purpose, frozenset({HOST, "other.example"}), **more)


def fetcher(server: Server | int, limits: Limits | None = None, **more: object) -> HttpFetcher:
    port = server if isinstance(server, int) else server.port
    settings = {"resolver": Names({HOST: [[PUBLIC]]}), "dialer": Leading(port), "tls": trusting(), **more}
    OPENED.append(HttpFetcher(AGENT, limits=limits, **settings))  # type: ignore[arg-type]
    return OPENED[-1]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


def fetched(answer: Answer | bytes, limits: Limits | None = None, purpose: Purpose = Purpose.PAGE) -> Response:
    with Server(answer if callable(answer) else lambda _: answer) as server:
        return fetcher(server, limits).fetch(request(purpose=purpose))


def refused(answer: Answer | bytes, limits: Limits | None = None, purpose: Purpose = Purpose.PAGE) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetched(answer, limits, purpose)
    assert caught.value.subject == URL
    return caught.value


def chunked(parts: Iterator[bytes]) -> Iterator[bytes]:
    yield f"HTTP/1.1 200 OK\r\n{HTML}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    for part in parts:
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


# What is sent and what comes back


def test_a_page_comes_back_whole() -> None:
    page = "<p>Vérifiez l’expéditeur.</p>".encode()
    with Server(lambda _: reply(page, HTML, 'ETag: "v1"', "Vary: a", "Vary: b")) as server:
        response = fetcher(server).fetch(request())
        head = server.requests[0]
    assert (response.url, response.status, response.body) == (URL, 200, page)
    assert (response.media_type, response.wire_bytes, response.truncated) == ("text/html", len(page), False)
    assert (response.address, response.headers["etag"], response.headers["vary"]) == (PUBLIC, '"v1"', "a, b")
    assert 0 < response.seconds < 5
    assert head.startswith("GET /guides HTTP/1.1\r\n")
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:-2])
    assert lines.pop("Accept").startswith("text/html,")
    assert lines == {
        "Host": HOST,
        "User-Agent": "CyberVigie/0.1 (+mailto:crawl@site.example)",
        "Accept-Language": "fr",
        "Accept-Encoding": "gzip, deflate",
    }


def test_a_conditional_request_sends_the_validators_as_they_came() -> None:
    modified = "Wed, 25 Nov 2026 02:00:00 GMT"
    with Server(lambda _: reply(status="304 Not Modified", length=False)) as server:
        response = fetcher(server).fetch(request(etag='W/"é\xff"', last_modified=modified))
        head = server.requests[0]
    assert (response.status, response.body, response.wire_bytes) == (304, b"", 0)
    assert 'If-None-Match: W/"é\xff"\r\n' in head
    assert f"If-Modified-Since: {modified}\r\n" in head


@pytest.mark.parametrize("validator", ['"a"\r\nHost: x', "€", "a\x00", "", "a" * 2000])
def test_a_validator_that_no_server_could_have_sent_is_not_sent(validator: str) -> None:
    with Server(lambda _: reply(b"x", HTML)) as server:
        fetcher(server).fetch(request(etag=validator, last_modified=validator))
        assert "if-" not in server.requests[0].lower()


def test_validators_keep_their_bytes_and_addresses_are_read_as_utf_8() -> None:
    head = "HTTP/1.1 301 Moved\r\nLocation: /été\r\nContent-Length: 0\r\n".encode() + b'ETag: "\xe9"\r\n\r\n'
    response = fetched(head)
    assert response.headers["location"] == "/été"
    assert response.headers["etag"].encode("latin-1") == b'"\xe9"'
    assert fetched(b"HTTP/1.1 301 Moved\r\nLocation: /\xe9\r\nContent-Length: 0\r\n\r\n").headers["location"] == "/é"


@pytest.mark.parametrize("status", ["301 Moved", "404 Not Found", "410 Gone", "429 Slow", "500 Oops", "206 Partial"])
def test_only_status_200_has_a_body_and_no_redirect_is_followed(status: str) -> None:
    with Server(lambda _: reply(b"x" * 500, HTML, "Location: https://127.0.0.1/", status=status)) as server:
        response = fetcher(server).fetch(request())
        assert len(server.requests) == 1
    assert (response.status, response.body, response.wire_bytes) == (int(status[:3]), b"", 0)
    assert response.headers["location"] == "https://127.0.0.1/"


def test_cookies_are_not_sent_back() -> None:
    with Server(lambda _: reply(b"x", HTML, "Set-Cookie: id=1")) as server:
        one = fetcher(server)
        one.fetch(request())
        one.fetch(request())
        assert "cookie" not in server.requests[1].lower()


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetched(reply(b"x", HTML)).body == b"x"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_page_is_unpacked(encoding: str) -> None:
    page = b"<p>mot de passe</p>" * 500
    packed = gzip.compress(page) if encoding == "gzip" else zlib.compress(page)
    response = fetched(reply(packed, HTML, f"Content-Encoding: {encoding}"))
    assert (response.body, response.wire_bytes) == (page, len(packed))


def test_a_chunked_page_is_put_together() -> None:
    response = fetched(lambda _: chunked(bytes([65 + n]) for n in range(20)))
    assert response.body == b"ABCDEFGHIJKLMNOPQRST"


def test_a_page_that_ends_with_the_connection_needs_an_authentic_end() -> None:
    def whole(_: str) -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\n{HTML}\r\nConnection: close\r\n\r\npage".encode()

    assert fetched(whole).body == b"page"
    with Server(lambda _: itertools.chain(whole(""), cut_off())) as server:

        def cut_off() -> Iterator[bytes]:
            server.drop()
            yield b""

        with pytest.raises(Unreachable) as caught:
            fetcher(server).fetch(request())
    assert caught.value.code == "truncated"


# One connection


def test_one_connection_serves_several_requests() -> None:
    statuses = itertools.cycle(["200 OK", "301 Moved", "404 Not Found"])
    with Server(lambda _: reply(b"x" * 300, HTML, status=next(statuses))) as server:
        names, dialer = Names({HOST: [[PUBLIC]]}), Leading(server.port)
        one = fetcher(server, resolver=names, dialer=dialer)
        codes = [one.fetch(request()).status for _ in range(9)]
        assert codes == [200, 301, 404] * 3
        assert (server.connections, names.asked, dialer.dialled) == (1, [HOST], [PUBLIC])


def test_not_modified_keeps_the_connection() -> None:
    with Server(lambda _: reply(status="304 Not Modified", length=False)) as server:
        one = fetcher(server)
        for _ in range(5):
            one.fetch(request(etag='"a"'))
        assert server.connections == 1


def test_hosts_have_a_connection_each() -> None:
    with Server(lambda _: reply(b"x", HTML), (HOST, "other.example")) as server:
        one = fetcher(server, resolver=Names({HOST: [[PUBLIC]], "other.example": [[PUBLIC]]}))
        for url in (URL, "https://other.example/", URL, "https://other.example/"):
            one.fetch(request(url))
        assert server.connections == 2


def test_a_connection_closed_by_the_server_is_opened_again() -> None:
    with Server(lambda _: reply(b"x", HTML, "Connection: close")) as server:
        one = fetcher(server)
        for _ in range(3):
            assert one.fetch(request()).body == b"x"
        assert server.connections == 3


def test_a_connection_that_died_meanwhile_is_opened_again_once() -> None:
    with Server(lambda _: reply(b"x", HTML)) as server:
        one = fetcher(server)
        one.fetch(request())
        server.drop()
        assert one.fetch(request()).body == b"x"
        assert server.connections == 2


def test_a_request_that_was_sent_is_not_sent_again_behind_the_caller_s_back() -> None:
    """The server reads the request on the kept connection, and closes without a word."""
    heads: list[str] = []

    def answer(head: str) -> bytes | Iterator[bytes]:
        heads.append(head)
        return iter(()) if len(heads) == 2 else reply(b"x", HTML)

    with Server(answer) as server:
        one = fetcher(server)
        assert one.fetch(request()).body == b"x"
        with pytest.raises(Unreachable) as caught:
            one.fetch(request())
        assert (caught.value.code, caught.value.retryable, server.connections, len(heads)) == ("connect", True, 1, 2)
        assert one.fetch(request()).body == b"x"
        assert (server.connections, len(heads)) == (2, 3)


def test_what_was_said_before_it_was_asked_is_not_a_reply() -> None:
    """A body longer than declared must not become the reply to the next request."""
    for more in (reply(b"forged", HTML), b"\r\n", b"garbage"):
        with Server(lambda _, more=more: reply(b"x", HTML) + more) as server:  # type: ignore[misc]
            one, bodies = fetcher(server), []
            for _ in range(4):
                # Whether it is seen before the request is sent is a matter of moments.
                with contextlib.suppress(Unreachable):
                    bodies.append(one.fetch(request()).body)
            assert set(bodies) == {b"x"}


def test_a_new_connection_means_a_new_check() -> None:
    names = Names({HOST: [[PUBLIC], ["127.0.0.1"]]})
    with Server(lambda _: reply(b"x", HTML, "Connection: close")) as server:
        one = fetcher(server, resolver=names)
        one.fetch(request())
        with pytest.raises(AddressRefused):
            one.fetch(request())
        assert server.connections == 1


def test_the_next_address_is_tried_when_one_is_down() -> None:
    second = "2606:4700:4700::1111"
    with Server(lambda _: reply(b"x", HTML)) as server:
        dialer = Leading(server.port, down=frozenset({PUBLIC}))
        one = fetcher(server, resolver=Names({HOST: [[PUBLIC, second]]}), dialer=dialer)
        assert one.fetch(request()).address == second
        assert dialer.dialled == [PUBLIC, second]


# Names, connections, certificates


def test_an_unknown_name() -> None:
    with pytest.raises(Unreachable) as caught:
        fetcher(1, resolver=Names({})).fetch(request())
    assert (caught.value.code, caught.value.retryable) == ("dns", True)
    with pytest.raises(Unreachable) as caught:
        fetcher(1, resolver=Names({HOST: [[]]})).fetch(request())
    assert caught.value.code == "dns"


def test_a_slow_name() -> None:
    class Slow:
        def resolve(self, host: str, *, timeout: float) -> list[str]:
            assert timeout == pytest.approx(5, abs=0.5)
            raise TimeoutError("no answer")

    with pytest.raises(Unreachable) as caught:
        fetcher(1, resolver=Slow()).fetch(request())
    assert caught.value.code == "dns"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        fetcher(port).fetch(request())
    assert caught.value.code == "connect"


def test_a_connection_that_is_never_made_ends_in_time() -> None:
    waits: list[float] = []

    class Black:
        def dial(self, address: str, port: int, *, timeout: float) -> socket.socket:
            waits.append(timeout)
            time.sleep(timeout)
            raise TimeoutError("timed out")

    three = [PUBLIC, "8.8.8.8", "9.9.9.9"]
    with pytest.raises(Unreachable) as caught:
        fetcher(1, QUICK, resolver=Names({HOST: [three]}), dialer=Black()).fetch(request())
    assert caught.value.code == "timeout"
    assert len(waits) == 3
    assert sum(waits) <= 0.31


@pytest.mark.parametrize(
    "names",
    [("other.example",), ("site.example",), ("www.site.example.evil.example",), ("*.example",), ("127.0.0.1",)],
    ids=lambda names: names[0],
)
def test_a_certificate_for_another_name(names: tuple[str, ...]) -> None:
    with Server(lambda _: reply(b"x", HTML), names) as server:
        with pytest.raises(Unreachable, match="certificat") as caught:
            fetcher(server).fetch(request())
        assert (caught.value.code, server.requests) == ("tls", [])


def test_a_certificate_from_an_unknown_authority() -> None:
    with Server(lambda _: reply(b"x", HTML)) as server:
        with pytest.raises(Unreachable, match="certificat") as caught:
            fetcher(server, tls=public_tls()).fetch(request())
        assert (caught.value.code, server.requests) == ("tls", [])


def test_a_server_without_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            with listener.accept()[0] as plain:
                plain.sendall(reply(b"x", HTML))
                plain.recv(4096)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(Unreachable) as caught:
            fetcher(listener.getsockname()[1]).fetch(request())
        thread.join(5)
    assert caught.value.code == "tls"


def test_a_context_that_verifies_nothing_is_a_mistake() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    with pytest.raises(ValueError, match="verify"):
        HttpFetcher(AGENT, tls=context)
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ValueError, match="verify"):
        HttpFetcher(AGENT, tls=context)


def test_the_authority_of_the_tests_is_theirs_alone() -> None:
    assert authority() is authority()


# Slow servers


def test_a_silent_handshake_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begun = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            fetcher(listener.getsockname()[1], QUICK).fetch(request())
    assert caught.value.code == "timeout"
    assert time.monotonic() - begun < 0.8


def drip(server: Server, data: bytes, seconds: float = 0.05) -> Iterator[bytes]:
    for byte in data:
        server.pause(seconds)
        yield bytes([byte])


@pytest.mark.parametrize(
    ("start", "rest", "least", "most"),
    [
        (b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" * 9, 0.3, 0.5),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 99, 0.3, 0.5),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99, 0.3, 0.5),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n", b"a" * 999, 0.5, 0.75),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"a" * 999, 0.5, 0.75),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\na\r\n" * 99,
            0.5,
            0.75,
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n", b"%" * 999, 0.5, 0.75),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-" + b"a" * 1020, b"a" * 999, 0.9, 1.2),
    ],
    ids=["status", "headers", "interim", "length", "close", "chunked", "not a pdf", "pdf"],
)
def test_a_server_that_drips_is_stopped(start: bytes, rest: bytes, least: float, most: float) -> None:
    with Server(lambda _: itertools.chain([start], drip(server, rest))) as server:
        begun = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            fetcher(server, QUICK).fetch(request())
        took = time.monotonic() - begun
    assert caught.value.code == "timeout"
    # Some slack above for a busy machine.
    assert least - 0.05 < took < most + 0.6


def test_a_slow_error_page_costs_no_more_than_its_connection() -> None:
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9999\r\n\r\n"
    with Server(lambda _: itertools.chain([head], drip(server, b"a" * 999))) as server:
        begun = time.monotonic()
        assert fetcher(server, QUICK).fetch(request()).status == 404
        assert time.monotonic() - begun < 2


def test_an_error_page_said_to_be_long_is_not_read() -> None:
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 65537\r\n\r\n"
    with Server(lambda _: itertools.chain([head], drip(server, b"a" * 999))) as server:
        assert fetcher(server).fetch(request()).seconds < 0.5


def test_an_error_page_without_end_is_not_read() -> None:
    with Server(
        lambda _: itertools.chain([reply(b"", status="404 Not Found", length=False)[:-2]], endless())
    ) as server:

        def endless() -> Iterator[bytes]:
            yield b"\r\n"
            for _ in range(10_000):
                yield b"a" * 65536

        tracemalloc.start()
        assert fetcher(server).fetch(request()).status == 404
        assert tracemalloc.get_traced_memory()[1] < 4 * MIB
        tracemalloc.stop()


def test_time_is_that_of_the_clock_that_was_given() -> None:
    ticks = itertools.count(0, 20)
    with Server(lambda _: reply(b"x", HTML)) as server, pytest.raises(Unreachable) as caught:
        fetcher(server, monotonic=lambda: float(next(ticks))).fetch(request())
    assert caught.value.code == "timeout"


# Large and broken replies


@pytest.mark.parametrize(
    ("purpose", "media_type", "size", "fits"),
    [
        (Purpose.PAGE, "text/html", 5 * MIB, True),
        (Purpose.PAGE, "text/html", 5 * MIB + 1, False),
        (Purpose.PAGE, "application/xhtml+xml", 5 * MIB + 1, False),
        (Purpose.PAGE, "application/pdf", 50 * MIB, True),
        (Purpose.PAGE, "application/pdf", 50 * MIB + 1, False),
        (Purpose.PAGE, "application/octet-stream", 50 * MIB + 1, False),
        (Purpose.SITEMAP, "text/xml", 10 * MIB, True),
        (Purpose.SITEMAP, "application/pdf", 10 * MIB + 1, False),
    ],
)
def test_a_declared_length_is_refused_before_anything_is_read(
    purpose: Purpose, media_type: str, size: int, fits: bool
) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {size}\r\n\r\n"
    error = refused(lambda _: iter([head.encode()]), purpose=purpose)
    assert error.code == ("truncated" if fits else "too_large")


SMALL = Limits(page_bytes=20 * KIB, pdf_bytes=300 * KIB, sitemap_bytes=40 * KIB, robots_bytes=10 * KIB)


@pytest.mark.parametrize(
    ("purpose", "media_type", "start", "size", "fits"),
    [
        (Purpose.PAGE, "text/html", b"", 20 * KIB, True),
        (Purpose.PAGE, "text/html", b"", 20 * KIB + 1, False),
        (Purpose.PAGE, "text/html", b"%PDF-1.7", 20 * KIB + 1, False),
        (Purpose.PAGE, "application/pdf", b"%PDF-1.7", 300 * KIB, True),
        (Purpose.PAGE, "application/pdf", b"%PDF-1.7", 300 * KIB + 1, False),
        (Purpose.PAGE, "application/pdf", b"\0" * 900 + b"%PDF-1.7", 300 * KIB, True),
        (Purpose.PAGE, "application/pdf", b"<html>", 20 * KIB, True),
        (Purpose.PAGE, "application/pdf", b"<html>", 20 * KIB + 1, False),
        (Purpose.PAGE, "application/octet-stream", b"%PDF-1.7", 300 * KIB, True),
        (Purpose.PAGE, "", b"%PDF-1.7", 300 * KIB, True),
        (Purpose.PAGE, "", b"<html>", 20 * KIB + 1, False),
        (Purpose.PAGE, "text/plain", b"", 100, True),
        (Purpose.SITEMAP, "text/xml", b"%PDF-1.7", 40 * KIB, True),
        (Purpose.SITEMAP, "text/xml", b"%PDF-1.7", 40 * KIB + 1, False),
    ],
)
@pytest.mark.parametrize("framing", ["length", "chunked", "gzip"])
def test_a_body_has_the_room_of_what_it_is(
    purpose: Purpose, media_type: str, start: bytes, size: int, fits: bool, framing: str
) -> None:
    body = start + random.Random(3).randbytes((size - len(start)) // 2).hex().encode()
    body += b"." * (size - len(body))
    headers = [f"Content-Type: {media_type}"] if media_type else []
    if framing == "chunked":
        parts = [b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:1000], body[1000:]) if part]
        answer = reply(b"", *headers, "Transfer-Encoding: chunked", length=False) + b"".join(parts) + b"0\r\n\r\n"
    elif framing == "gzip":
        answer = reply(gzip.compress(body), *headers, "Content-Encoding: gzip")
    else:
        answer = reply(body, *headers)
    if fits:
        assert fetched(answer, SMALL, purpose).body == body
    else:
        error = refused(answer, SMALL, purpose)
        assert isinstance(error, BodyRefused)
        assert error.code == "too_large"


@pytest.mark.parametrize("framing", ["length", "gzip", "close"])
def test_robots_is_cut_where_its_limit_falls(framing: str) -> None:
    line = b"Disallow: /prive\n"
    for size, whole in ((10 * KIB, True), (10 * KIB + 1, False), (200 * KIB, False)):
        body = (line * (size // len(line) + 1))[:size]
        if framing == "gzip":
            answer: Answer | bytes = reply(gzip.compress(body), "Content-Encoding: gzip")
        elif framing == "length":
            answer = reply(body, "Content-Type: text/plain")
        else:
            answer = iter_of(b"HTTP/1.1 200 OK\r\n\r\n" + body)
        response = fetched(answer, SMALL, Purpose.ROBOTS)
        assert response.body == body[: 10 * KIB]
        assert response.truncated is not whole


def iter_of(data: bytes) -> Answer:
    return lambda _: iter([data])


@pytest.mark.parametrize("media_type", ["image/png", "video/mp4", "application/zip", "application/vnd.ms-excel"])
def test_a_format_of_which_no_text_is_read_is_not_downloaded(media_type: str) -> None:
    error = refused(iter_of(f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n".encode()))
    assert isinstance(error, BodyRefused)
    assert error.code == "format"


@pytest.mark.parametrize("packer", ["gzip", "deflate"])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_bomb_over_the_network_is_stopped_in_bounded_memory(packer: str, purpose: Purpose) -> None:
    packed = bomb(packer, 256 * MIB)
    answer = reply(packed, HTML, f"Content-Encoding: {packer}")
    tracemalloc.start()
    if purpose is Purpose.ROBOTS:
        response = fetched(answer, purpose=purpose)
        assert (len(response.body), response.truncated) == (512 * KIB, True)
    else:
        assert refused(answer, purpose=purpose).code == "ratio"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * MIB


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip, br", "deflate, gzip"])
def test_other_and_nested_encodings_are_refused(encoding: str) -> None:
    error = refused(reply(gzip.compress(b"x"), HTML, f"Content-Encoding: {encoding}"))
    assert (type(error), error.code) == (BodyRefused, "encoding")


def test_two_encoding_headers_are_a_nesting() -> None:
    double = gzip.compress(gzip.compress(b"x"))
    assert refused(reply(double, HTML, "Content-Encoding: gzip", "Content-Encoding: gzip")).code == "encoding"


def test_a_truncated_packed_body() -> None:
    error = refused(reply(gzip.compress(b"x" * 999)[:-9], HTML, "Content-Encoding: gzip"))
    assert (error.code, error.retryable) == ("truncated", True)


def forever(part: bytes, start: bytes = b"") -> Answer:
    return lambda _: itertools.chain([start], itertools.repeat(part, 1_000_000))


CHUNKED = f"HTTP/1.1 200 OK\r\n{HTML}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (forever(b"2000\r\n" + b"a" * 8192 + b"\r\n", CHUNKED), "too_large"),
        (forever(b"1;" + b"x" * 60_000 + b"\r\na\r\n", CHUNKED), "too_large"),
        (forever(b"1;" + b"x" * 60_000, CHUNKED), "protocol"),
        (forever(b"X: " + b"y" * 5000 + b"\r\n", CHUNKED + b"1\r\na\r\n0\r\n"), "protocol"),
        (forever(b"a" * 8192, f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode()), "too_large"),
        (forever(b"X: " + b"y" * 5000 + b"\r\n", b"HTTP/1.1 200 OK\r\n"), "protocol"),
        (forever(b"x" * 8192, b"HTTP/1.1 200 OK\r\nX: "), "protocol"),
        (forever(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100), "protocol"),
        (forever(b"x" * 8192), "protocol"),
    ],
    ids=["chunks", "extensions", "extension", "trailers", "body", "headers", "header", "interim", "nothing"],
)
def test_endless_replies_are_stopped_in_bounded_memory(answer: Answer, code: str) -> None:
    tracemalloc.start()
    error = refused(answer, replace(SMALL, page_bytes=256 * KIB))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == code
    assert peak < 4 * MIB


def test_too_many_headers() -> None:
    many = [f"X-{n}: y" for n in range(201)]
    assert refused(reply(b"x", *many)).code == "protocol"
    assert fetched(reply(b"x", *many[:190])).body == b"x"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "truncated"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "truncated"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "truncated"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "protocol"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "protocol"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nContent-Length: " + "9" * 30 + "\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n", "protocol"),
        ("HTTP/1.1 999999 OK\r\n\r\n", "protocol"),
        ("HTTP/2 200\r\n\r\n", "protocol"),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "protocol"),
        ("<html>no head at all</html>\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nX: ", "connect"),
        ("", "connect"),
    ],
)
def test_a_broken_reply(head: str, code: str) -> None:
    error = refused(iter_of(head.encode("latin-1")))
    assert error.code == code
    assert error.retryable is (code in ("truncated", "connect"))
    assert error.reason.isprintable()


def test_an_error_leaves_the_fetcher_fit_for_use() -> None:
    answers = iter([reply(b"x", HTML, "Content-Encoding: br"), b"HTTP/1.1 nonsense\r\n\r\n", reply(b"x", HTML)])
    with Server(lambda _: next(answers)) as server:
        one = fetcher(server)
        for code in ("encoding", "protocol"):
            with pytest.raises(FetchError) as caught:
                one.fetch(request())
            assert caught.value.code == code
        assert one.fetch(request()).body == b"x"


# Threads


def test_hosts_are_fetched_at_the_same_time_and_one_host_never_is() -> None:
    inside, most = [0], [0]
    lock = threading.Lock()

    def answer(head: str) -> bytes:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.05)
        with lock:
            inside[0] -= 1
        return reply(b"x", HTML)

    hosts = [f"h{n}.example" for n in range(4)]
    for urls, expected in (([f"https://{host}/" for host in hosts], range(2, 5)), ([URL] * 4, range(1, 2))):
        most[0] = 0
        with Server(answer, (HOST, *hosts)) as server:
            one = fetcher(server, resolver=Names({host: [[PUBLIC]] for host in (HOST, *hosts)}))
            threads = [
                threading.Thread(target=one.fetch, args=(FetchRequest(url, Purpose.PAGE, frozenset({HOST, *hosts})),))
                for url in urls
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)
            assert most[0] in expected
            assert server.connections == len(set(urls))


def test_closing_ends_the_request_in_progress_and_refuses_others() -> None:
    errors: list[FetchError] = []
    with Server(lambda _: drip(server, b"HTTP/1.1 200 OK\r\n" * 99)) as server:
        one = fetcher(server)

        def work() -> None:
            try:
                one.fetch(request())
            except FetchError as error:
                errors.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        while not server.requests:
            time.sleep(0.01)
        begun = time.monotonic()
        one.close()
        thread.join(5)
        assert time.monotonic() - begun < 1
        with pytest.raises(Unreachable):
            one.fetch(request())
        assert server.connections == 1
    assert [error.retryable for error in errors] == [True]


def test_closing_during_the_search_for_a_name_stops_at_the_connection() -> None:
    class Closing:
        def resolve(self, host: str, *, timeout: float) -> list[str]:
            one.close()
            return [PUBLIC]

    with Server(lambda _: reply(b"x", HTML)) as server:
        one = fetcher(server, resolver=Closing())
        with pytest.raises(Unreachable) as caught:
            one.fetch(request())
        assert server.requests == []
    assert caught.value.retryable


# Who asks


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("dpo@cpts-exemple.fr", "CyberVigie/0.1 (+mailto:dpo@cpts-exemple.fr)"),
        ("https://cpts-exemple.fr", "CyberVigie/0.1 (+https://cpts-exemple.fr)"),
        ("https://cpts-exemple.fr/robot?p=1", "CyberVigie/0.1 (+https://cpts-exemple.fr/robot?p=1)"),
    ],
)
def test_the_user_agent_says_whom_to_write_to(contact: str, expected: str) -> None:
    assert user_agent(contact, "0.1") == expected


@pytest.mark.parametrize(
    "contact",
    [
        *("", " ", "dpo", "dpo@", "@exemple.fr", "dpo@exemple", "dpo@exemple.fr ", "a b@exemple.fr", "dpo@exemple..fr"),
        *("http://exemple.fr", "https://", "https://exemple", "https://exemple.fr/a b", "https://x@exemple.fr/"),
        *("https://exemple.fr/\r\nX: y", "dpo@exemple.fr\n", "https://exemple.fr/(a)", "dpo@exémple.fr", "ftp://a.fr"),
        *(
            "https://exemple.fr:8443/",
            "a" * 300 + "@exemple.fr",
            "https://exemple.fr/" + "a" * 300,
            "https://127.0.0.1/",
        ),
    ],
)
def test_a_contact_that_nobody_could_use_is_refused(contact: str) -> None:
    with pytest.raises(CrawlError, match="contact non valable"):
        user_agent(contact, "0.1")


def test_a_version_that_would_break_the_header_is_refused() -> None:
    with pytest.raises(CrawlError):
        user_agent("dpo@exemple.fr", "0.1\r\nX: y")
