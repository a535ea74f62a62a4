"""The helpdesk put together from the settings."""

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from bot.feedback import FeedbackFile
from bot.helpdesk.config import load_config
from bot.helpdesk.counts import Counts
from bot.helpdesk.draft import Drafter
from bot.helpdesk.hub import Helpdesk
from bot.helpdesk.lock import lock_path
from bot.helpdesk.outbox import Outbox
from bot.helpdesk.registry import open_desk
from bot.helpdesk.verdicts import Verdicts
from bot.helpdesk.worker import OpenDesk
from bot.service import Service
from bot.settings import Settings


def open_helpdesk(settings: Settings, service: Service, registry: CollectorRegistry) -> Helpdesk | None:
    """The helpdesk of the settings; None where there is none. Raises HelpdeskMisset."""
    if settings.helpdesk is None:
        return None
    desks = {config.name: OpenDesk(config, open_desk(config)) for config in load_config(settings.helpdesk)}
    outbox = Outbox(settings.outbox_path)
    phones = service.contacts.phones
    verdicts = Verdicts(
        outbox,
        FeedbackFile(settings.feedback_path),
        keep_text=settings.feedback_text,
        public_phones=phones,
        today=lambda: datetime.now(UTC).date(),
    )
    return Helpdesk(
        desks,
        outbox,
        Drafter(service.answerer, service.contacts, settings.region),
        verdicts,
        Counts(outbox, registry),
        lock_path(settings.outbox_path),
        public_phones=phones,
    )
