"""Talking on the terminal: the chat, the fetch that runs beside it, and the digests of who is in it."""

import asyncio
import contextlib
import getpass
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog

from bot.bootstrap import open_context
from bot.bootstrap.page import open_page
from bot.bootstrap.posting import build_limiter, build_sender
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.domain.chat import Address, Message, Text
from bot.domain.person import Account
from bot.messages import system
from bot.ports import ChatAdapter, Leadership, RateLimiter, StoreError
from bot.scheduler import FEEDS, Everybody, OnePerson
from bot.settings import Settings
from bot.usecases.browse import Browser
from bot.usecases.catch_up import CatchUp, CaughtUp, catch_up
from bot.usecases.context import Context
from bot.usecases.ingest_papers import refresh_search

if TYPE_CHECKING:
    from bot.bootstrap.mail import Mail, ReadersDesk

log = structlog.get_logger()


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


async def run_chat(settings: Settings, *, json_lines: bool, page: bool = False) -> None:
    """Talk on the terminal, or answer one command a line; ends with its input. With `page` the public page is served
    meanwhile. Raises StoreError, SettingsError."""
    from adapters.console import ConsoleAdapter
    from store.leadership import create_leadership

    account = Account("console", getpass.getuser())
    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not json_lines
    async with AsyncExitStack() as stack:
        context = await stack.enter_async_context(open_context(settings))
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
        limiter = build_limiter(settings, context)
        mail = _mail(settings, context) if page else None
        desk = _desk(context, mail, limiter) if mail else None
        address = await stack.enter_async_context(open_page(settings, Browser(context), desk)) if page else ""
        if address:
            tell(system.page_at(address))
        fetch = BackgroundFetch(context, create_leadership(settings.store_url), tell, patient=not interactive)
        ended = asyncio.Event()
        sender = build_sender(settings, context, {adapter.platform: adapter}, limiter)
        work = [asyncio.create_task(OnePerson(sender, account, fetch.ready).run(ended))]
        if mail is not None:
            stack.push_async_callback(mail.adapter.close)
            mails = build_sender(settings, context, {mail.adapter.platform: mail.adapter}, limiter)
            work.append(asyncio.create_task(Everybody(mails, fetch.ready).run(ended)))
        try:
            await adapter.run(Dispatcher(context, fetch.ready).handle)
        finally:
            ended.set()
            await fetch.stop()
            await asyncio.gather(*work)


def _mail(settings: Settings, context: Context) -> "Mail | None":
    """Mail, where the page is there to subscribe to it. Who only talks on the terminal does not wait for it to load."""
    from bot.bootstrap.mail import build_mail, serves_mail

    return build_mail(settings, context) if serves_mail(settings, answers=True) else None


def _desk(context: Context, mail: "Mail", limiter: RateLimiter) -> "ReadersDesk":
    from bot.bootstrap.mail import ReadersDesk

    return ReadersDesk(context, mail, Dispatcher(context).handle, limiter)


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
