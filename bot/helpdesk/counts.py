"""Counts of the helpdesk for ``/metrics``: names of desks, codes and numbers, nothing of a ticket."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.helpdesk.errors import OutboxUnavailable
from bot.helpdesk.outbox import Outbox


class Counts:
    """Counters of one process, and the state of the outbox when asked."""

    def __init__(self, outbox: Outbox, registry: CollectorRegistry) -> None:
        self.calls = Counter(
            "cybervigie_helpdesk_calls",
            "Calls of helpdesk tools, by desk and outcome (taken, ignored, replay, or why refused)",
            ["desk", "outcome"],
            registry=registry,
        )
        self.attempts = Counter(
            "cybervigie_helpdesk_attempts",
            "Attempts at a draft, by desk and outcome",
            ["desk", "outcome"],
            registry=registry,
        )
        self.verdicts = Counter(
            "cybervigie_helpdesk_verdicts", "Agents' verdicts on drafts", ["desk", "verdict"], registry=registry
        )
        self.working = Gauge(
            "cybervigie_helpdesk_working", "1 while this process works on the outbox", registry=registry
        )
        registry.register(_Jobs(outbox))

    def attempt(self, desk: str, outcome: str) -> None:
        """Count the end of an attempt."""
        self.attempts.labels(desk, outcome).inc()


class _Jobs(Collector):
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def describe(self) -> Iterable[Metric]:
        """What is collected, without opening the outbox."""
        return [self._family(), self._age()]

    def collect(self) -> Iterable[Metric]:
        """Jobs by desk and state, and how late they are; nothing while the outbox cannot be read."""
        family, age = self._family(), self._age()
        try:
            counts, late = self._outbox.counts(), self._outbox.oldest_due()
        except OutboxUnavailable:
            counts, late = {}, {}
        for desk, seconds in sorted(late.items()):
            age.add_metric([desk], seconds)
        for (desk, state), number in sorted(counts.items()):
            family.add_metric([desk, state.value], number)
        return [family, age]

    def _age(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "cybervigie_helpdesk_overdue_seconds", "Since when the oldest waiting message is due", labels=["desk"]
        )

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "cybervigie_helpdesk_jobs", "Messages in the outbox, by desk and state", labels=["desk", "state"]
        )
