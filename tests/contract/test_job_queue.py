"""One contract for every queue of jobs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from adapters.jobs.inprocess import InProcessQueue
from adapters.jobs.procrastinate import open_queue
from adapters.jobs.retries import MAX_ATTEMPTS, backoff_s
from bot.domain.chat import Json
from bot.ports import JobHandler, JobQueue, StoreError
from tests.postgres import PostgresServer

GRACE_S = 0.5


@pytest.fixture(params=[pytest.param("inprocess"), pytest.param("procrastinate", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the queue lives; empty for the one in this process."""
    if request.param == "inprocess":
        yield ""
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


@pytest.fixture
async def queue(url: str) -> AsyncIterator[JobQueue]:
    def soon(failures: int) -> float:
        return 0.05 * failures

    made: JobQueue
    if url:
        made = await open_queue(url, grace_s=GRACE_S, backoff=soon, poll_s=0.05)
    else:
        made = InProcessQueue(grace_s=GRACE_S, backoff=soon)
    yield made
    await made.close()


class Recorder:
    """A handler that remembers what it was given, does what `act` says, and can be waited for."""

    def __init__(self, act: Callable[[Mapping[str, Json]], Awaitable[None]] | None = None) -> None:
        self.given: list[Mapping[str, Json]] = []
        self.running = 0
        self.most = 0
        self._act = act
        self._changed = asyncio.Condition()

    async def __call__(self, arguments: Mapping[str, Json]) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        self.given.append(arguments)
        try:
            async with self._changed:
                self._changed.notify_all()
            if self._act:
                await self._act(arguments)
        finally:
            self.running -= 1

    async def calls(self, count: int) -> list[Mapping[str, Json]]:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.given) >= count)
        return self.given


@asynccontextmanager
async def working(queue: JobQueue, concurrency: int = 1, **handlers: JobHandler) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(queue.work(handlers, concurrency=concurrency))
    try:
        yield task
    finally:
        await queue.close()
        await task


async def settled(queue: JobQueue, **wanted: int) -> Mapping[str, int]:
    """The counts, once they are as wanted."""
    async with asyncio.timeout(20):
        while True:
            counts = await queue.counts()
            if wanted.items() <= counts.items():
                return counts
            await asyncio.sleep(0.02)


async def test_a_job_reaches_its_handler_with_its_arguments(queue: JobQueue) -> None:
    arguments: dict[str, Json] = {"ids": [1, 2, 3], "day": "2026-11-26", "deep": {"a": None, "b": 0.5, "c": "é\n"}}
    poll, compose = Recorder(), Recorder()
    async with working(queue, poll=poll, compose=compose):
        assert await queue.enqueue("compose", arguments)
        assert await compose.calls(1) == [arguments]
    assert poll.given == []


async def test_what_waited_before_the_work_began_is_done_by_priority_and_then_by_age(queue: JobQueue) -> None:
    for name, priority in [("first", 0), ("second", 0), ("low", -5), ("high", 7)]:
        await queue.enqueue("note", {"name": name}, priority=priority)
    note = Recorder()
    async with working(queue, note=note):
        done = await note.calls(4)
    assert [job["name"] for job in done] == ["high", "first", "second", "low"]


async def test_of_two_jobs_with_one_key_the_one_that_waits_keeps_the_other_out(queue: JobQueue) -> None:
    assert await queue.enqueue("note", {"n": 1}, key="chunk 7")
    assert not await queue.enqueue("note", {"n": 2}, key="chunk 7")
    assert await queue.enqueue("note", {"n": 3}, key="chunk 8")
    assert await queue.enqueue("note", {"n": 4})
    assert await queue.enqueue("note", {"n": 5})
    note = Recorder()
    async with working(queue, note=note):
        await note.calls(4)
        await settled(queue, waiting=0, running=0)
        assert await queue.enqueue("note", {"n": 6}, key="chunk 7")
        assert [job["n"] for job in await note.calls(5)] == [1, 3, 4, 5, 6]


async def test_a_job_may_wait_behind_a_running_one_of_its_key_but_never_runs_beside_it(queue: JobQueue) -> None:
    go = asyncio.Event()

    async def hold(arguments: Mapping[str, Json]) -> None:
        if arguments["n"] == 1:
            await go.wait()

    note, other = Recorder(hold), Recorder()
    async with working(queue, 3, note=note, other=other):
        await queue.enqueue("note", {"n": 1}, key="feeds")
        await note.calls(1)
        assert await queue.enqueue("note", {"n": 2}, key="feeds")
        assert not await queue.enqueue("note", {"n": 3}, key="feeds")
        await queue.enqueue("other", {})
        await other.calls(1)
        assert len(note.given) == 1
        go.set()
        await note.calls(2)
    assert note.most == 1


async def test_as_many_jobs_run_at_once_as_are_allowed_and_no_more(queue: JobQueue) -> None:
    gate = asyncio.Semaphore(0)

    async def wait(_: Mapping[str, Json]) -> None:
        await gate.acquire()

    note = Recorder(wait)
    async with working(queue, 3, note=note):
        for number in range(7):
            await queue.enqueue("note", {"n": number})
        await note.calls(3)
        for _ in range(7):
            gate.release()
        await note.calls(7)
    assert note.most == 3


async def test_a_job_that_fails_is_tried_again_and_holds_up_no_other(queue: JobQueue) -> None:
    async def fail_twice(_: Mapping[str, Json]) -> None:
        if len(shaky.given) < 3:
            raise ValueError("not yet")

    shaky, note = Recorder(fail_twice), Recorder()
    async with working(queue, shaky=shaky, note=note):
        await queue.enqueue("shaky", {"n": 1}, key="shaky")
        await queue.enqueue("note", {})
        await note.calls(1)
        assert await shaky.calls(3) == [{"n": 1}] * 3
        counts = await settled(queue, waiting=0, running=0)
    assert counts["failed"] == 0


async def test_a_job_that_always_fails_is_given_up_and_counted(queue: JobQueue) -> None:
    async def fail(_: Mapping[str, Json]) -> None:
        raise ValueError("never")

    broken, note = Recorder(fail), Recorder()
    async with working(queue, broken=broken, note=note):
        await queue.enqueue("broken", {}, key="broken")
        await broken.calls(MAX_ATTEMPTS)
        await settled(queue, waiting=0, running=0, failed=1)
        assert await queue.enqueue("note", {}, key="broken")
        await note.calls(1)
    assert len(broken.given) == MAX_ATTEMPTS


async def test_what_a_failed_job_says_is_logged_only_where_the_words_are_ours(queue: JobQueue) -> None:
    errors: list[Exception] = [ValueError("what Ada wrote"), StoreError("The disk is full.")]

    async def fail(_: Mapping[str, Json]) -> None:
        if errors:
            raise errors.pop(0)

    shaky = Recorder(fail)
    with capture_logs() as logged:
        async with working(queue, shaky=shaky):
            await queue.enqueue("shaky", {"text": "what Ada wrote"})
            await shaky.calls(3)
    first, second = (entry for entry in logged if entry["event"] == "job failed")
    assert (first["job"], first["failures"], first["errors"][0].split("\n")[0]) == ("shaky", 1, "ValueError")
    assert (second["failures"], second["reason"]) == (2, "The disk is full.")
    assert "Ada" not in str(logged)


async def test_a_job_of_an_unknown_name_is_given_up_and_the_others_go_on(queue: JobQueue) -> None:
    note = Recorder()
    async with working(queue, note=note):
        await queue.enqueue("from the future", {}, priority=1)
        await queue.enqueue("note", {})
        await note.calls(1)
        await settled(queue, waiting=0, running=0, failed=1)


async def test_jobs_that_are_done_leave_nothing_in_the_queue(queue: JobQueue) -> None:
    note = Recorder()
    for number in range(5):
        await queue.enqueue("note", {"n": number})
    assert await queue.counts() == {"waiting": 5, "running": 0, "failed": 0}
    async with working(queue, note=note):
        await note.calls(5)
        assert await settled(queue, running=0) == {"waiting": 0, "running": 0, "failed": 0}


async def test_closing_lets_a_running_job_finish_and_takes_no_other(queue: JobQueue) -> None:
    ended = asyncio.Event()

    async def take_a_while(_: Mapping[str, Json]) -> None:
        await asyncio.sleep(0.1)
        ended.set()

    note = Recorder(take_a_while)
    async with working(queue, note=note) as work:
        await queue.enqueue("note", {"n": 1})
        await queue.enqueue("note", {"n": 2})
        await note.calls(1)
        await queue.close()
        assert ended.is_set()
        await asyncio.wait_for(work, 5)
    assert note.given == [{"n": 1}]


async def test_closing_stops_a_job_that_does_not_come_to_an_end(queue: JobQueue) -> None:
    stopped = asyncio.Event()

    async def never_end(_: Mapping[str, Json]) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.set()
            raise

    note = Recorder(never_end)
    async with working(queue, note=note) as work:
        await queue.enqueue("note", {})
        await note.calls(1)
        await queue.close()
        await asyncio.wait_for(work, 5)
    assert stopped.is_set()


async def test_closing_a_queue_that_nobody_works_on_ends_at_once(queue: JobQueue) -> None:
    await queue.enqueue("note", {})
    await asyncio.wait_for(queue.close(), 5)


def test_the_waits_between_attempts_grow() -> None:
    assert [backoff_s(failures) for failures in range(1, MAX_ATTEMPTS)] == [2, 8, 32, 128]
    assert backoff_s(50) == 300
