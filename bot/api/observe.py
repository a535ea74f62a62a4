"""Logs and metrics of requests: route, status, duration. Never a question, an answer, an address or a query string."""

import logging
import sys
import time
import uuid

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("cybervigie.request")
_BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0)


class Metrics:
    """Counters of one application (a registry of its own, so that several can live in one process)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "cybervigie_requests", "Requests by route and status", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "cybervigie_request_seconds", "Duration by route", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        self.answers = Counter(
            "cybervigie_answers", "Answers by status and reason", ["status", "reason"], registry=self.registry
        )
        self.masked = Counter(
            "cybervigie_masked_questions", "Questions and searches with identifiers masked", registry=self.registry
        )
        self.passages = Gauge("cybervigie_index_passages", "Passages of the index in service", registry=self.registry)
        self.documents = Gauge(
            "cybervigie_index_documents", "Documents of the index in service", registry=self.registry
        )
        self.ready = Gauge("cybervigie_ready", "1 when an index is in service", registry=self.registry)


class Observe:
    """One structured log line and one count a request, by route template."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Time the request; give it an id that the client sees in ``X-Request-Id``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        request_id = uuid.uuid4().hex
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - begun
            # The template, not the path: a path could hold anything.
            route = getattr(scope.get("route"), "path", None) or "other"
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(seconds)
            log.info(
                "request", id=request_id, method=_method(scope), route=route, status=status, ms=round(seconds * 1e3, 1)
            )


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in {"GET", "POST", "HEAD", "OPTIONS"} else "OTHER"


def configure_logs(level: str) -> None:
    """JSON lines on standard error, for our own loggers."""
    # It would log every event of a stream, answers included, to whoever listens to debug messages.
    logging.getLogger("sse_starlette").setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
