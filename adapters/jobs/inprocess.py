"""A queue in this process, beside the bot: for one machine with SQLite. What waits is gone with the process."""

import asyncio
import heapq
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog

from adapters.jobs.retries import GRACE_S, MAX_ATTEMPTS, Backoff, backoff_s, log_failure
from bot.domain.chat import Json
from bot.ports import JobHandler

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, order=True)
class _Job:
    """Ordered as jobs are taken: the higher priority, then the older."""

    rank: int
    number: int
    name: str = field(compare=False)
    arguments: str = field(compare=False)
    key: str = field(compare=False)
    failures: int = field(default=0, compare=False)


class InProcessQueue:
    """Implements bot.ports.JobQueue on asyncio."""

    def __init__(self, *, grace_s: float = GRACE_S, backoff: Backoff = backoff_s) -> None:
        self._grace_s = grace_s
        self._backoff = backoff
        self._numbers = itertools.count()
        self._ready: list[_Job] = []
        self._later: dict[asyncio.TimerHandle, _Job] = {}
        self._held: dict[str, _Job] = {}
        """Jobs whose key is running: key -> the one that waits for it."""
        self._waiting_keys: set[str] = set()
        self._running_keys: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._failed = 0
        self._changed = asyncio.Event()
        self._closed = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def enqueue(self, name: str, arguments: Mapping[str, Json], *, key: str = "", priority: int = 0) -> bool:
        return self._add(_Job(-priority, next(self._numbers), name, json.dumps(arguments), key))

    async def work(self, handlers: Mapping[str, JobHandler], *, concurrency: int = 1) -> None:
        self._idle.clear()
        try:
            while not self._closed:
                self._changed.clear()
                while self._ready and len(self._running) < concurrency:
                    self._start(heapq.heappop(self._ready), handlers)
                await self._changed.wait()
        finally:
            await self._drain()
            self._idle.set()

    async def counts(self) -> Mapping[str, int]:
        waiting = len(self._ready) + len(self._later) + len(self._held)
        return {"waiting": waiting, "running": len(self._running), "failed": self._failed}

    async def close(self) -> None:
        self._closed = True
        for timer in self._later:
            timer.cancel()
        self._changed.set()
        await self._idle.wait()

    async def _drain(self) -> None:
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=self._grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _add(self, job: _Job) -> bool:
        if job.key in self._waiting_keys:
            return False
        if job.key:
            self._waiting_keys.add(job.key)
        self._ripe(job)
        return True

    def _ripe(self, job: _Job) -> None:
        if job.key in self._running_keys:
            self._held[job.key] = job
        else:
            heapq.heappush(self._ready, job)
        self._changed.set()

    def _start(self, job: _Job, handlers: Mapping[str, JobHandler]) -> None:
        self._waiting_keys.discard(job.key)
        if job.key:
            self._running_keys.add(job.key)
        task = asyncio.create_task(self._run(job, handlers.get(job.name)), name=f"job {job.name}")
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(done, job))

    def _ended(self, task: asyncio.Task[None], job: _Job) -> None:
        self._running.discard(task)
        self._running_keys.discard(job.key)
        held = self._held.pop(job.key, None)
        if held is not None:
            heapq.heappush(self._ready, held)
        self._changed.set()

    async def _run(self, job: _Job, handler: JobHandler | None) -> None:
        if handler is None:
            log.error("no handler for a job", job=job.name)
            self._failed += 1
            return
        try:
            await handler(json.loads(job.arguments))
        except Exception as error:
            failures = job.failures + 1
            log_failure(job.name, failures, error)
            if failures >= MAX_ATTEMPTS:
                self._failed += 1
            elif job.key not in self._waiting_keys and not self._closed:
                self._again(replace(job, failures=failures))

    def _again(self, job: _Job) -> None:
        if job.key:
            self._waiting_keys.add(job.key)

        def ripe() -> None:
            del self._later[timer]
            self._ripe(job)

        timer = asyncio.get_running_loop().call_later(self._backoff(job.failures), ripe)
        self._later[timer] = job
