"""The helpdesk of one process: its desks, the outbox they share, and the worker, of which only one works at a time."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from bot.helpdesk.counts import Counts
from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import DeskRefused, WebhookRefused
from bot.helpdesk.model import Incoming
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import Taken
from bot.helpdesk.ports import WebhookDesk
from bot.helpdesk.reading import masked_intakes
from bot.helpdesk.retry import Policy
from bot.helpdesk.secret import read_secret
from bot.helpdesk.signature import SigningKeys
from bot.helpdesk.verdicts import Judged, Verdicts
from bot.helpdesk.worker import OpenDesk, Worker

_LOCK_SECONDS = 5.0
"""Between two tries to become the worker, while another process is."""
_STOP_SECONDS = 10.0
log = structlog.get_logger("cybervigie.helpdesk")


class Helpdesk:
    """Takes what tools announce, and sees to it that drafts are delivered.

    Args:
        desks: by name.
        outbox: the file that they share.
        drafter: makes the drafts.
        verdicts: takes what agents think of them.
        counts: for the metrics.
        lock: held by the process that works.
        public_phones: help lines, which are not masked.
        policy: when to try again.
    """

    def __init__(
        self,
        desks: Mapping[str, OpenDesk],
        outbox: Outbox,
        drafter: Drafter,
        verdicts: Verdicts,
        counts: Counts,
        lock: Path,
        *,
        public_phones: frozenset[str] = frozenset(),
        policy: Policy | None = None,
    ) -> None:
        self.desks = dict(desks)
        self.outbox = outbox
        self.counts = counts
        self._phones = public_phones
        self._verdicts = verdicts
        self._verdict_keys = {
            name: SigningKeys([read_secret(one.config.verdict_secret_file)])
            for name, one in desks.items()
            if one.config.verdict_secret_file is not None
        }
        self._lock = lock
        self._worker = Worker(outbox, desks, drafter, policy=policy, count=counts.attempt, public_phones=public_phones)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def receive(self, name: str, incoming: Incoming) -> Taken:
        """Take a webhook call of a desk that takes them; on the disk when it returns.

        Raises WebhookRefused, DeskRefused (``no_webhook``: this desk takes none) and OutboxUnavailable.
        """
        one = self.desks[name]
        if not isinstance(one.desk, WebhookDesk):
            raise DeskRefused("cet outil n’envoie pas d’appel : il est interrogé", code="no_webhook")
        try:
            intakes = one.desk.receive(incoming)
        except WebhookRefused as refused:
            self.counts.calls.labels(name, refused.code).inc()
            raise
        taken = self.outbox.take(name, masked_intakes(intakes, self._phones, one.config.rules))
        if taken.fresh:
            self._worker.wake()
        self.counts.calls.labels(name, "taken" if taken.fresh else "replay" if taken.known else "ignored").inc()
        return taken

    def judge(self, name: str, incoming: Incoming, *, trusted: bool) -> Judged | None:
        """Take a verdict; ``trusted``: its sender has shown a key already, else it must be signed. None for a signed
        call that came before.

        Raises WebhookRefused, UnknownDraft, OutboxUnavailable and FeedbackUnavailable.
        """
        delivery = ""
        if not trusted:
            keys = self._verdict_keys.get(name)
            if keys is None:
                raise WebhookRefused("une clé d’API de droit « helpdesk » est attendue", code="header")
            delivery = f"verdict:{keys.verify(incoming, time.time())}"
            if self.outbox.ledger.seen(name, delivery):
                return None
        judged = self._verdicts.take(name, incoming.body)
        if delivery:
            # Only now: a verdict that could not be taken will be sent again.
            self.outbox.ledger.note(name, delivery)
        if judged.first:
            self.counts.verdicts.labels(name, judged.verdict.value).inc()
        return judged

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """A worker in a thread while the block runs, whenever no other process is the worker."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._work_when_free, name="helpdesk", daemon=True)
        self._thread.start()
        try:
            yield
        finally:
            self.stop()
            self._thread.join(timeout=_STOP_SECONDS)
            self.outbox.close()

    def work(self) -> bool:
        """Work until :meth:`stop`; False at once where another process is the worker."""
        try:
            with self._only_one():
                self._worker.run(self._stop)
        except Timeout:
            return False
        return True

    def stop(self) -> None:
        """Stop working, after the job in hand; from any thread."""
        self._stop.set()
        self._worker.wake()

    def _work_when_free(self) -> None:
        while not self._stop.is_set():
            if not self.work():
                self._stop.wait(_LOCK_SECONDS)

    def _only_one(self) -> FileLock:
        self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(self._lock, timeout=0)
