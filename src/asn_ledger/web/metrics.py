"""What is counted: requests by route and status, how long they took, the ledger's head and the read models' lag."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The measures of one application, in a registry of their own."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "asn_ledger_requests", "Answers", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "asn_ledger_request_seconds", "Time to an answer", ("route",), registry=self._registry, buckets=_SECONDS
        )
        self.head = Gauge("asn_ledger_head", "Entries in the ledger", registry=self._registry)
        self.missing_keys = Gauge(
            "asn_ledger_missing_keys", "Keys that are gone and no erasure names", registry=self._registry
        )
        self.stopped = Gauge(
            "asn_ledger_stopped_read_models", "Read models before an entry they cannot take", registry=self._registry
        )
        self.lag = Gauge("asn_ledger_lag", "Entries the read models do not know yet", registry=self._registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Everything measured, as Prometheus reads it."""
        return generate_latest(self._registry)
