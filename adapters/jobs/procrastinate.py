"""A queue in PostgreSQL for workers on any number of machines: procrastinate 3."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, AppNotOpen, ConnectorException, UniqueViolation
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker

from adapters.jobs.procrastinate_schema import bring_up_to_date
from adapters.jobs.procrastinate_stalled import StalledJobs
from adapters.jobs.retries import GRACE_S, MAX_ATTEMPTS, Backoff, backoff_s, log_failure
from bot.domain.chat import Json
from bot.domain.pause import pause
from bot.ports import JobHandler, StoreError

log = structlog.get_logger()

QUEUE = "paperboy"
HEARTBEAT_S = 10.0
POLL_S = 5.0
"""How often a worker looks for jobs unasked; of new ones it hears at once."""
POOL = 4
"""Connections of the queue in one process, besides the one that listens for new jobs."""
RESTART_S = 2.0
CONNECT_S = 5
CLOSE_S = 1.0
_COUNTS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"
_NAMES = {"todo": "waiting", "doing": "running", "failed": "failed"}


class ProcrastinateQueue:
    """Implements bot.ports.JobQueue. A worker that was killed is noticed when its heartbeat is three times overdue;
    then another worker runs its jobs."""

    def __init__(
        self,
        conninfo: str,
        *,
        grace_s: float = GRACE_S,
        backoff: Backoff = backoff_s,
        heartbeat_s: float = HEARTBEAT_S,
        poll_s: float = POLL_S,
    ) -> None:
        self._connector = PsycopgConnector(
            conninfo=conninfo,
            min_size=1,
            max_size=POOL,
            timeout=CONNECT_S,
            kwargs={"connect_timeout": CONNECT_S},
        )
        self._app = App(connector=self._connector)
        self._grace_s = grace_s
        self._retries = _Retries(backoff)
        self._heartbeat_s = heartbeat_s
        self._poll_s = poll_s
        self._worker: Worker | None = None
        self._running: set[int] = set()
        self._stalled = StalledJobs(self._connector, self._app.job_manager, QUEUE, 3 * heartbeat_s)
        self._closing = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def open(self) -> None:
        with _told():
            await self._app.open_async()

    async def enqueue(self, name: str, arguments: Mapping[str, Json], *, key: str = "", priority: int = 0) -> bool:
        job = self._app.configure_task(
            name,
            allow_unknown=True,
            queue=QUEUE,
            priority=priority,
            lock=key or None,
            queueing_lock=key or None,
        )
        try:
            with _told():
                await job.defer_async(arguments=_plain(arguments))
        except AlreadyEnqueued:
            return False
        return True

    async def work(self, handlers: Mapping[str, JobHandler], *, concurrency: int = 1) -> None:
        for name in handlers.keys() - self._app.tasks.keys():
            self._register(name, handlers[name])
        self._idle.clear()
        sweep = asyncio.create_task(self._sweep_always(), name="stalled jobs")
        try:
            while not self._closing.is_set():
                await self._work_once(concurrency)
        finally:
            sweep.cancel()
            await asyncio.gather(sweep, return_exceptions=True)
            self._idle.set()

    async def counts(self) -> Mapping[str, int]:
        with _told():
            async with self._connector.pool.connection() as connection:
                rows = await (await connection.execute(_COUNTS)).fetchall()
        found = {str(status): int(count) for status, count in rows}
        return {name: found.get(status, 0) for status, name in _NAMES.items()}

    async def close(self) -> None:
        self._closing.set()
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]
        await self._idle.wait()
        # Of a database that is away the pool would wait for longer than a process has to end.
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._app.close_async()

    async def _work_once(self, concurrency: int) -> None:
        """A worker's life. It ends by itself when the database goes away, and another is started."""
        self._worker = worker = Worker(
            self._app,
            queues=[QUEUE],
            concurrency=concurrency,
            fetch_job_polling_interval=self._poll_s,
            shutdown_graceful_timeout=self._grace_s,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=self._heartbeat_s,
            stalled_worker_timeout=3 * self._heartbeat_s,
        )
        try:
            await worker.run()  # type: ignore[no-untyped-call]
            ended = ""
        except Exception as error:
            ended = type(error).__name__
        if not self._closing.is_set():
            log.warning("job worker starts again", error=ended)
            await pause(self._closing, RESTART_S)

    def _register(self, name: str, handler: JobHandler) -> None:
        async def run(context: JobContext, arguments: dict[str, Json]) -> None:
            number = context.job.id or 0
            self._running.add(number)
            try:
                await handler(arguments)
            except Exception as error:
                log_failure(name, context.job.attempts + 1, error)
                raise
            finally:
                self._running.discard(number)

        self._app.task(name=name, queue=QUEUE, retry=self._retries, pass_context=True)(run)

    async def _sweep_always(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_s)
            try:
                await self._stalled.sweep(self._worker.worker_id if self._worker else None, self._running)
            except Exception as error:
                log.warning("stalled jobs not looked for", error=type(error).__name__)


class _Retries(BaseRetryStrategy):
    """A job that was stopped goes back at once, one that failed after a while."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"milliseconds": round(1000 * self._backoff(job.attempts + 1))})


def _plain(arguments: Mapping[str, Json]) -> dict[str, Any]:
    """Lists and dicts only: what the driver's JSON knows."""
    return dict(json.loads(json.dumps(arguments)))


async def open_queue(conninfo: str, **options: Any) -> ProcrastinateQueue:
    """The queue in the database at a libpq address, its tables made or brought up to date. Raises StoreError."""
    with _told():
        await bring_up_to_date(conninfo)
    queue = ProcrastinateQueue(conninfo, **options)
    try:
        await queue.open()
    except BaseException:
        await queue.close()
        raise
    return queue


@contextmanager
def _told() -> Iterator[None]:
    """Turn a database that cannot be used into a StoreError."""
    try:
        yield
    except AppNotOpen:
        raise StoreError("The job queue is closed.") from None
    except (psycopg.OperationalError, ConnectorException) as error:
        if isinstance(error, UniqueViolation):
            raise
        raise StoreError("The database of the job queue cannot be reached: check that it runs.") from error
