"""The processes that serve: `paperboy run` everything that is configured, `paperboy worker` jobs and digests alone."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from adapters.metrics import MeteredAdapter, MeteredLimiter, PrometheusMetrics, metered_jobs
from bot.bootstrap import open_context
from bot.bootstrap.ending import stopped_by_signals
from bot.bootstrap.logs import log_forgotten_errors, name_process
from bot.bootstrap.mail import ReadersDesk, build_mail, serves_mail
from bot.bootstrap.operating import open_endpoint
from bot.bootstrap.page import open_page
from bot.bootstrap.posting import build_limiter, build_sender
from bot.bootstrap.slack import open_for_slack
from bot.bootstrap.surfaces import Surfaces, configured_surfaces
from bot.dispatch import Dispatcher
from bot.ports import JobQueue
from bot.scheduler import Scheduler, SendLoop, job_handlers
from bot.settings import Settings, SettingsError
from bot.supervisor import Supervisor, repeated, served
from bot.usecases.alert_operator import OperatorAlerts
from bot.usecases.browse import Browser
from bot.usecases.context import Context
from bot.usecases.ingest_papers import refresh_search

log = structlog.get_logger()

FOLLOW_S = 30.0
"""How often a process in which people search looks for papers that another one stored."""

NOTHING_TO_SERVE = (
    "nothing to serve: set PAPERBOY_DISCORD_TOKEN or PAPERBOY_SLACK_BOT_TOKEN (or their _FILE), PAPERBOY_WEB_PORT for "
    "the page, or PAPERBOY_OPS_PORT to read feeds and run jobs alone; `paperboy chat` talks on this terminal"
)
NOBODY_WORKS = (
    "PAPERBOY_WORKERS: 0 leaves the jobs to other processes, but they wait in this one: set 1 or more, or share them "
    "in PostgreSQL (PAPERBOY_DATABASE_URL)"
)
NOTHING_SHARED = (
    "a worker shares its jobs through PostgreSQL: set PAPERBOY_DATABASE_URL to postgresql://user@host/name, and leave "
    "PAPERBOY_QUEUE out; with SQLite, `paperboy run` does everything in one process"
)


@dataclass(frozen=True, slots=True)
class Role:
    """What a process is there for: whether people talk to it, and how many jobs and sends go side by side."""

    name: str
    answers: bool
    workers: int
    senders: int


async def run_service(settings: Settings) -> int:
    """Serve everything that is configured until told to stop; the exit code. Raises SettingsError, StoreError."""
    surfaces = configured_surfaces(settings)
    if not surfaces and not settings.ops_port and settings.web_port == 0 and not settings.smtp:
        raise SettingsError(NOTHING_TO_SERVE)
    if not settings.workers and not settings.queue_in_database:
        raise SettingsError(NOBODY_WORKS)
    return await _serve(settings, surfaces, Role("run", True, settings.workers, settings.senders))


async def run_worker(settings: Settings, *, workers: int | None = None, senders: int | None = None) -> int:
    """Run jobs and send digests for the installation that shares the database. Raises SettingsError, StoreError."""
    if not settings.queue_in_database:
        raise SettingsError(NOTHING_SHARED)
    role = Role(
        "worker",
        False,
        settings.workers if workers is None else workers,
        settings.senders if senders is None else senders,
    )
    return await _serve(settings, configured_surfaces(settings), role)


async def _serve(settings: Settings, surfaces: Surfaces, role: Role) -> int:
    from store.leadership import create_leadership

    name_process(f"{role.name}-{socket.gethostname()}-{os.getpid()}")
    log_forgotten_errors(asyncio.get_running_loop())
    supervisor = Supervisor()
    metrics = PrometheusMetrics()
    loaded = asyncio.Event()
    async with AsyncExitStack() as stack:
        stack.enter_context(stopped_by_signals(supervisor))
        context = await stack.enter_async_context(open_context(settings, searched=role.answers))
        queue = await stack.enter_async_context(open_jobs(settings))
        await stack.enter_async_context(
            open_endpoint(settings, context, queue, metrics, loaded=loaded, stopping=supervisor.stopping)
        )
        adapters = {platform: build(settings, context) for platform, build in surfaces.items()}
        mail = build_mail(settings, context) if serves_mail(settings, answers=role.answers) else None
        if mail is not None:
            adapters[mail.adapter.platform] = mail.adapter
        metered = {platform: MeteredAdapter(adapter, metrics) for platform, adapter in adapters.items()}
        alerts = OperatorAlerts(context, metered, settings.operator, timedelta(hours=settings.alert_hours))
        scheduler = Scheduler(context, queue, create_leadership(settings.store_url), alert=alerts.look)
        supervisor.add("index", partial(_load, context, loaded))
        supervisor.add("scheduler", scheduler.run)
        if role.workers:
            handlers = metered_jobs(job_handlers(context), metrics)
            supervisor.add("jobs", served(partial(queue.work, handlers, concurrency=role.workers), queue.close))
        limiter = MeteredLimiter(build_limiter(settings, context), metrics)
        sender = build_sender(settings, context, metered, limiter)
        for number in range(role.senders if adapters else 0):
            supervisor.add(f"sender {number + 1}", SendLoop(sender).run)
        if role.answers:
            supervisor.add("search", repeated(partial(_follow, context), longest_s=FOLLOW_S))
            handle = Dispatcher(context, loaded.wait, metrics.took).handle
            await stack.enter_async_context(open_for_slack(settings, adapters.get("slack")))
            for platform, adapter in adapters.items():
                supervisor.add(platform, served(partial(adapter.run, handle), adapter.close), last=True)
        else:
            for adapter in adapters.values():
                stack.push_async_callback(adapter.close)
        browser = Browser(context)
        page = ""
        if role.answers:
            desk = ReadersDesk(context, mail, handle, limiter) if mail else None
            page = await stack.enter_async_context(open_page(settings, browser, desk))
        if page:
            supervisor.add("page", repeated(partial(_read_ahead, browser), longest_s=FOLLOW_S))
        queued = "postgresql" if settings.queue_in_database else "here"
        log.info("started", platforms=sorted(adapters), page=page, queue=queued)
        late = await supervisor.run()
        log.info("stopped", cut_off=late)
    return 0


@asynccontextmanager
async def open_jobs(settings: Settings) -> AsyncIterator[JobQueue]:
    """The queue that this installation uses. Raises StoreError."""
    queue: JobQueue
    if settings.queue_in_database:
        from adapters.jobs.procrastinate import open_queue
        from store.engine import libpq_address

        queue = await open_queue(libpq_address(settings.store_url))
    else:
        from adapters.jobs.inprocess import InProcessQueue

        queue = InProcessQueue()
    try:
        yield queue
    finally:
        await queue.close()


async def _load(context: Context, loaded: asyncio.Event, stopping: asyncio.Event) -> None:
    """Have the index of terms in memory before anybody asks."""
    async with context.store.read() as uow:
        await context.terms.current(uow)
    loaded.set()
    await stopping.wait()


async def _read_ahead(browser: Browser) -> float:
    await browser.warm()
    return FOLLOW_S


async def _follow(context: Context) -> float:
    await refresh_search(context)
    return FOLLOW_S
