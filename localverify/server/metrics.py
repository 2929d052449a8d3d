"""Prometheus metrics of one application, in a registry of its own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

# From an upload (milliseconds) to a page of inline pictures on a busy machine.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """What /metrics shows.

    Attributes:
        requests: answers by vendor, method, route and status.
        seconds: their durations by vendor and route.
        in_progress: requests that are not answered yet, by vendor.
        received: bytes of request bodies, by vendor.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            "localverify_requests", "Answers.", ("vendor", "method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "localverify_request_seconds",
            "Time from the first byte of a request to the end of its answer.",
            ("vendor", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.in_progress = Gauge(
            "localverify_requests_in_progress", "Requests without an answer yet.", ("vendor",), registry=self._registry
        )
        self.received = Counter(
            "localverify_received_bytes", "Bytes of request bodies.", ("vendor",), registry=self._registry
        )

    def page(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
