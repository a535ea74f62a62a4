"""Kills an operation on a small store before each of its SQL statements, and checks what is left each time.

Run in a process of its own, which forks: ``killed.py OPERATION FOLDER``. Prints how many times it killed, how often the
operation was found not begun, and how often done.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shelf import NOW, RANKS, Visits, document, url

from ingest.crawl.holdings import Holdings
from ingest.store import DocumentStore

OPERATIONS: dict[str, Callable[[Holdings], object]] = {
    "settle": lambda holdings: holdings.settle(9, "other", known=True, now=NOW),
    "approve": lambda holdings: holdings.approve("site", now=NOW),
    "reject": lambda holdings: holdings.reject("site"),
    "rollback": lambda holdings: holdings.rollback("site", 1, now=NOW),
    "exclude": lambda holdings: holdings.exclude(url(1), now=NOW),
}
TABLES = (
    "documents",
    "crawl_documents",
    "crawl_staged",
    "crawl_versions",
    "crawl_held",
    "crawl_rejected",
    "crawl_marks",
    "crawl_baselines",
)
# Statements between two of these only touch the transaction in progress: killing at some of them is enough.
EDGES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
STEP = 15


@contextmanager
def opened(folder: Path) -> Iterator[DocumentStore]:
    """The store, without waiting for the disk: a killed process loses nothing that it gave to the system."""
    with DocumentStore(folder) as store:
        store.database.rows("PRAGMA synchronous = OFF")
        yield store


def prepare(folder: Path) -> None:
    """A store with published, replaced, duplicate, staged and held documents, and a raw file too many."""
    with opened(folder) as store:
        holdings = Holdings(store, ranks=RANKS, versions_kept=1)
        other, site = Visits(holdings, "other"), Visits(holdings, "site", known=True)
        other({url(n, "old"): [500 + n] for n in range(12)})
        other({url(0, "old"): [600], url("twin", "old"): [1]})
        site({**{url(n): [n] for n in range(6)}, url("twin"): [1]})
        site({url(0): [10], url(5): None})
        assert site({**{url(n): [100 + n] for n in range(4)}, url(8): [8]}).held
        for n, texts in ((0, [700]), (2, [500, 502]), (20, [520])):
            raw = f"raw {n}".encode()
            holdings.stage(9, "other", document(url(n, "old"), texts, raw=raw), raw=raw, newest="")
        holdings.stage_removal(9, "other", url(3, "old"), "410")
        orphan = store.raw_path("ab" * 32)
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(b"left by a killed process")


def snapshot(folder: Path) -> tuple[object, ...]:
    """Everything that the store says; checks that what it names is there."""
    with opened(folder) as store:
        rows = tuple(tuple(store.database.rows(f"SELECT * FROM {table} ORDER BY 1, 2")) for table in TABLES)
        for (sha256,) in store.database.rows("SELECT sha256 FROM raw_holds"):
            assert store.raw_path(sha256).is_file(), sha256
        bodies = {body for (body,) in store.database.rows("SELECT body FROM crawl_bodies")}
        for table in ("crawl_documents", "crawl_staged", "crawl_versions"):
            assert {body for (body,) in store.database.rows(f"SELECT body FROM {table} WHERE body NOT NULL")} <= bodies
    return rows


def tidy(folder: Path) -> None:
    """A settlement afterwards leaves exactly the raw files that are named."""
    with opened(folder) as store:
        Holdings(store, ranks=RANKS).settle(10, "nothing", known=True, now=NOW)
        named = {sha256 for (sha256,) in store.database.rows("SELECT sha256 FROM raw_holds")}
        published = {document.raw_sha256 for document in store.documents()}
        assert published <= named
    assert {path.name for path in (folder / "raw").glob("*/*")} == named


def run(folder: Path, operation: str, *, stop: int | None, log: Path | None = None) -> int:
    """Run the operation in a child; its exit code. Killed before statement number ``stop``."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    seen: list[str] = []

    def trace(statement: str) -> None:
        seen.append(statement.split()[0])
        if len(seen) == stop:
            os._exit(9)

    code = 1
    try:
        with opened(folder) as store:
            holdings = Holdings(store, ranks=RANKS, versions_kept=1)
            store.database._db.set_trace_callback(trace)
            OPERATIONS[operation](holdings)
            if log is not None:
                log.write_text(" ".join(seen))
        code = 0
    finally:
        os._exit(code)


def main(operation: str, scratch: Path) -> None:
    base, work = scratch / "base", scratch / "work"
    prepare(base)
    old = snapshot(base)
    shutil.copytree(base, work)
    assert run(work, operation, stop=None, log=scratch / "log") == 0
    new = snapshot(work)
    assert new != old
    words = (scratch / "log").read_text().split()
    points = [n for n, word in enumerate(words, 1) if word in EDGES or n % STEP == 0]
    undone = 0
    for stop in points:
        shutil.rmtree(work)
        shutil.copytree(base, work)
        assert run(work, operation, stop=stop) == 9
        found = snapshot(work)
        assert found in (old, new), f"neither old nor new after a kill before statement {stop}"
        undone += found == old
        tidy(work)
    print(len(points), undone, len(points) - undone)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
