"""The kinds of helpdesk tools that are known: ours, and those of other distributions (``ports`` says how)."""

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from bot.helpdesk.config import DeskConfig
from bot.helpdesk.errors import HelpdeskMisset
from bot.helpdesk.ports import Desk

GROUP = "cybervigie.desks"
OWN = {
    "generic": "bot.helpdesk.generic",
    "zammad": "bot.helpdesk.zammad",
    "glpi": "bot.helpdesk.glpi",
    "chatwoot": "bot.helpdesk.chatwoot",
    "mailbox": "bot.helpdesk.mailbox",
}
"""Our kinds, and their modules: each has ``desk(config)`` and ``TEMPLATE``. Imported only when asked for."""


def open_desk(config: DeskConfig) -> Desk:
    """The desk of a settings table. Raises HelpdeskMisset for an unknown kind and for what its factory refuses; the
    file and the desk are named, also where what refused knew only an address or a secret."""
    try:
        return _made(config)
    except HelpdeskMisset as error:
        if error.message.startswith(str(config.file)):
            raise
        raise HelpdeskMisset(f"{config.file} [desks.{config.name}] : {error.message}") from None


def _made(config: DeskConfig) -> Desk:
    made: Desk
    if config.kind in OWN:
        made = import_module(OWN[config.kind]).desk(config)
        return made
    found = _foreign().get(config.kind)
    if found is None:
        raise config.misset("kind", f"inconnu ; choisissez parmi : {', '.join(kinds())}")
    try:
        made = found.load()(config)
    except ImportError as error:
        raise config.misset("kind", f"module indisponible ({type(error).__name__}) ; réinstallez-le") from None
    return made


def kinds() -> tuple[str, ...]:
    """Every kind, ours first."""
    return (*OWN, *sorted(_foreign()))


def template(kind: str, name: str) -> str:
    """A commented TOML table for a desk of that kind. Raises HelpdeskMisset for a kind without one."""
    module: ModuleType | None = None
    if kind in OWN:
        module = import_module(OWN[kind])
    elif (found := _foreign().get(kind)) is not None:
        module = import_module(found.module)
    written = getattr(module, "TEMPLATE", None)
    if not isinstance(written, str):
        raise HelpdeskMisset(f"aucun modèle pour « {kind} » ; choisissez parmi : {', '.join(kinds())}")
    return written.replace("{name}", name)


def _foreign() -> dict[str, EntryPoint]:
    entries: Iterable[EntryPoint] = entry_points(group=GROUP)
    return {entry.name: entry for entry in entries if entry.name not in OWN}
