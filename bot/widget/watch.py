"""The sites in force: those of the file, read again when it changes; a file gone wrong leaves the former ones."""

import time
from pathlib import Path

import structlog

from bot.widget.errors import WidgetError
from bot.widget.model import Sites
from bot.widget.sites import demo_sites, load_sites

EVERY_S = 2.0
log = structlog.get_logger("cybervigie.widget")


class SitesInForce:
    """``path``: the file of sites; None: the demo site only. Raises WidgetError when the file cannot be used at all."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        # Stamped before it is read: what is written meanwhile is seen as a change.
        self._stamp = self._now()
        self._sites = load_sites(path) if path else demo_sites()
        self._looked = time.monotonic()

    @property
    def public(self) -> bool:
        """Whether an operator answers for them; the demo is for this machine only."""
        return self._path is not None

    @property
    def sites(self) -> Sites:
        """The sites, at most ``EVERY_S`` seconds behind the file."""
        if self._path and time.monotonic() - self._looked >= EVERY_S:
            self._looked = time.monotonic()
            self._follow(self._path)
        return self._sites

    def _follow(self, path: Path) -> None:
        stamp = self._now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._sites = load_sites(path)
        except WidgetError as error:
            log.error("sites_refused", reason=error.message)
        else:
            log.info("sites_read", sites=len(self._sites.sites))

    def _now(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
