"""The loader that other sites include: its bytes, its digest, and every version that this installation has served.

``v1.js`` may change with the product. ``v1.<digest>.js`` never does: a page may pin it with Subresource Integrity
(W3C, SRI: ``sha384-`` and the base64 digest), and goes on working after an update, because ``keep`` puts each served
version aside. A file whose content is not what its name says is not served.
"""

import base64
import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PARTS = Path(__file__).parent.parent / "static" / "widget" / "loader"
_SCRIPTS = ("support.js", "panel.js", "api.js", "element.js", "start.js")
_BANNER = "/*! CyberVigie, widget loader 1. Apache-2.0. Stores nothing, asks for nothing before the first opening. */"


@dataclass(frozen=True, slots=True)
class Loader:
    """One version of the loader."""

    content: bytes

    @property
    def _sha384(self) -> bytes:
        return hashlib.sha384(self.content).digest()

    @property
    def digest(self) -> str:
        """The 16 hexadecimal digits of the pinned name."""
        return self._sha384.hex()[:16]

    @property
    def name(self) -> str:
        """Name under which this very content is served."""
        return f"v1.{self.digest}.js"

    @property
    def integrity(self) -> str:
        """Value of the attribute ``integrity``."""
        return f"sha384-{base64.b64encode(self._sha384).decode('ascii')}"


def current() -> Loader:
    """The loader of this version of the product: its parts in one script, which leaves no name in the page but its API.

    No library, and none of the methods that pages are likely to have replaced (array helpers, JSON, for-in).
    """
    style = json.dumps((PARTS / "style.css").read_text(encoding="utf-8"))
    scripts = "\n".join((PARTS / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return Loader(f'{_BANNER}\n(() => {{\n"use strict";\nconst CSS = {style};\n{scripts}}})();\n'.encode())


def keep(folder: Path, loader: Loader) -> bool:
    """Put ``loader`` aside in ``folder`` for the pages that pin it; False when the folder cannot be written."""
    path = folder / loader.name
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            aside = path.with_suffix(".new")
            aside.write_bytes(loader.content)
            aside.replace(path)
    except OSError:
        return False
    return True


def pinned(folder: Path, newest: Loader) -> Mapping[str, Loader]:
    """Every version that may be served under its pinned name: ``newest``, and those put aside in ``folder``."""
    found = {newest.name: newest}
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob("v1.*.js")):
            kept = Loader(path.read_bytes())
            if kept.name == path.name:
                found[kept.name] = kept
    return found
