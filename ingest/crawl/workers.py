"""Threads that fetch, and nothing else: everything they bring back is dealt with by the thread that runs the crawl."""

import queue
import threading

from ingest.crawl.errors import FetchError
from ingest.crawl.model import FetchRequest, Response
from ingest.crawl.ports import Fetcher

Reply = Response | FetchError


class Workers:
    """A few threads that fetch; ``number`` requests at most at the same time.

    They are daemons: a reply that is slow to come does not hold back the end of the program.
    """

    def __init__(self, fetcher: Fetcher, number: int) -> None:
        self._fetcher = fetcher
        self._requests: queue.SimpleQueue[tuple[int, FetchRequest] | None] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[tuple[int, Reply]] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"fetch-{i}", daemon=True) for i in range(number)]
        self.number = number
        self.busy = 0
        """Requests whose replies have not been taken."""
        for thread in self._threads:
            thread.start()

    def submit(self, key: int, request: FetchRequest) -> None:
        """Have ``request`` fetched; its reply will come under ``key``."""
        self.busy += 1
        self._requests.put((key, request))

    def reply(self, timeout: float) -> tuple[int, Reply] | None:
        """The next reply with its key; None when there is none within ``timeout`` seconds of the machine's clock."""
        try:
            found = self._replies.get(timeout=max(timeout, 0.001))
        except queue.Empty:
            return None
        self.busy -= 1
        return found

    def close(self) -> None:
        """Let the threads end, each after the request in its hands."""
        for _ in self._threads:
            self._requests.put(None)

    def _work(self) -> None:
        while (job := self._requests.get()) is not None:
            key, request = job
            self._replies.put((key, self._fetched(request)))

    def _fetched(self, request: FetchRequest) -> Reply:
        try:
            return self._fetcher.fetch(request)
        except FetchError as error:
            return error
        # A reply that nobody waits for any more would stop the crawl: whatever fails is that address's error.
        except Exception as error:
            reason = f"erreur du programme en lisant cette adresse ({type(error).__name__}: {error})"
            return FetchError(request.url, reason, code="internal")
