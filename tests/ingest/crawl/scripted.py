"""A web that is a table, a clock that is a number, and a crawl between them."""

import io
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from ingest.crawl.engine import crawl
from ingest.crawl.errors import FetchError, Unreachable
from ingest.crawl.holdings import Holdings
from ingest.crawl.model import FetchRequest, PageRecord, Response, RunSummary
from ingest.crawl.options import CrawlOptions
from ingest.crawl.ports import Observer
from ingest.crawl.state import CrawlState
from ingest.manifest import CrawlLimits, Source
from ingest.model import Document
from ingest.sandbox import Sandbox
from ingest.store import DocumentStore

HOST = "site.test"
ROBOTS = "User-agent: *\nDisallow: /prive\n"
GUIDE = "Ce guide dit comment sauvegarder les dossiers du cabinet.\nUne copie reste hors ligne, dans un lieu sûr."
BEGIN = 1_790_000_000.0
DAY = 25 * 3600.0
TIMES = ("first_seen", "fetched_at", "checked_at", "changed_at", "missing_since", "unlisted_since")
Answer = Response | FetchError | Callable[[FetchRequest], Response | FetchError]


class FakeClock:
    """Moves when somebody sleeps, and a little with each request."""

    def __init__(self, now: float = BEGIN) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.move(max(0.0, seconds))

    def move(self, seconds: float) -> None:
        with self._lock:
            self._now += seconds


@dataclass(frozen=True)
class Asked:
    """A request, and between which moments it was under way."""

    request: FetchRequest
    begun: float
    ended: float
    reply: Response | FetchError

    @property
    def url(self) -> str:
        return self.request.url


@dataclass
class Web:
    """Answers by address. A page is answered 304 when its ETag, which comes from its body, is sent back."""

    clock: FakeClock
    answers: dict[str, Answer] = field(default_factory=dict)
    queues: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    seconds: float = 0.25
    closed: bool = False

    def put(self, path: str, body: str | bytes = b"", *, status: int = 200, host: str = HOST, **headers: str) -> str:
        url = path if "://" in path else f"https://{host}{path}"
        data = body.encode() if isinstance(body, str) else body
        names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kind = "application/pdf" if data.startswith(b"%PDF-") else "text/html; charset=utf-8"
        self.answers[url] = Response(url, status, {"content-type": kind, "etag": f'"{hash(data)}"'} | names, data)
        return url

    def moved(self, path: str, target: str, *, status: int = 301, host: str = HOST) -> str:
        return self.put(path, status=status, host=host, location=target)

    def gone(self, *paths: str) -> None:
        for path in paths:
            self.answers.pop(f"https://{HOST}{path}", None)

    def first(self, path: str, *answers: Answer, host: str = HOST) -> None:
        """Answers given once each, before those of ``put``."""
        self.queues[f"https://{host}{path}"] = list(answers)

    def fetch(self, request: FetchRequest) -> Response:
        begun = self.clock.now()
        self.clock.move(self.seconds)
        queue = self.queues.get(request.url)
        answer = queue.pop(0) if queue else self.answers.get(request.url, Response(request.url, 404, {}))
        reply = answer(request) if callable(answer) else answer
        if isinstance(reply, Response):
            reply = replace(reply, url=request.url)
            same = request.etag is not None and request.etag == reply.headers.get("etag")
            if reply.status == 200 and same:
                reply = replace(reply, status=304, body=b"")
            reply = replace(reply, body=reply.body if reply.status == 200 else b"", wire_bytes=len(reply.body))
        self.asked.append(Asked(request, begun, self.clock.now(), reply))
        if isinstance(reply, FetchError):
            raise reply
        return reply

    def close(self) -> None:
        self.closed = True

    def paths(self, host: str = HOST) -> list[str]:
        """What was asked of a host, in order."""
        return [one.url.removeprefix(f"https://{host}") for one in self.asked if one.url.startswith(f"https://{host}/")]


class Notes:
    """Remembers what it is told."""

    def __init__(self, at: Callable[[int], None] = lambda _: None) -> None:
        self.notes: list[tuple[str, str, dict[str, object]]] = []
        self.done: list[tuple[str, str]] = []
        self.begun: list[str] = []
        self._at = at
        self._calls = 0

    def source_begun(self, source: str, known: int) -> None:
        self.begun.append(source)

    def page_done(self, source: str, url: str, outcome: str, done: int, known: int) -> None:
        assert done <= known
        self.done.append((url, outcome))

    def note(self, level: str, event: str, **fields: object) -> None:
        self._calls += 1
        self.notes.append((level, event, fields))
        self._at(self._calls)


@dataclass
class Bench:
    """A store, a web and a clock; each :meth:`crawl` is a program of its own."""

    folder: Path
    sandbox: Sandbox
    clock: FakeClock = field(default_factory=FakeClock)
    observer: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.web = Web(self.clock)

    @contextmanager
    def open(self) -> Iterator[tuple[DocumentStore, CrawlState, Holdings]]:
        with DocumentStore(self.folder) as store:
            yield store, CrawlState(store), Holdings(store, ranks={HOST: 0})

    def crawl(self, *sources: Source, observer: Observer | None = None, **options: Any) -> RunSummary:
        self.observer = Notes()
        with self.open() as (store, state, holdings):
            return crawl(
                sources or [source()],
                state=state,
                holdings=holdings,
                store=store,
                fetcher=self.web,
                sandbox=self.sandbox,
                clock=self.clock,
                options=CrawlOptions(**options),
                observer=observer or self.observer,
            )

    def crawl_next_day(self, *sources: Source, **options: Any) -> RunSummary:
        """A crawl long enough after the last one for its sightings to count anew."""
        self.clock.move(DAY)
        return self.crawl(*sources, **options)

    def documents(self) -> dict[str, Document]:
        with self.open() as (store, _, _):
            return {one.source_id.removeprefix(f"https://{HOST}"): one for one in store.documents()}

    def pages(self) -> dict[str, PageRecord]:
        with self.open() as (_, state, _):
            return {one.url.removeprefix(f"https://{HOST}"): one for one in state.pages()}

    def raw(self) -> set[str]:
        return {path.name for path in (self.folder / "raw").glob("??/*")}

    def image(self) -> dict[str, object]:
        """What a crawl left, but for its moments."""
        with self.open() as (store, state, _):
            records = [replace(page, **dict.fromkeys(TIMES)) for page in state.pages()]  # type: ignore[arg-type]
            return {
                "documents": sorted((one.source_id, one.id, one.collection) for one in store.summaries()),
                "pages": records,
                "links": [state.links(page.url) for page in records],
                "raw": sorted(self.raw()),
            }


def source(name: str = "site", hosts: Sequence[str] = (HOST,), **fields: Any) -> Source:
    """A source that reads the whole of its hosts from their front page."""
    limits = CrawlLimits(
        max_pages=fields.pop("max_pages", 200),
        max_depth=fields.pop("max_depth", 3),
        min_delay_s=fields.pop("min_delay_s", 2.0),
    )
    usual: dict[str, Any] = {
        "id": name,
        "publisher": "Agence des essais",
        "title": "Site d’essai",
        "hosts": tuple(hosts),
        "start_urls": (f"https://{hosts[0]}/",),
        "sitemaps": (),
        "allow": (),
        "deny": (),
        "formats": ("html", "pdf"),
        "pdf_share": 0.0,
        "licence": "Licence Ouverte 2.0",
        "reuse": "",
        "licence_checked": "",
        "topics": ("sauvegardes",),
        "audience": ("tous",),
        "kind": "official",
        "region": "national",
        "limits": limits,
        "crawl": True,
        "confirmed": True,
        "notes": "",
        "line": 1,
    }
    return Source(**(usual | fields))


def page(title: str, *links: str, text: str | None = None, head: str = "", lang: str = "fr") -> str:
    """An HTML page; a link is a path, or ``path|words``."""
    said = text or f"Voici ce que la page « {title} » conseille au cabinet pour sa sécurité, et pourquoi."
    pairs = [link.partition("|")[::2] for link in links]
    anchors = "".join(f'<li><a href="{path}">{words or path}</a></li>' for path, words in pairs)
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>'
        f"<p>{said}</p></main><nav><ul>{anchors}</ul></nav></body></html>"
    )


def unreachable(url: str = "", code: str = "timeout") -> Unreachable:
    return Unreachable(url, "pas de réponse", code=code)


def pdf(title: str | None, text: str) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    if title:
        canvas.setTitle(title)
    for number, line in enumerate(text.split("\n")):
        canvas.drawString(72, 760 - 16 * number, line)
    canvas.save()
    return stream.getvalue()


GUIDE = "Ce guide dit comment sauvegarder les dossiers du cabinet.\nUne copie reste hors ligne, dans un lieu sûr."


def url(path: str) -> str:
    return f"https://{HOST}{path}"


def gaps(bench: Bench, host: str = HOST) -> list[float]:
    asked = [one for one in bench.web.asked if f"//{host}/" in one.url]
    return [round(later.begun - earlier.ended, 6) for earlier, later in itertools.pairwise(asked)]


def sitemap(*urls: str, index: bool = False) -> str:
    kind, entry = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    pairs = [one.partition("|")[::2] for one in urls]
    entries = "".join(
        f"<{entry}><loc>{address}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{entry}>" for address, day in pairs
    )
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'
