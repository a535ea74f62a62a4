"""The files of the page and of the frame, held in memory under an address that changes with their content.

A browser keeps them for a year without asking again, so that a second opening costs one request. The address has the
depth of ``/static``: the scripts find the API by their own place.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.widget.bundle import bundle, style

STATIC = Path(__file__).parent.parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
_TEXT = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def product_files() -> Mapping[str, bytes]:
    """What the page and the frame load, by name: a script and a style each, and the image of both."""
    shared = style("style.css", STATIC)
    return {
        "page.js": bundle("main.js", STATIC),
        "page.css": shared,
        "frame.js": bundle("widget/frame.js", STATIC),
        "frame.css": shared + style("widget/frame.css", STATIC),
        "favicon.svg": (STATIC / "favicon.svg").read_bytes(),
    }


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is, compressed, and its media type."""

    content: bytes
    compressed: bytes
    media_type: str


class Assets:
    """An ASGI application that serves ``files`` (scripts, styles and images by name) at ``prefix``."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files: dict[str, Asset] = {}
        seen = hashlib.sha256()
        for name, content in sorted(files.items()):
            compressed = gzip.compress(content, 9, mtime=0)
            self._files[name] = Asset(content, compressed, _TEXT[PurePosixPath(name).suffix])
            seen.update(f"{name}\0{len(content)}\0".encode() + content)
        self.prefix = f"/static-{seen.hexdigest()[:16]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The file of the path, compressed for whoever takes it so."""
        found = self._files.get(scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/"))
        if found is None:
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
        headers["Content-Type"] = f"{found.media_type}; charset=utf-8"
        content = found.content
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers["Content-Encoding"], content = "gzip", found.compressed
        headers["Content-Length"] = str(len(content))
        await Response(b"" if scope["method"] == "HEAD" else content, headers=headers)(scope, receive, send)
