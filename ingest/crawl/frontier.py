"""The addresses of one source that a run has still to ask for, in the order in which it will."""

from collections import deque
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ingest.crawl.model import Purpose, Task, Via
from ingest.crawl.state import CrawlState

_SITEMAP = "#sitemap"


class Frontier:
    """A queue kept in the state: a killed run finds it again, in the same order.

    Where pages lead comes first, then pages as they were added, then those that ``late`` says can wait. To be called
    in a transaction of the state where it changes something.
    """

    def __init__(self, state: CrawlState, run: int, source: str, *, late: Callable[[Task], bool]) -> None:
        self._state = state
        self._run = run
        self._source = source
        self._late = late
        self.reload()

    def reload(self) -> None:
        """Read the queue again, as it stands in the state."""
        self._sitemaps: deque[Task] = deque()
        self._followed: deque[Task] = deque()
        self._pages: deque[Task] = deque()
        self._waiting: deque[Task] = deque()
        self._places: dict[str, deque[Task]] = {}
        self.done, self.known = self._state.counts(self._run).get(self._source, (0, 0))
        """Pages of this run dealt with, and all those that came up."""
        # What failed before the program was killed had been put back behind the others.
        for task in sorted(self._state.queued(self._run, self._source), key=lambda task: task.attempts):
            self._append(task)

    def add(self, task: Task) -> bool:
        """Add an address; False when it came up in this run already."""
        if not self._state.enqueue(self._run, task):
            return False
        self._append(task)
        self.known += task.purpose is Purpose.PAGE
        return True

    def skip(self, task: Task) -> bool:
        """Note an address that needs no request; False when it came up in this run already."""
        if not self._state.enqueue(self._run, task):
            return False
        self._state.finish(self._run, task.url)
        self.known += 1
        self.done += 1
        return True

    def sitemap(self) -> Task | None:
        """The next sitemap to read."""
        return self._sitemaps[0] if self._sitemaps else None

    def page(self, waiting: Callable[[str], bool]) -> Task | None:
        """The next page to ask for; one of a host that is ``waiting`` only when there is no other."""
        queues = (self._followed, self._pages, self._waiting)
        for queue in queues:
            for task in queue:
                if not waiting(host_of(task)):
                    return task
        return next((queue[0] for queue in queues if queue), None)

    def finish(self, task: Task) -> None:
        """The address has been dealt with."""
        self._state.finish(self._run, task.url)
        self._places.pop(task.url).remove(task)
        self.done += task.purpose is Purpose.PAGE

    def put_back(self, task: Task, again: Task) -> None:
        """Ask once more, as ``again`` says, after all others of its kind."""
        self._places.pop(task.url).remove(task)
        self._state.requeue(self._run, again)
        self._append(again)

    def drop(self, host: str) -> None:
        """Give up the addresses of a host for this run."""
        for queue in (self._sitemaps, self._followed, self._pages, self._waiting):
            for task in [task for task in queue if host_of(task) == host]:
                self._state.finish(self._run, task.url)
                self._places.pop(task.url).remove(task)

    def __iter__(self) -> Iterator[str]:
        """The addresses still to ask for, in no order."""
        return iter(self._places)

    def __contains__(self, url: object) -> bool:
        return url in self._places

    def __len__(self) -> int:
        return len(self._places)

    def _append(self, task: Task) -> None:
        queue = self._places[task.url] = self._queue(task)
        queue.append(task)

    def _queue(self, task: Task) -> deque[Task]:
        if task.purpose is Purpose.SITEMAP:
            return self._sitemaps
        if task.hops or task.via in (Via.REDIRECT, Via.CANONICAL):
            return self._followed
        return self._waiting if self._late(task) else self._pages


def sitemap_name(url: str) -> str:
    """The name under which the sitemap of an address is kept. Some sites list pages where sitemaps are to be listed:
    what is remembered of the one must not hide the other. No canonical address has a fragment."""
    return f"{url}{_SITEMAP}"


def address_of(task: Task) -> str:
    """Where a task's request goes. A sitemap that is redirected keeps its own address, and ``origin`` is where to."""
    return task.origin if task.purpose is Purpose.SITEMAP and task.origin else task.url.removesuffix(_SITEMAP)


def host_of(task: Task) -> str:
    """The host that a task's request goes to."""
    return urlsplit(address_of(task)).hostname or ""
