"""What Prometheus reads: edges that measure themselves and change nothing, and the state of the installation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.metrics import MeteredAdapter, MeteredLimiter, PrometheusMetrics, metered_jobs
from bot.domain.chat import Address, Handler, Json, Message, Receipt, Text
from bot.domain.measures import Measures
from bot.ports import ChatAdapter, DeliveryError, RateLimiter
from tests.factories import NOON

HERE = Address("slack", "C1")
HELLO = Message((Text("Hello"),))


def samples(metrics: PrometheusMetrics) -> dict[str, float]:
    """`name{a=b}` -> value, buckets left out."""
    return {
        sample.name + (str(sorted(sample.labels.values())) if sample.labels else ""): sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


class Surface:
    """A chat adapter that raises what it is given."""

    platform = "slack"
    digest_form: Literal["one", "cards"] = "cards"

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self.calls: list[str] = []

    async def run(self, handle: Handler) -> None:
        self.calls.append("run")

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        self.calls.append(f"send {token} {thread}")
        if self.errors:
            raise self.errors.pop(0)
        return Receipt("m1")

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        self.calls.append(f"look up {token}")
        return Receipt("m2")

    async def close(self) -> None:
        self.calls.append("close")


async def test_sends_are_timed_by_platform_and_outcome() -> None:
    metrics, surface = PrometheusMetrics(), Surface()
    adapter: ChatAdapter = MeteredAdapter(surface, metrics)
    assert (await adapter.send(HERE, HELLO, "t1", thread="m0")).message_id == "m1"
    surface.errors = [
        DeliveryError("gone", permanent=True),
        DeliveryError("no answer", unknown=True),
        DeliveryError("busy", retry_after_s=3),
        RuntimeError(),
    ]
    for error in list(surface.errors):
        with pytest.raises(type(error)):
            await adapter.send(HERE, HELLO, "t2")
    found = samples(metrics)
    for outcome in ("ok", "permanent", "unknown", "again", "failed"):
        assert found[f"paperboy_send_seconds_count{sorted(('slack', outcome))}"] == 1


async def test_an_adapter_that_is_measured_is_otherwise_the_same() -> None:
    surface = Surface()
    adapter = MeteredAdapter(surface, PrometheusMetrics())

    async def handle(_: object) -> Message:
        return HELLO

    await adapter.run(handle)
    found = await adapter.look_up(HERE, "t1", NOON)
    await adapter.close()
    assert (adapter.platform, adapter.digest_form, found) == ("slack", "cards", Receipt("m2"))
    assert surface.calls == ["run", "look up t1", "close"]


async def test_waits_for_rate_limits_are_counted_by_the_name_of_the_limit() -> None:
    class Limiter:
        async def wait(self, key: str, count: int = 1) -> float:
            return 0.5 * count

    metrics = PrometheusMetrics()
    limiter: RateLimiter = MeteredLimiter(Limiter(), metrics)
    assert await limiter.wait("slack:T1:C1", 2) == 1.0
    assert await limiter.wait("slack:T1:C2") == 0.5
    found = samples(metrics)
    assert found["paperboy_rate_limit_wait_seconds_count['slack']"] == 2
    assert found["paperboy_rate_limit_wait_seconds_sum['slack']"] == 1.5


async def test_jobs_are_timed_by_name_and_outcome() -> None:
    async def compose(arguments: Mapping[str, Json]) -> None:
        if arguments["n"] == 2:
            raise ZeroDivisionError

    metrics = PrometheusMetrics()
    handlers = metered_jobs({"compose": compose}, metrics)
    await handlers["compose"]({"n": 1})
    with pytest.raises(ZeroDivisionError):
        await handlers["compose"]({"n": 2})
    found = samples(metrics)
    assert found["paperboy_job_seconds_count['compose', 'ok']"] == 1
    assert found["paperboy_job_seconds_count['compose', 'failed']"] == 1


def test_the_state_of_the_installation_is_told_in_gauges() -> None:
    metrics = PrometheusMetrics()
    metrics.tell(
        Measures(
            papers=88,
            feed_age_s=60.0,
            feed_failing=True,
            active_subscriptions=5,
            disabled_subscriptions=1,
            oldest_open_s=7.5,
            last_sent_s=None,
            deliveries={"sent": 3},
            jobs={"waiting": 2},
        )
    )
    found = samples(metrics)
    assert found["paperboy_store_up"] == 1
    assert found["paperboy_papers"] == 88
    assert found["paperboy_feed_age_seconds"] == 60
    assert found["paperboy_feed_failing"] == 1
    assert found["paperboy_subscriptions['active']"] == 5
    assert found["paperboy_oldest_open_delivery_seconds"] == 7.5
    assert found["paperboy_deliveries['sent']"] == 3
    assert found["paperboy_deliveries['due']"] == 0
    assert found["paperboy_jobs['waiting']"] == 2
    assert str(found["paperboy_last_sent_seconds"]) == "nan"
    metrics.tell(None)
    assert samples(metrics)["paperboy_store_up"] == 0
    assert samples(metrics)["paperboy_papers"] == 88


def test_two_processes_in_one_have_metrics_of_their_own() -> None:
    one, other = PrometheusMetrics(), PrometheusMetrics()
    one.tell(Measures(1, None, False, 0, 0, None, None))
    assert samples(one)["paperboy_papers"] == 1
    assert samples(other)["paperboy_papers"] == 0
