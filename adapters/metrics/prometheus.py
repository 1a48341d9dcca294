"""The metrics of one process: a registry of its own, nothing global."""

from prometheus_client import CollectorRegistry, Gauge, Histogram, PlatformCollector, ProcessCollector, generate_latest

from bot.domain.delivery import DeliveryState
from bot.domain.measures import Measures

QUICK_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LONG_S = (0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0)


class PrometheusMetrics:
    """Histograms are this process's own; gauges are read from the database when somebody asks."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)

        def histogram(name: str, words: str, labels: tuple[str, ...], buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"paperboy_{name}", words, labels, registry=registry, buckets=buckets)

        def gauge(name: str, words: str, labels: tuple[str, ...] = ()) -> Gauge:
            return Gauge(f"paperboy_{name}", words, labels, registry=registry)

        self.sends = histogram(
            "send_seconds", "Bringing one message, by platform and outcome.", ("platform", "outcome"), QUICK_S
        )
        self.waits = histogram("rate_limit_wait_seconds", "Waits for a platform's rate limit.", ("limit",), QUICK_S)
        self.jobs = histogram("job_seconds", "Jobs by name and outcome.", ("job", "outcome"), LONG_S)
        self._commands = histogram("command_seconds", "Answers to commands; recommend ranks.", ("command",), QUICK_S)
        self._store_up = gauge("store_up", "1 if the database answered just now; 0: the gauges below are old.")
        self._papers = gauge("papers", "Real papers in the store.")
        self._feed_age = gauge("feed_age_seconds", "Since the feeds were last read well; NaN if never.")
        self._feed_failing = gauge("feed_failing", "1 while the last look at the feeds failed.")
        self._subscriptions = gauge("subscriptions", "Subscriptions by state.", ("state",))
        self._oldest_open = gauge("oldest_open_delivery_seconds", "Since the oldest open delivery was due; 0 if none.")
        self._last_sent = gauge("last_sent_seconds", "Since a digest was last brought; NaN if never.")
        self._deliveries = gauge("deliveries", "The ledger by state.", ("state",))
        self._waiting = gauge("jobs", "Jobs by state.", ("state",))

    def tell(self, measures: Measures | None) -> None:
        """Take over how the installation stands; None if the database does not say."""
        self._store_up.set(measures is not None)
        if measures is None:
            return
        self._papers.set(measures.papers)
        self._feed_age.set(_or_nan(measures.feed_age_s))
        self._feed_failing.set(measures.feed_failing)
        self._subscriptions.labels("active").set(measures.active_subscriptions)
        self._subscriptions.labels("disabled").set(measures.disabled_subscriptions)
        self._oldest_open.set(measures.oldest_open_s or 0.0)
        self._last_sent.set(_or_nan(measures.last_sent_s))
        for state in DeliveryState:
            self._deliveries.labels(state.value).set(measures.deliveries.get(state.value, 0))
        for name, count in measures.jobs.items():
            self._waiting.labels(name).set(count)

    def took(self, command: str, seconds: float) -> None:
        """A command was answered."""
        self._commands.labels(command).observe(seconds)

    def render(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)


def _or_nan(seconds: float | None) -> float:
    return float("nan") if seconds is None else seconds
