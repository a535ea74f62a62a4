"""Threads that fetch."""

import threading

from ingest.crawl.errors import FetchError
from ingest.crawl.model import FetchRequest, Purpose, Response
from ingest.crawl.workers import Workers


def request(url: str) -> FetchRequest:
    return FetchRequest(url, Purpose.PAGE, frozenset({"site.test"}))


class Gated:
    """Replies when it is let to."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.two = threading.Event()
        self.together = 0
        self.most = 0
        self._lock = threading.Lock()

    def fetch(self, request: FetchRequest) -> Response:
        with self._lock:
            self.together += 1
            self.most = max(self.most, self.together)
            if self.together == 2:
                self.two.set()
        self.gate.wait(30)
        with self._lock:
            self.together -= 1
        if "refused" in request.url:
            raise FetchError(request.url, "non", code="tls")
        if "defect" in request.url:
            raise ZeroDivisionError
        return Response(request.url, 200, {})

    def close(self) -> None:
        self.gate.set()


def test_replies_come_back_under_their_keys_whatever_happens() -> None:
    fetcher = Gated()
    workers = Workers(fetcher, 2)
    for key, name in enumerate(("fine", "refused", "defect", "fine")):
        workers.submit(key, request(f"https://site.test/{name}"))
    assert workers.busy == 4
    assert workers.reply(0) is None
    # On a busy machine the second thread may begin late.
    assert fetcher.two.wait(30)
    fetcher.gate.set()
    found = dict(filter(None, (workers.reply(5) for _ in range(4))))
    assert workers.busy == 0
    assert [getattr(found[key], "status", None) or getattr(found[key], "code", None) for key in range(4)] == [
        200,
        "tls",
        "internal",
        200,
    ]
    assert fetcher.most == 2
    workers.close()
