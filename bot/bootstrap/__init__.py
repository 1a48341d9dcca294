"""The composition root: the only place that knows the core, the adapters and the store."""

import asyncio
import contextlib
import getpass
import importlib.resources
import io
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import BinaryIO
from urllib.parse import urlsplit

import structlog

from bot.bootstrap.posting import build_limiter, build_sender
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.domain.arxiv_calendar import ArxivCalendar, read_holidays
from bot.domain.chat import Address, Message, Text
from bot.domain.person import Account
from bot.messages import system
from bot.ports import ChatAdapter, Leadership, Store, StoreError
from bot.ranking.parameters import RankingSettings
from bot.scheduler import FEEDS, OnePerson
from bot.settings import Settings
from bot.usecases.catch_up import CatchUp, CaughtUp, catch_up
from bot.usecases.context import Context, Sources
from bot.usecases.ingest_papers import refresh_search

log = structlog.get_logger()

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


class BackgroundFetch:
    """The fetch that runs beside the chat: its progress for the toolbar, and the wait of commands that need papers."""

    def __init__(self, context: Context, leadership: Leadership, tell: Callable[[str], None], *, patient: bool) -> None:
        self._context = context
        self._leadership = leadership
        self._tell = tell
        self._patient = patient
        self._fetched = 0
        self._total: int | None = None
        self._told = False
        self._task = asyncio.create_task(self._run())

    def toolbar(self) -> str:
        return "" if self._task.done() else system.fetching(self._fetched, self._total)

    async def ready(self) -> None:
        """Return when there is something to answer with: for a patient surface when the fetch has ended,
        else as soon as there are papers."""
        if self._patient and not self._task.done() and not self._told:
            self._told = True
            self._tell(system.FETCHING)
        while not self._task.done():
            if not self._patient:
                async with self._context.store.read() as uow:
                    if await uow.papers.count():
                        return
            await asyncio.wait([self._task], timeout=None if self._patient else 0.2)

    async def stop(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        try:
            # Another process that looks at the feeds just now stores what it finds for everybody.
            done = await catch_up(self._context, self._progress) if await self._leadership.hold(FEEDS) else None
            await refresh_search(self._context)
            line = self._line(done) if done else ""
        except StoreError as error:
            line = str(error)
        except Exception as error:
            log.error("fetching failed", error=type(error).__name__, exc_info=True)
            line = system.FETCH_CRASHED
        finally:
            await self._leadership.release()
        if line:
            self._tell(line)

    def _line(self, done: CatchUp) -> str:
        if done.outcome is CaughtUp.FETCHED and not self._patient and not done.report.new:
            return ""
        return system.caught_up(done.outcome.value, done.report.new, done.detail)

    def _progress(self, fetched: int, total: int | None) -> None:
        self._fetched, self._total = fetched, total


async def run_chat(settings: Settings, *, json_lines: bool) -> None:
    """Talk on the terminal, or answer one command a line; ends with its input. Raises StoreError."""
    from adapters.console import ConsoleAdapter
    from store.leadership import create_leadership

    account = Account("console", getpass.getuser())
    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not json_lines
    async with open_context(settings) as context:
        fetch: BackgroundFetch | None = None
        adapter = ConsoleAdapter(
            sys.stdin,
            sys.stdout,
            account=account,
            interactive=interactive,
            json_lines=json_lines,
            toolbar=lambda: fetch.toolbar() if fetch else "",
            words=[spec.name for spec in COMMANDS],
            pictures=settings.data_dir / "pictures",
        )
        tell = _teller(adapter) if interactive else _tell_stderr
        async with context.store.read() as uow:
            first = not await uow.papers.count()
        for line in system.WELCOME if first else (system.WELCOME_BACK,) if interactive else ():
            tell(line)
        fetch = BackgroundFetch(context, create_leadership(settings.store_url), tell, patient=not interactive)
        sender = build_sender(settings, context, {adapter.platform: adapter}, build_limiter(context))
        ended = asyncio.Event()
        digests = asyncio.create_task(OnePerson(sender, account, fetch.ready).run(ended))
        try:
            await adapter.run(Dispatcher(context, fetch.ready).handle)
        finally:
            ended.set()
            await fetch.stop()
            await digests


def _tell_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _teller(adapter: ChatAdapter) -> Callable[[str], None]:
    """Lines that arrive unasked go through the adapter, above the prompt."""
    tasks: set[asyncio.Task[object]] = set()

    def tell(line: str) -> None:
        task = asyncio.create_task(adapter.send(Address("console", "terminal"), Message((Text(line, "note"),)), ""))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    return tell
