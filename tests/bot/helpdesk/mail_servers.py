"""Dovecot (IMAP) and Exim (SMTP) as child processes: real servers with configurations of their own, on free ports of
the loopback address, in a temporary folder, under certificates made for the occasion.

Exim delivers into the very Maildir folders that Dovecot serves, so that what is sent can be read. As root the servers
drop to the system's ``mail`` account; as anybody else they stay under it.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import imapclient

from tests.bot.helpdesk.mail_configs import DOMAIN, KEY, PASSWORD, certificates, dovecot, exim, oauth2, owned

DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:/usr/bin")
EXIM = shutil.which("exim4", path="/usr/sbin:/usr/local/sbin:/usr/bin")
INSTALLED = bool(DOVECOT and EXIM and Path("/usr/lib/dovecot/imap").exists())
_SECONDS = 45


def token(user: str, *, expires: int = 3_600) -> str:
    """An access token that Dovecot checks by itself: a JWT (RFC 7519) signed with HMAC-SHA256."""

    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    now = int(time.time())
    claims = {"sub": user, "email": user, "iat": now - 10, "exp": now + expires, "typ": "Bearer", "scope": "mail"}
    header = {"alg": "HS256", "typ": "JWT", "kid": "essai"}
    signed = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(hmac.new(KEY.encode(), signed.encode(), hashlib.sha256).digest())}"


@dataclass
class MailServers:
    """Two running servers. Ports: IMAP under TLS, IMAP with STARTTLS, the same of SMTP."""

    folder: Path
    imap: int
    imap_starttls: int
    smtp: int
    smtp_starttls: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _made: int = 0

    @property
    def ca_file(self) -> Path:
        """The authority that signed the certificates."""
        return self.folder / "ca.pem"

    def mailbox(self, user: str) -> "Mailbox":
        """The mailbox of an account, opened by a client of its own."""
        return Mailbox(self, user)

    def account(self, name: str) -> str:
        """The address of a new, empty mailbox."""
        self._made += 1
        address = f"{name}-{self._made}@{DOMAIN}"
        owned(self.folder / "mail" / address)
        return address

    def restrict(self, address: str, rights: dict[str, str]) -> None:
        """Leave the owner of a mailbox these rights (letters of RFC 4314) on its folders, "" being the inbox."""
        for name, letters in rights.items():
            folder = self.folder / "mail" / address / (f".{name}" if name else "")
            (folder / "dovecot-acl").write_text(f"owner {letters}\n", encoding="ascii")
            (folder / "dovecot-acl").chmod(0o644)

    def stop(self, name: str) -> None:
        """End one server, by its process id."""
        process = self.processes.pop(name)
        if process.poll() is None:
            # Both keep children; each runs in a session of its own.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=5)

    def start(self, name: str) -> None:
        """Start a server, and wait until its ports answer."""
        command = {
            "imap": [str(DOVECOT), "-F", "-c", str(self.folder / "dovecot.conf")],
            "smtp": [str(EXIM), "-C", str(self.folder / "exim.conf"), "-bdf"],
        }[name]
        with (self.folder / f"{name}.out").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self.folder
            )
        ports = (self.imap, self.imap_starttls) if name == "imap" else (self.smtp, self.smtp_starttls)
        for port in ports:
            self._until_open(name, port)

    def log(self) -> str:
        """Everything that the servers logged."""
        files = [self.folder / "dovecot.log", *self.folder.glob("*.out"), *(self.folder / "spool").glob("*log")]
        files = [path for path in files if path.is_file()]
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)

    def _until_open(self, name: str, port: int) -> None:
        end = time.monotonic() + _SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            assert self.processes[name].poll() is None, f"{name} ended:\n{self.log()}"
            assert time.monotonic() < end, f"{name} does not answer:\n{self.log()}"
            time.sleep(0.02)


class Mailbox:
    """What a person's mail program sees."""

    def __init__(self, servers: MailServers, user: str) -> None:
        self._servers = servers
        self._user = user

    @contextlib.contextmanager
    def client(self) -> Iterator[imapclient.IMAPClient]:
        """A client that is logged in."""
        trust = ssl.create_default_context(cafile=str(self._servers.ca_file))
        with imapclient.IMAPClient("localhost", self._servers.imap, ssl_context=trust, timeout=10) as client:
            client.login(self._user, PASSWORD)
            yield client

    def put(self, message: bytes | str, folder: str = "INBOX", flags: tuple[str, ...] = ()) -> None:
        """Store a message as it is."""
        data = message.encode() if isinstance(message, str) else message
        with self.client() as client:
            client.append(folder, data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), flags)

    def messages(self, folder: str = "INBOX") -> list[tuple[bytes, tuple[bytes, ...]]]:
        """Every message with its flags, unmarked by our looking; none where the folder is missing."""
        with self.client() as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            uids = client.search()
            found = client.fetch(uids, ["BODY.PEEK[]", "FLAGS"]) if uids else {}
        return [(found[uid][b"BODY[]"], found[uid][b"FLAGS"]) for uid in sorted(found)]

    def wait(self, count: int, folder: str = "INBOX") -> list[tuple[bytes, tuple[bytes, ...]]]:
        """The same once there are ``count`` messages; fails after some seconds."""
        end = time.monotonic() + _SECONDS
        while len(found := self.messages(folder)) < count:
            assert time.monotonic() < end, f"{len(found)} of {count} messages"
            time.sleep(0.05)
        return found


@contextlib.contextmanager
def mail_servers() -> Iterator[MailServers]:
    """Both servers, until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="courriel-"))
    folder.chmod(0o755)
    servers = MailServers(folder, *_free_ports(4))
    try:
        certificates(folder)
        owned(folder / "mail")
        owned(folder / "spool")
        (folder / "dovecot.conf").write_text(dovecot(folder, servers.imap, servers.imap_starttls), encoding="utf-8")
        (folder / "exim.conf").write_text(exim(folder, servers.smtp, servers.smtp_starttls), encoding="utf-8")
        (folder / "exim.conf").chmod(0o644)
        keys = folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "essai").write_text(base64.b64encode(KEY.encode()).decode(), encoding="ascii")
        (folder / "oauth2.conf").write_text(oauth2(folder), encoding="utf-8")
        servers.start("imap")
        servers.start("smtp")
        yield servers
    finally:
        for name in list(servers.processes):
            servers.stop(name)
        shutil.rmtree(folder, ignore_errors=True)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
