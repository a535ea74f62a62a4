"""A session with the IMAP server (RFC 9051, and RFC 3501 before it): one connection, kept while it lives.

IMAPClient (BSD) rather than imap-tools: it hands over BODYSTRUCTURE, so that attachments stay on the server, and the
UIDVALIDITY of what it opens; imap-tools fetches whole messages.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import imapclient  # type: ignore[import-untyped]
import structlog

from bot.helpdesk.errors import HelpdeskError
from bot.helpdesk.mailbox_client import WatchedClient
from bot.helpdesk.mailbox_errors import imap_errors, no_folder, read_only
from bot.helpdesk.mailbox_fields import BYTES, NAMES
from bot.helpdesk.mailbox_head import Head, body_of, head_of
from bot.helpdesk.mailbox_options import Account, Server
from bot.helpdesk.mailbox_watch import Watch

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
SECONDS = 60.0
"""Of all commands of one ``with`` block, login included."""
_FAREWELL_SECONDS = 5.0
_IDLE_SECONDS = 20.0
"""After this long without a command the connection is tried before it is used."""
_HEADER = f"BODY.PEEK[HEADER.FIELDS ({' '.join(NAMES)})]<0.{BYTES}>"

log = structlog.get_logger("cybervigie.mailbox")
# At its most talkative it would log whole messages.
logging.getLogger("imapclient").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as it was opened. ``any_keyword``: whether new keywords may be set in it."""

    validity: int
    next_uid: int
    any_keyword: bool


class ImapSession:
    """One account on one server. Commands of several threads wait for each other.

    Every method raises HelpdeskError; after one, the connection is closed and the next command opens another.
    """

    def __init__(self, server: Server, account: Account) -> None:
        self._server = server
        self._account = account
        self._client: imapclient.IMAPClient | None = None
        self._used = 0.0
        self._lock = threading.RLock()
        self._special: dict[str, str] = {}

    def close(self) -> None:
        """Leave the server, if it is there."""
        with self._lock:
            client, self._client = self._client, None
            if client is None:
                return
            with Watch(_FAREWELL_SECONDS) as watch, contextlib.suppress(Exception):
                watch.held(client.socket())
                client.logout()
            with contextlib.suppress(Exception):
                client.shutdown()

    @contextlib.contextmanager
    def opened(self, folder: str, key: str, *, write: bool = False) -> Iterator[tuple["Folder", Opened]]:
        """A folder, for reading only unless ``write``; ``key``: where its name is set."""
        with self._commands() as client:
            try:
                state = client.select_folder(folder, readonly=not write)
            except imapclient.exceptions.IMAPClientReadOnlyError:
                raise read_only(folder, key) from None
            except imapclient.exceptions.IMAPClientAbortError:
                raise
            except imapclient.exceptions.IMAPClientError:
                raise no_folder(folder, key) from None
            permanent = state.get(b"PERMANENTFLAGS", ())
            yield (
                Folder(client),
                Opened(int(state.get(b"UIDVALIDITY", 0)), int(state.get(b"UIDNEXT", 0)), b"\\*" in permanent),
            )

    def special(self, use: str, key: str) -> str:
        """The folder that the server declares for a use (RFC 6154), or that has its usual name."""
        with self._commands() as client:
            if use not in self._special:
                found = client.find_special_folder(use.encode("ascii"))
                if found is None:
                    raise no_folder(use.lstrip("\\"), key)
                self._special[use] = str(found)
            return self._special[use]

    def append(self, folder: str, key: str, message: bytes, flags: Sequence[bytes]) -> None:
        """Put a message into a folder."""
        with self._commands() as client:
            try:
                client.append(folder, message, flags)
            except imapclient.exceptions.IMAPClientError as error:
                if "[TRYCREATE]" in str(error):
                    raise no_folder(folder, key) from None
                raise

    def login(self) -> None:
        """Connect and log in, where that is not done yet."""
        with self._commands():
            pass

    @contextlib.contextmanager
    def _commands(self) -> Iterator[imapclient.IMAPClient]:
        with self._lock, Watch(SECONDS) as watch:
            try:
                with imap_errors(self._server.host):
                    client = self._living(watch)
                    yield client
                self._used = time.monotonic()
            except BaseException as error:
                # A folder that is missing leaves the connection sound; anything else may have left it half-read.
                if not (isinstance(error, HelpdeskError) and error.code == "folder"):
                    self.close()
                if watch.late and isinstance(error, HelpdeskError):
                    raise watch.error("IMAP", self._server.host) from None
                raise
            if watch.late:
                # Just in time, but the connection is gone.
                self.close()

    def _living(self, watch: Watch) -> imapclient.IMAPClient:
        if self._client is not None:
            watch.held(self._client.socket())
        if self._client is not None and time.monotonic() - self._used > _IDLE_SECONDS:
            try:
                self._client.noop()
            except Exception:
                self.close()
        if self._client is None:
            self._client = self._connected(watch)
        return self._client

    def _connected(self, watch: Watch) -> imapclient.IMAPClient:
        server = self._server
        client = WatchedClient(
            watch,
            server.host,
            server.port,
            ssl=not server.starttls,
            ssl_context=server.tls,
            timeout=imapclient.SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
        try:
            client.normalise_times = False
            if server.starttls:
                client.starttls(server.tls)
                watch.held(client.socket())
            secret = self._account.secret().reveal()
            if self._account.oauth:
                client.oauth2_login(self._account.user, secret)
            elif secret.isascii() and self._account.user.isascii():
                client.login(self._account.user, secret)
            else:
                # LOGIN takes ASCII only; PLAIN is in UTF-8 (RFC 4616).
                client.plain_login(self._account.user, secret)
        except BaseException:
            with contextlib.suppress(Exception):
                client.shutdown()
            raise
        return client


class Folder:
    """The folder that is open; it ends with the ``with`` block that gave it."""

    def __init__(self, client: imapclient.IMAPClient) -> None:
        self._client = client

    def since(self, uid: int) -> list[int]:
        """UIDs from ``uid`` on, ascending. "n:*" always names the last message, hence the filter."""
        return sorted(one for one in self._client.search(["UID", f"{uid}:*"]) if one >= uid)

    def received_since(self, day: date) -> list[int]:
        """UIDs of what arrived since a day, ascending."""
        return sorted(self._client.search(["SINCE", day]))

    def with_id(self, message_id: str, mark: str) -> list[int]:
        """UIDs of our own messages of an id: by the id, and by our field where the server gave another id."""
        return sorted(
            self._client.search(["OR", "HEADER", "Message-ID", message_id, "HEADER", "X-CyberVigie-Key", mark])
        )

    def heads(self, uids: Sequence[int]) -> list[Head]:
        """What is known of messages without their texts, ascending. Those that are gone are left out, and those that
        the server itself cannot read: one of them must not hold up all others."""
        if not uids:
            return []
        try:
            found = self._client.fetch(uids, ["FLAGS", "INTERNALDATE", _HEADER])
        except imapclient.exceptions.IMAPClientAbortError:
            raise
        except imapclient.exceptions.IMAPClientError:
            if len(uids) > 1:
                return [head for uid in uids for head in self.heads([uid])]
            log.warning("mailbox_unreadable", uid=uids[0])
            return []
        return [head_of(uid, found[uid]) for uid in sorted(found) if uid in set(uids)]

    def structure(self, uid: int) -> Any:
        """The BODYSTRUCTURE of a message; None where it is gone."""
        return self._client.fetch([uid], ["BODYSTRUCTURE"]).get(uid, {}).get(b"BODYSTRUCTURE")

    def section(self, uid: int, section: str, most: int) -> bytes:
        """The first ``most`` bytes of a part, as transferred; its message is not marked as read."""
        found = self._client.fetch([uid], [f"BODY.PEEK[{section}]<0.{most}>"]).get(uid, {})
        return body_of(found)[:most]

    def flag(self, uid: int, *, add: Sequence[bytes] = (), remove: Sequence[bytes] = ()) -> None:
        """Change the flags of a message."""
        if add:
            self._client.add_flags([uid], add, silent=True)
        if remove:
            self._client.remove_flags([uid], remove, silent=True)

    def discard(self, uid: int) -> None:
        """Delete a message of ours. Without UIDPLUS (RFC 4315) it stays marked as deleted: EXPUNGE would take others
        along."""
        self._client.add_flags([uid], [b"\\Deleted"], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge([uid])
