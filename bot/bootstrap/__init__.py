"""The composition root: the only place that knows the core, the adapters and the store."""

import contextlib
import importlib.resources
import io
import shutil
from collections.abc import AsyncIterator
from datetime import date
from typing import BinaryIO
from urllib.parse import urlsplit

from bot.domain.arxiv_calendar import ArxivCalendar, read_holidays
from bot.ports import Store
from bot.ranking.parameters import RankingSettings
from bot.settings import Settings
from bot.usecases.context import Context, Sources

SEARCH = "search"
"""The folder of the search index in the data folder."""

USER_AGENT = "paperboy-bot/0.1 (paper recommendations; {contact})"


@contextlib.asynccontextmanager
async def open_context(settings: Settings, *, searched: bool = True) -> AsyncIterator[Context]:
    """Everything the use cases need, opened and closed again; without a search index where nobody searches.

    Raises StoreError.
    """
    from adapters.fetcher import ARXIV_HOSTS, HttpFetcher
    from adapters.machine_zone import machine_zone
    from adapters.search import AbsentIndex, TantivyIndex
    from adapters.system_clock import SystemClock
    from store.engine import open_store

    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    clock = SystemClock()
    store = await open_store(settings.store_url)
    fetcher = HttpFetcher(
        clock=clock,
        user_agent=user_agent(settings),
        polite_hosts=[*ARXIV_HOSTS, *arxiv_hosts(settings)],
        interval_s=settings.arxiv_interval_s,
        connect_timeout_s=settings.offline_after_s,
    )
    search = TantivyIndex(settings.data_dir / SEARCH) if searched else AbsentIndex(await _revision(store))
    try:
        yield Context(
            store=store,
            clock=clock,
            fetcher=fetcher,
            search=search,
            sources=Sources(
                categories=settings.categories,
                arxiv_feed_url=settings.arxiv_feed_url,
                arxiv_api_url=settings.arxiv_api_url,
                arxiv_oai_url=settings.arxiv_oai_url,
                hf_url=settings.hf_url,
                recent_days=settings.recent_days,
                poll_every_s=settings.poll_hours * 3600,
                calendar=ArxivCalendar(known_holidays() | settings.arxiv_holidays),
            ),
            open_samples=open_samples,
            ranking=RankingSettings(half_life_days=settings.half_life_days, explore_share=settings.explore_share),
            fresh_days=settings.fresh_days,
            zone=settings.zone or machine_zone(),
            compiled=settings.data_dir / "compiled",
            scorer_threads=settings.scorer_threads,
        )
    finally:
        await search.close()
        await fetcher.close()
        await store.close()


async def _revision(store: Store) -> int:
    async with store.read() as uow:
        return await uow.papers.revision()


def user_agent(settings: Settings) -> str:
    return USER_AGENT.format(contact=settings.contact or "no contact given")


def forget_search(settings: Settings) -> None:
    """Let the search index be made anew from the store: it followed one that is not there any more."""
    shutil.rmtree(settings.data_dir / SEARCH, ignore_errors=True)


def arxiv_hosts(settings: Settings) -> list[str]:
    """Wherever arXiv's addresses point to: they all share its limit."""
    addresses = (settings.arxiv_feed_url, settings.arxiv_api_url, settings.arxiv_oai_url)
    return [host for address in addresses if (host := urlsplit(address).hostname)]


def known_holidays() -> frozenset[date]:
    """arXiv's holidays as far as they come with the program."""
    return read_holidays(importlib.resources.files("bot.data").joinpath("arxiv_holidays.txt").read_text("utf-8"))


def open_samples() -> BinaryIO:
    """The bundled sample papers."""
    return io.BytesIO(importlib.resources.files("bot.data").joinpath("samples.jsonl").read_bytes())
