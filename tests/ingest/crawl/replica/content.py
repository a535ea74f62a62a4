"""What a replica site serves: resources by address, how each is delivered, and changes between two crawls."""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

HTML = "text/html; charset=utf-8"
PDF = "application/pdf"
XML = "application/xml"
TEXT = "text/plain; charset=utf-8"
GZIP = "application/gzip"


class Delivery(StrEnum):
    """How the bytes of a reply leave the server."""

    WHOLE = "whole"
    CUT = "cut"
    """The whole length is declared, half of it is sent, then the connection ends."""
    DRIP = "drip"
    """One byte a second."""
    SILENT = "silent"
    """The request is read and never answered."""
    CLOSE = "close"
    """The connection ends without a reply."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A reply. ``last_modified``: an HTTP date. ``packed``: sent with Content-Encoding gzip to those who accept it.

    ``encoded``: the body is sent as it is under that Content-Encoding. ``etag``: whether the server gives one.
    """

    body: bytes = b""
    media_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    last_modified: str | None = None
    etag: bool = True
    packed: bool = False
    encoded: str | None = None
    delivery: Delivery = Delivery.WHOLE
    keep_alive: bool = True

    @property
    def tag(self) -> str:
        """The entity tag of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


Answer = Callable[[str], Resource | None]

MISSING = Resource(b"<html><head><title>Erreur</title></head><body><p>Absente.</p></body></html>", status=404)
GONE = replace(MISSING, status=410)


def redirect(target: str, status: int = 301) -> Resource:
    """A redirection; ``target`` is written as it is into the Location header."""
    return Resource(status=status, headers={"Location": target}, etag=False)


def page(html: str, **more: object) -> Resource:
    """An HTML page."""
    return replace(Resource(html.encode()), **more)  # type: ignore[arg-type]


class Site:
    """A virtual host. Paths are as requested: percent-encoded, query included. Content may change between crawls."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.resources: dict[str, Resource] = {}
        self._once: dict[str, deque[Resource]] = {}
        self._answers: list[Answer] = []

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"https://{self.host}{path}"

    def put(self, path: str, resource: Resource | str) -> str:
        """Serve a resource (a text: an HTML page) at a path; its address."""
        self.resources[path] = page(resource) if isinstance(resource, str) else resource
        return self.url(path)

    def robots(self, text: str) -> None:
        """Serve a robots.txt."""
        self.put("/robots.txt", Resource(text.encode(), TEXT))

    def remove(self, path: str, *, gone: bool = False) -> None:
        """Take a path away: 404, or 410."""
        self.resources[path] = GONE if gone else MISSING

    def once(self, path: str, *resources: Resource) -> None:
        """Replies given once each, in turn, before the standing one."""
        self._once.setdefault(path, deque()).extend(resources)

    def answer(self, function: Answer) -> None:
        """Ask ``function`` for the paths that nothing else serves."""
        self._answers.append(function)

    def respond(self, path: str) -> Resource:
        """The reply to a request."""
        waiting = self._once.get(path)
        if waiting:
            return waiting.popleft()
        if path in self.resources:
            return self.resources[path]
        for function in self._answers:
            found = function(path)
            if found is not None:
                return found
        return MISSING
