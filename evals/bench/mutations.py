"""Hostile pages, PDF files, sitemaps and robots.txt through the parsers: ``python -m evals.bench.mutations``.

Mutants (:mod:`evals.bench.mutators`) of the fixture pages, of PDF files made here and of the real ones where they are
at hand, of small sitemaps and robots.txt, are read as the crawler reads them: in the real sandbox with its limits,
robots.txt in this process. Printed for each kind: mutants read, outcomes by reason, the longest calculation, the most
memory of a worker over what it holds after a first, harmless file, and what the parent itself raised, with the numbers
of the mutants. A worker that was stopped and reported is a pass; an exception in the parent, 10 s or 512 MiB are not.
Series of mutants run side by side in ``--jobs`` processes, each with a sandbox of its own.
"""

import argparse
import contextlib
import io
import multiprocessing
import os
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from evals.bench.mutators import BYTES, MARKUP, STREAMS, Mutator, mutant
from evals.shared import REPOSITORY, shared_folder
from ingest.crawl.model import PageContent
from ingest.crawl.robots import Robots
from ingest.errors import LimitError, ParseError
from ingest.sandbox import Format, Sandbox

MAX_SECONDS = 10.0
MAX_MIB = 512
_SERIES = 200
"""Mutants read in one go by a process: what it holds is measured again for each series."""
_FIXTURES = REPOSITORY / "evals" / "extraction"
_URL = "https://www.example.org/fr/page"
_SITEMAPS = (
    b"<?xml version='1.0' encoding='UTF-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    + b"".join(
        b"<url><loc>https://www.example.org/p%d</loc><lastmod>2025-01-%02d</lastmod></url>" % (n, n)
        for n in range(1, 29)
    )
    + b"</urlset>",
    b"<sitemapindex><sitemap><loc>https://www.example.org/a.xml</loc></sitemap></sitemapindex>",
    b"https://www.example.org/a\nhttps://www.example.org/b\n",
)
_ROBOTS = (
    b"User-agent: *\nDisallow: /recherche\nAllow: /recherche/aide$\nCrawl-delay: 5\n"
    b"Sitemap: https://www.example.org/sitemap.xml\n",
    b"User-agent: CyberVigie\nUser-agent: autre\nDisallow: /*?*tri=*\nRequest-rate: 1/10\n\n"
    b"User-agent: *\nDisallow: /\n",
)


@dataclass(slots=True)
class Findings:
    """What the mutants of one kind did. Times in seconds of calculation, memory in MiB."""

    kind: str
    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    """Exceptions that reached the parent, each with the number of its mutant."""
    longest: float = 0.0
    slowest: int = 0
    """The number of the mutant that took the longest."""
    memory: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether nothing reached the parent and the limits were kept."""
        return not self.crashes and self.longest <= MAX_SECONDS and self.memory <= MAX_MIB

    def add(self, other: "Findings") -> None:
        """Take in those of another series of the same kind."""
        self.read += other.read
        self.outcomes += other.outcomes
        self.crashes += other.crashes
        if other.longest > self.longest:
            self.longest, self.slowest = other.longest, other.slowest
        self.memory = max(self.memory, other.memory)

    def text(self) -> str:
        """The findings, one a line."""
        head = f"{self.kind}: {self.read} mutants, longest {self.longest:.2f} s (number {self.slowest}), "
        lines = [head + f"memory +{self.memory:.0f} MiB, crashes of the parent {len(self.crashes)}"]
        lines += [f"  {count:6}  {reason}" for reason, count in self.outcomes.most_common()]
        return "\n".join([*lines, *(f"  CRASH {crash}" for crash in self.crashes[:20])])


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: good ones, how they are damaged, how one is read."""

    name: str
    seeds: Sequence[bytes]
    mutators: Sequence[Mutator]
    read: Callable[[bytes], object]


def kinds(sandbox: Sandbox) -> list[Kind]:
    """The kinds of files that the crawler reads, their seeds in a fixed order."""
    pages = [path.read_bytes() for path in sorted(_FIXTURES.glob("*.html"))]

    def robots(data: bytes) -> object:
        rules = Robots(200, data)
        return rules.allows(_URL), rules.crawl_delay(), rules.sitemaps(_URL)

    return [
        Kind("html", pages, MARKUP, lambda data: sandbox.page(data, subject="m", url=_URL)),
        Kind("pdf", _papers(), STREAMS, lambda data: sandbox.parse(Format.PDF, data, subject="m")),
        Kind("sitemap", _SITEMAPS, MARKUP, lambda data: sandbox.sitemap(data, subject="m")),
        Kind("robots", _ROBOTS, BYTES, robots),
    ]


def try_mutants(kind: Kind, count: int, *, first: int = 0, seed: int = 1, until: float = float("inf")) -> Findings:
    """Read ``count`` mutants of a kind from number ``first`` on, fewer beyond ``until`` (``time.monotonic``)."""
    findings = Findings(kind.name)
    kind.read(kind.seeds[0])
    held: dict[int, float] = {}
    base = max(_children_memory().values(), default=0.0)
    for number in range(first, first + count):
        if time.monotonic() > until:
            break
        data = mutant(random.Random(f"{kind.name} {seed} {number}"), kind.seeds, kind.mutators)  # noqa: S311
        begun = _spent()
        findings.outcomes[_outcome(kind, data, number, findings)] += 1
        spent = _spent() - begun
        if spent > findings.longest:
            findings.longest, findings.slowest = spent, number
        findings.read += 1
        held |= _children_memory()
    findings.memory = max(0.0, max(held.values(), default=base) - base)
    return findings


def _outcome(kind: Kind, data: bytes, number: int, findings: Findings) -> str:
    try:
        found = kind.read(data)
    except LimitError as error:
        return f"limit: {_general(error.reason)}"
    except ParseError as error:
        return f"refused: {_general(error.reason)}"
    # The bench looks for exactly what the sandbox promises never to raise.
    except Exception as error:
        findings.crashes.append(f"{number}: {type(error).__name__}: {error}"[:200])
        return f"crash: {type(error).__name__}"
    if isinstance(found, PageContent) and found.failure:
        return f"no text: {_general(found.failure)}"
    return "read"


def _general(reason: str) -> str:
    return re.sub(r"\d+", "N", re.sub(r"«[^»]*»?", "«…»", reason))[:80]


def _children() -> dict[int, Path]:
    """The live children and their folders of /proc (Linux; elsewhere nothing)."""
    found: dict[int, Path] = {}
    for listing in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found |= {int(child): Path("/proc") / child for child in listing.read_text().split()}
    return found


def _children_memory() -> dict[int, float]:
    """The most memory that each live child has held, in MiB."""
    found: dict[int, float] = {}
    for child, folder in _children().items():
        with contextlib.suppress(OSError):
            if match := re.search(r"VmHWM:\s*(\d+) kB", (folder / "status").read_text()):
                found[child] = int(match[1]) / 1024
    return found


def _spent() -> float:
    """Seconds of calculation so far, of this process and of its children, ended ones included.

    Not those of the clock: on a machine shared with others they tell of the others.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for folder in _children().values():
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _papers() -> list[bytes]:
    """PDF files made here, and the real ones where they are at hand."""
    made = [_paper(1, packed=True), _paper(6, packed=True), _paper(2, packed=False)]
    shared = shared_folder()
    found = sorted((shared / "official" / "raw").glob("*.pdf")) if shared else []
    return made + [path.read_bytes() for path in found]


def _paper(pages: int, *, packed: bool) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=int(packed))
    canvas.setTitle("Protéger le cabinet")
    for page in range(pages):
        canvas.bookmarkPage(str(page))
        canvas.addOutlineEntry(f"Partie {page}", str(page))
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(60, 780, f"{page + 1}. Sauvegarder les dossiers")
        canvas.setFont("Helvetica", 10)
        for line in range(20):
            canvas.drawString(60 + 250 * (line % 2), 740 - 12 * (line // 2), f"Conseil {line} : vérifiez la copie.")
        canvas.grid([60, 200, 340], [400, 420, 440, 460])
        for row in range(3):
            canvas.drawString(65, 405 + 20 * row, f"Durée {row}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _series(name: str, first: int, count: int, seed: int, until: float) -> Findings:
    """A series of mutants in a process of its own. ``until``: of ``time.time``, which all processes share."""
    with Sandbox() as sandbox:
        kind = next(kind for kind in kinds(sandbox) if kind.name == name)
        left = until - time.time()
        return try_mutants(kind, count, first=first, seed=seed, until=time.monotonic() + left)


def try_side_by_side(
    counts: dict[str, int], *, jobs: int, first: int = 0, seed: int = 1, minutes: float = float("inf")
) -> Iterator[Findings]:
    """The findings of each kind as it ends, ``counts`` mutants of each from number ``first`` on, in ``jobs`` processes;
    progress on stderr."""
    until = time.time() + 60 * minutes
    # Not forked: a worker's memory would begin with what this process holds.
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for name, count in counts.items():
            findings = Findings(name)
            starts = range(first, first + count, _SERIES)
            running = [pool.submit(_series, name, at, min(_SERIES, first + count - at), seed, until) for at in starts]
            for done in as_completed(running):
                findings.add(done.result())
                print(f"\r{name}: {findings.read} / {count} ", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            yield findings


def main(arguments: list[str] | None = None) -> int:
    """Print the findings; the exit status is 0 when every kind passed."""
    parser = argparse.ArgumentParser(description="Hostile files through the parsers.")
    parser.add_argument("--html", type=int, default=20_000, help="mutants of pages")
    parser.add_argument("--pdf", type=int, default=5_000, help="mutants of PDF files")
    parser.add_argument("--texts", type=int, default=2_000, help="mutants of sitemaps, and as many of robots.txt")
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant of each kind: to go on later")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes side by side")
    options = parser.parse_args(arguments)
    asked = {"html": options.html, "pdf": options.pdf, "sitemap": options.texts, "robots": options.texts}
    counts = {name: count for name, count in asked.items() if count > 0}
    passed = True
    chosen = {"jobs": options.jobs, "first": options.first, "seed": options.seed, "minutes": options.minutes}
    for findings in try_side_by_side(counts, **chosen):
        print(findings.text(), flush=True)
        passed = passed and findings.passed
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores: {'passed' if passed else 'FAILED'}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
