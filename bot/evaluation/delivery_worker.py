"""A process that delivers, made to be killed: scheduler, jobs and senders against the fake platforms."""

import asyncio
import contextlib
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Literal

import structlog

from adapters.jobs.inprocess import InProcessQueue
from adapters.search import AbsentIndex
from adapters.system_clock import SystemClock
from bot.commands import COMMANDS
from bot.domain.limits import Limit, named_limits
from bot.domain.listing import FeedRequest
from bot.evaluation.fake_platform import Kind
from bot.evaluation.fake_platform_server import HttpPlatformAdapter
from bot.ports import ChatAdapter, Clock, Fetched, FetchError, Validators
from bot.scheduler import Scheduler, SendLoop, job_handlers
from bot.usecases.context import Context, Sources
from bot.usecases.delivery_record import DeliveryRecord, Patience
from bot.usecases.send_deliveries import Sender
from store.engine import SqlStore, open_store
from store.rate_limiter import SqlRateLimiter

HURRY = Patience(
    lease=timedelta(seconds=6),
    request=timedelta(seconds=3),
    grace=timedelta(seconds=2),
    first_retry=timedelta(seconds=0.5),
    longest_retry=timedelta(seconds=5),
    store=timedelta(seconds=0.2),
)
"""Everything that takes minutes in earnest, in seconds."""

TIMEOUT_S = 1.0
MAIL = Limit(100, burst=20)
FORMS: dict[Kind, Literal["one", "cards"]] = {"discord": "one", "slack": "cards", "mail": "one"}


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """`folder` is the worker's own. `platforms` are those that it sends to; with `own_adapter` by the adapter of the
    product, which `platform_url` is to understand."""

    database_url: str
    platform_url: str
    folder: str
    platforms: tuple[Kind, ...]
    at_once: int = 32
    own_adapter: bool = False


class NoNetwork:
    """Implements bot.ports.Fetcher where there is nothing to fetch."""

    async def fetch(
        self, request: FeedRequest, *, validators: Validators | None = None, timeout_s: float | None = None
    ) -> Fetched:
        raise FetchError("no network", offline=True)

    async def close(self) -> None:
        """Nothing is open."""


class Alone:
    """Implements bot.ports.Leadership for nobody: no feed is read here."""

    async def hold(self, name: str) -> bool:
        return False

    async def release(self) -> None:
        """Nothing is held."""


@contextlib.asynccontextmanager
async def opened(database_url: str, folder: Path, clock: Clock) -> AsyncIterator[tuple[Context, SqlStore]]:
    """A context for delivery alone, its compiled code in `folder`."""
    store = await open_store(database_url)
    try:
        async with store.read() as uow:
            search = AbsentIndex(await uow.papers.revision())
        sources = Sources(("cs.LG",), "", "", "", "")
        yield Context(store, clock, NoNetwork(), search, sources, _no_samples, compiled=folder), store
    finally:
        await store.close()


def _no_samples() -> BinaryIO:
    raise FileNotFoundError("no samples here")


async def work(config: WorkerConfig, stop: asyncio.Event) -> None:
    """Deliver until told to stop."""
    clock = SystemClock()
    await asyncio.to_thread(Path(config.folder).mkdir, parents=True, exist_ok=True)
    async with opened(config.database_url, Path(config.folder), clock) as (context, store):
        adapters: dict[str, ChatAdapter] = {kind: _adapter(kind, config) for kind in config.platforms}
        queue = InProcessQueue(grace_s=1.0)
        record = DeliveryRecord(context, HURRY, random.random)
        sender = Sender(context, adapters, SqlRateLimiter(store, clock, named_limits(MAIL)), record)
        jobs = asyncio.create_task(queue.work(job_handlers(context)))
        try:
            await asyncio.gather(
                Scheduler(context, queue, Alone()).run(stop),
                SendLoop(sender, config.at_once, idle_s=0.2).run(stop),
            )
        finally:
            await queue.close()
            await jobs
            for adapter in adapters.values():
                await adapter.close()


def _adapter(kind: Kind, config: WorkerConfig) -> ChatAdapter:
    if not config.own_adapter:
        return HttpPlatformAdapter(kind, config.platform_url, FORMS[kind], TIMEOUT_S)

    if kind == "slack":
        from adapters.slack import Access, SlackAdapter
        from adapters.slack import Inside as SlackInside
        from bot.evaluation.fake_slack import TOKEN as BOT_TOKEN

        access = Access(BOT_TOKEN, api_url=f"{config.platform_url}/api/")
        return SlackAdapter(access, SlackInside(COMMANDS))
    if kind != "discord":
        raise ValueError(f"there is no adapter for {kind} yet")
    from adapters.chat.inside import Forgetful
    from adapters.discord import DiscordAdapter, Endpoints, Inside
    from bot.evaluation.fake_discord import TOKEN

    endpoints = Endpoints(api=f"{config.platform_url}/api/v10")
    return DiscordAdapter(TOKEN, Inside(COMMANDS, Forgetful()), endpoints=endpoints)


def run_worker(config: WorkerConfig) -> None:
    """The whole life of a worker process: until its parent is gone, or it is killed."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(work(config, asyncio.Event()))
