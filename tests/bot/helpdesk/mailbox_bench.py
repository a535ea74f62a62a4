"""The mailbox desk, on its real servers, as a bench of the contract that all desks share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.helpdesk.model import TicketRef

from . import mailbox_desks
from .desk_benches import PLAIN, Bench
from .fake_server import FakeServer
from .mail_servers import MailServers

_DRAFTS = "Brouillons"
_PAST = "0 0 2020-01-01"


class MailboxBench(Bench):
    """Drafts lie in the drafts folder; there is no HTTP, hence no call to break."""

    def __init__(self, at: mailbox_desks.Bench) -> None:
        self._made = at.desk(agents_address=None, smtp_host=None, smtp_port=None)
        # Never started: no call is to be seen on it.
        super().__init__(FakeServer(), self._made)
        self.server._http.server_close()
        self._at = at
        self._count = 0

    def announce(self, text: str = PLAIN) -> TicketRef:
        self._count += 1
        self._at.write(identifier=f"contrat-{self._count}", text=text)
        return self._made.poll(_PAST).intakes[-1].ref

    def drafts(self, ref: TicketRef) -> list[bool]:
        found = [raw for raw, _ in self._at.box.messages(_DRAFTS) if ref.key.encode() in raw]
        return [not self._at.servers.mailbox(self._at.person).messages()] * len(found)

    def revoke(self) -> None:
        raise NotImplementedError

    def remove(self, ref: TicketRef) -> None:
        with self._at.box.client() as client:
            client.select_folder("INBOX")
            client.delete_messages(client.search())
            client.expunge()


@contextmanager
def mailbox(servers: MailServers, folder: Path) -> Iterator[Bench]:
    """New mailboxes, and a desk on them."""
    with mailbox_desks.bench(servers, folder) as at:
        yield MailboxBench(at)
