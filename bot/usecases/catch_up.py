"""Keep the store fed: the first fetch, a look at each start, and the bundled samples where nothing can be reached."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.status import FeedState
from bot.feeds.samples import parse_samples
from bot.ports import FetchError, Progress, Store
from bot.usecases.context import Context
from bot.usecases.fetch_papers import fetch_announced, fetch_recent
from bot.usecases.ingest_papers import IngestReport, ingest_papers, refresh_search

STATE = "feed:arxiv"

CHANGING = timedelta(minutes=30)
"""From the time at which arXiv's feeds change to when they surely have."""


class CaughtUp(StrEnum):
    FETCHED = "fetched"
    NOT_DUE = "not due"
    OFFLINE = "offline"
    OFFLINE_SAMPLES = "offline, samples loaded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CatchUp:
    outcome: CaughtUp
    report: IngestReport
    detail: str = ""


async def feed_state(context: Context) -> FeedState:
    return await feed_state_of(context.store)


async def feed_state_of(store: Store) -> FeedState:
    async with store.read() as uow:
        text = await uow.state.get_value(STATE)
    if not text:
        return FeedState()
    fields = json.loads(text)
    return FeedState(**{**fields, "categories": tuple(fields.get("categories", ()))})


async def catch_up(context: Context, progress: Progress | None = None) -> CatchUp:
    """Fetch what was announced since the last fetch (at most the last `recent_days`), newest first.

    Nothing is asked more often than every `poll_every_s`, but for the times when the feeds change: digests that are due
    in the morning must not wait for hours. With no network and an empty store the samples are loaded.
    """
    now = context.clock.now()
    state = await feed_state(context)
    categories = context.sources.categories
    fetched_at = state.last_read
    same = set(state.categories) == set(categories)
    if fetched_at and same and not _is_due(context, fetched_at, now):
        return CatchUp(CaughtUp.NOT_DUE, IngestReport())
    reach = now - timedelta(days=context.sources.recent_days)
    since = max(fetched_at, reach) if fetched_at and same else reach
    report = IngestReport()
    try:
        report.add(await fetch_announced(context, categories))
        await refresh_search(context)
        await fetch_recent(context, categories, since, report, progress)
    except FetchError as error:
        await _remember(context, FeedState(now.isoformat(), state.fetched_at, str(error), state.categories))
        return await _without_network(context, report, error)
    await _remember(context, FeedState(now.isoformat(), now.isoformat(), "", categories))
    await refresh_search(context)
    return CatchUp(CaughtUp.FETCHED, report)


def _is_due(context: Context, fetched_at: datetime, now: datetime) -> bool:
    """The feeds are read when they change, and once more a while later: they need not change on the minute."""
    change = context.sources.calendar.next_in_feeds
    due_at = min(
        fetched_at + timedelta(seconds=context.sources.poll_every_s),
        change(fetched_at),
        change(fetched_at - CHANGING) + CHANGING,
    )
    return now >= due_at


async def _without_network(context: Context, report: IngestReport, error: FetchError) -> CatchUp:
    async with context.store.read() as uow:
        empty = not await uow.papers.count()
    if not empty:
        return CatchUp(CaughtUp.OFFLINE if error.offline else CaughtUp.FAILED, report, str(error))
    with context.open_samples() as stream:
        report.add(await ingest_papers(context, parse_samples(stream)))
    await refresh_search(context)
    return CatchUp(CaughtUp.OFFLINE_SAMPLES, report, str(error))


async def _remember(context: Context, state: FeedState) -> None:
    async with context.store.write() as uow:
        await uow.state.put_value(STATE, json.dumps(asdict(state)))
