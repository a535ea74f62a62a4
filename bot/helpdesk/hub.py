"""The helpdesk of one process: its desks, the outbox they share, and the workers, of one process at a time."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from bot.helpdesk.counts import Counts
from bot.helpdesk.crew import Crew
from bot.helpdesk.draft import Drafter
from bot.helpdesk.errors import DeskRefused, HelpdeskError, WebhookRefused
from bot.helpdesk.lock import acquired
from bot.helpdesk.model import Incoming
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.outbox_model import Taken
from bot.helpdesk.ports import PrecheckedDesk, WebhookDesk
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
        policy = policy or Policy()
        workers = {
            name: Worker(outbox, {name: one}, drafter, policy=policy, count=counts.attempt, public_phones=public_phones)
            for name, one in desks.items()
        }
        self._crew = Crew(outbox, workers, policy=policy, count=counts.attempt)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def precheck(self, name: str, what: str, headers: Mapping[str, str], *, trusted: bool) -> None:
        """Refuse by its headers a call (``what``: webhook or verdict) that could not be taken whatever its body.

        Raises WebhookRefused.
        """
        desk = self.desks[name].desk
        try:
            if what == "webhook" and isinstance(desk, PrecheckedDesk):
                desk.precheck(headers)
            elif what == "verdict" and not trusted:
                self._verdict_key(name).precheck(headers, time.time())
        except WebhookRefused as refused:
            if what == "webhook":
                self.counts.calls.labels(name, refused.code).inc()
            raise

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
            self._crew.wake(name)
        self.counts.calls.labels(name, "taken" if taken.fresh else "replay" if taken.known else "ignored").inc()
        return taken

    def judge(self, name: str, incoming: Incoming, *, trusted: bool) -> Judged | None:
        """Take a verdict; ``trusted``: its sender has shown a key already, else it must be signed. None for a signed
        call that came before.

        Raises WebhookRefused, UnknownDraft, OutboxUnavailable and FeedbackUnavailable.
        """
        delivery = ""
        if not trusted:
            delivery = f"verdict:{self._verdict_key(name).verify(incoming, time.time())}"
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
        """Workers in threads while the block runs, whenever no other process works."""
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
        """Work until :meth:`stop`; False at once where another process works. Raises OutboxUnavailable for a lock that
        cannot be used."""
        lock = acquired(self._lock)
        if lock is None:
            return False
        try:
            with self.counts.working.track_inprogress():
                self._crew.run(self._stop)
        finally:
            lock.release()
        return True

    def stop(self) -> None:
        """Stop working, after the job in hand; from any thread."""
        self._stop.set()
        self._crew.wake()

    def _verdict_key(self, name: str) -> SigningKeys:
        keys = self._verdict_keys.get(name)
        if keys is None:
            raise WebhookRefused("une clé d’API de droit « helpdesk » est attendue", code="header")
        return keys

    def _work_when_free(self) -> None:
        while not self._stop.is_set():
            try:
                self.work()
            except Exception as error:
                # Webhooks are answered "taken" all the same: somebody must work on what they bring.
                code = error.code if isinstance(error, HelpdeskError) else type(error).__name__
                log.error("helpdesk_not_working", code=code)
            self._stop.wait(_LOCK_SECONDS)
