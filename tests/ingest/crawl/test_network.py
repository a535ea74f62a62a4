"""Names, connections and certificates."""

import socket
import ssl
import threading
import time
from typing import Any

import pytest

from ingest.crawl.network import SystemDialer, SystemResolver, public_tls
from tests.ingest.crawl.loopback import Canary


def test_a_name_of_this_machine_is_resolved_once_each() -> None:
    addresses = SystemResolver().resolve("localhost", timeout=5)
    assert "127.0.0.1" in addresses or "::1" in addresses
    assert len(set(addresses)) == len(addresses)


def test_an_unknown_name_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(OSError, match="not known"):
        SystemResolver().resolve("nowhere.example", timeout=5)


def test_a_name_that_no_question_can_hold_is_an_os_error() -> None:
    with pytest.raises(OSError, match=r"label|codec"):
        SystemResolver().resolve(f"{'a' * 64}.example", timeout=5)


def test_a_slow_resolution_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def slow(*_: Any, **__: Any) -> list[Any]:
        answered.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        SystemResolver().resolve("slow.example", timeout=0.1)
    assert time.monotonic() - begun < 0.8
    answered.set()


def test_the_dialer_connects_to_numbers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(*_: Any, **__: Any) -> None:
        pytest.fail("a name was looked up")

    with Canary() as canary:
        monkeypatch.setattr(socket, "getaddrinfo", resolved)
        for address in ("127.0.0.1", "::1"):
            with SystemDialer().dial(address, canary.port, timeout=1) as dialled:
                assert dialled.getpeername()[:2] == (address, canary.port)
        assert canary.contacts == 2


def test_a_closed_port_is_an_os_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        SystemDialer().dial("127.0.0.1", port, timeout=1)


def test_public_tls_verifies_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "empty.pem").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = public_tls()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.keylog_filename is None
    assert not (tmp_path / "keys").exists()
