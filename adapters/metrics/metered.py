"""Ports that measure what goes through them and change nothing."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from prometheus_client import Histogram

from adapters.metrics.prometheus import PrometheusMetrics
from bot.domain.chat import Address, Handler, Json, Message, Receipt
from bot.ports import ChatAdapter, DeliveryError, JobHandler, RateLimiter


class MeteredAdapter:
    """A chat adapter whose sends are timed, by their outcome: sent, unknown, permanent, again."""

    def __init__(self, adapter: ChatAdapter, metrics: PrometheusMetrics) -> None:
        self._adapter = adapter
        self._sends = metrics.sends

    @property
    def platform(self) -> str:
        return self._adapter.platform

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return self._adapter.digest_form

    async def run(self, handle: Handler) -> None:
        await self._adapter.run(handle)

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        with _timed(self._sends, self.platform):
            return await self._adapter.send(address, message, token, thread=thread)

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        return await self._adapter.look_up(address, token, since, thread=thread)

    async def close(self) -> None:
        await self._adapter.close()


class MeteredLimiter:
    """A rate limiter whose waits are counted under the limit's name: what stands before the first colon of a key."""

    def __init__(self, limiter: RateLimiter, metrics: PrometheusMetrics) -> None:
        self._limiter = limiter
        self._waits = metrics.waits

    async def wait(self, key: str, count: int = 1) -> float:
        waited = await self._limiter.wait(key, count)
        self._waits.labels(key.partition(":")[0]).observe(waited)
        return waited


def metered_jobs(handlers: Mapping[str, JobHandler], metrics: PrometheusMetrics) -> dict[str, JobHandler]:
    """The same handlers, each timed under its name."""

    def metered(name: str, handler: JobHandler) -> JobHandler:
        async def run(arguments: Mapping[str, Json]) -> None:
            with _timed(metrics.jobs, name):
                await handler(arguments)

        return run

    return {name: metered(name, handler) for name, handler in handlers.items()}


@contextmanager
def _timed(histogram: Histogram, name: str) -> Iterator[None]:
    began = time.perf_counter()
    outcome = "ok"
    try:
        yield
    except DeliveryError as error:
        outcome = "unknown" if error.unknown else "permanent" if error.permanent else "again"
        raise
    except BaseException:
        outcome = "failed"
        raise
    finally:
        histogram.labels(name, outcome).observe(time.perf_counter() - began)
