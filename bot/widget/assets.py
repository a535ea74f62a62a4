"""The files of the frame, held in memory under an address that changes with their content.

A browser keeps them for a year without asking again, so that a second opening costs one request. The address has the
depth of ``/static``: the modules find the API by their own place.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_TEXT = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is, compressed, and its media type."""

    content: bytes
    compressed: bytes
    media_type: str


class Assets:
    """An ASGI application that serves the scripts, styles and images of ``folder`` as they were when it was made."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, Asset] = {}
        seen = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.suffix not in _TEXT or not path.is_file():
                continue
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            self._files[name] = Asset(content, gzip.compress(content, 9, mtime=0), _TEXT[path.suffix])
            seen.update(f"{name}\0{len(content)}\0".encode() + content)
        self.prefix = f"/static-{seen.hexdigest()[:16]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The file of the path, compressed for whoever takes it so."""
        found = self._files.get(scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/"))
        if found is None:
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
        headers["Content-Type"] = f"{found.media_type}; charset=utf-8"
        content = found.content
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers["Content-Encoding"], content = "gzip", found.compressed
        headers["Content-Length"] = str(len(content))
        await Response(b"" if scope["method"] == "HEAD" else content, headers=headers)(scope, receive, send)
