"""What only the queue in PostgreSQL promises: many processes, killed workers, a database that goes away, its tables."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection

from adapters.jobs import procrastinate_schema
from adapters.jobs.procrastinate import ProcrastinateQueue, open_queue
from adapters.jobs.retries import MAX_ATTEMPTS
from bot.domain.chat import Json
from bot.ports import StoreError
from store.engine import open_store
from store.migrate import foreign_tables_left_alone
from store.tables import metadata
from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
QUICK: dict[str, Any] = {"heartbeat_s": 0.2, "poll_s": 0.1, "backoff": lambda failures: 0.05}


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.database() as url:
        yield url


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[ProcrastinateQueue]:
    queue = await open_queue(url, **QUICK)
    try:
        yield queue
    finally:
        await queue.close()


@asynccontextmanager
async def noting(url: str) -> AsyncIterator[list[int]]:
    """A worker in this process; the numbers of the jobs that it ran."""
    done: list[int] = []

    async def note(arguments: Mapping[str, Json]) -> None:
        done.append(int(str(arguments["n"])))

    async with opened(url) as queue:
        work = asyncio.create_task(queue.work({"note": note}, concurrency=4))
        yield done
        await queue.close()
        await work


def work_and_be_killed(url: str, path: Path) -> None:
    """A worker process of its own, killed when it has begun ten jobs."""
    command = [sys.executable, "-m", "tests.integration.job_worker", url, str(path), "0.1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for _ in range(10):
            assert worker.stdout.readline() == "working\n"
        os.kill(worker.pid, signal.SIGKILL)


def migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


async def until(ready: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            found = ready()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.05)


def execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


async def test_jobs_outlive_the_process_that_put_them_in(url: str) -> None:
    async with opened(url) as queue:
        assert await queue.enqueue("note", {"n": 1}, key="one")
    async with opened(url) as queue:
        assert not await queue.enqueue("note", {"n": 2}, key="one")
    async with noting(url) as done:
        await until(lambda: done == [1])


async def test_jobs_of_a_worker_that_was_killed_are_run_by_another(url: str, tmp_path: Path) -> None:
    jobs, path = 40, tmp_path / "done"
    async with opened(url) as queue:
        for number in range(jobs):
            await queue.enqueue("note", {"n": number}, key=f"job {number}")
        await asyncio.to_thread(work_and_be_killed, url, path)
        assert (await queue.counts())["running"] > 0
        before = [int(line) for line in path.read_text().split()]
        async with noting(url) as done:

            async def empty() -> bool:
                return await queue.counts() == {"waiting": 0, "running": 0, "failed": 0}

            await until(empty)
    assert set(before) | set(done) == set(range(jobs))
    assert max(Counter(done).values()) == 1


async def test_a_job_that_takes_every_worker_with_it_is_given_up(url: str) -> None:
    async with opened(url) as queue:
        await queue.enqueue("note", {"n": 1})
        execute(url, f"UPDATE procrastinate_jobs SET status = 'doing', attempts = {MAX_ATTEMPTS - 1}")
        async with noting(url) as done:

            async def failed() -> bool:
                return (await queue.counts())["failed"] == 1

            await until(failed)
            assert done == []


async def test_a_stalled_job_gives_way_to_one_of_its_key_that_waits(url: str) -> None:
    async with opened(url) as queue:
        await queue.enqueue("note", {"n": 1}, key="chunk")
        execute(url, "UPDATE procrastinate_jobs SET status = 'doing'")
        assert await queue.enqueue("note", {"n": 2}, key="chunk")
        async with noting(url) as done:
            await until(lambda: done == [2])

            async def empty() -> bool:
                return await queue.counts() == {"waiting": 0, "running": 0, "failed": 0}

            await until(empty)


async def test_a_job_that_a_worker_took_without_knowing_it_is_run_all_the_same(url: str) -> None:
    async with opened(url) as queue, noting(url) as done:
        await queue.enqueue("note", {"n": 1})
        await until(lambda: done == [1])
        with psycopg.connect(url) as connection:  # what a connection leaves that breaks before the answer came
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id) "
                """SELECT 'paperboy', 'note', '{"arguments": {"n": 2}}', 'doing', id FROM procrastinate_workers"""
            )
        await until(lambda: done == [1, 2])


async def test_a_worker_goes_on_after_its_connections_broke(url: str) -> None:
    async with opened(url) as queue, noting(url) as done:
        await queue.enqueue("note", {"n": 1})
        await until(lambda: done == [1])
        for round_ in range(2, 5):
            execute(
                url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            await queue.enqueue("note", {"n": round_})
            await until(lambda wanted=round_: wanted in done)


async def test_a_job_that_is_stopped_by_closing_runs_again_elsewhere(url: str) -> None:
    started = asyncio.Event()

    async def never_end(_: Mapping[str, Json]) -> None:
        started.set()
        await asyncio.Event().wait()

    queue = await open_queue(url, grace_s=0.1, **QUICK)
    work = asyncio.create_task(queue.work({"note": never_end}))
    await queue.enqueue("note", {"n": 1})
    await started.wait()
    await queue.close()
    await work
    async with noting(url) as done:
        await until(lambda: done == [1])


async def test_a_database_that_is_not_there_is_said_in_one_line(url: str) -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        await open_queue("postgresql://nobody@127.0.0.1:9/nowhere")


async def test_a_queue_that_is_closed_takes_nothing_and_says_so(url: str) -> None:
    async with opened(url) as queue:
        pass
    with pytest.raises(StoreError, match="closed"):
        await queue.enqueue("note", {})
    with pytest.raises(StoreError, match="closed"):
        await queue.counts()


async def test_processes_that_start_at_once_make_the_tables_once(url: str) -> None:
    queues = await asyncio.gather(*(open_queue(url, **QUICK) for _ in range(4)))
    for queue in queues:
        await queue.close()
    assert execute(url, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]


async def test_tables_of_an_older_release_are_brought_up_to_date(url: str) -> None:
    files = migrations()
    older = [file for file in files if file.name < "03.01"]
    for file in older:
        execute(url, file.read_text())
    execute(url, f"COMMENT ON TABLE procrastinate_jobs IS 'paperboy: {older[-1].name}'")
    execute(
        url,
        """INSERT INTO procrastinate_jobs (queue_name, task_name, args)
                    VALUES ('paperboy', 'note', '{"arguments": {"n": 5}}')""",
    )
    async with noting(url) as done:
        await until(lambda: done == [5])
    mark = execute(url, "SELECT obj_description('procrastinate_jobs'::regclass)")
    assert mark == [(f"paperboy: {files[-1].name}",)]
    await procrastinate_schema.bring_up_to_date(url)


async def test_tables_of_a_newer_release_or_of_another_program_are_refused(url: str) -> None:
    await procrastinate_schema.bring_up_to_date(url)
    execute(url, "COMMENT ON TABLE procrastinate_jobs IS 'paperboy: 99.00.00_01_pre_future.sql'")
    with pytest.raises(StoreError, match="newer Paperboy"):
        await open_queue(url)
    execute(url, "COMMENT ON TABLE procrastinate_jobs IS NULL")
    with pytest.raises(StoreError, match="another program"):
        await open_queue(url)


async def test_alembic_leaves_the_tables_of_the_queue_alone(url: str) -> None:
    await procrastinate_schema.bring_up_to_date(url)
    store = await open_store(url)

    def differences(connection: Connection, left_alone: bool) -> list[object]:
        opts = {"include_name": foreign_tables_left_alone} if left_alone else {}
        return list(compare_metadata(MigrationContext.configure(connection, opts=opts), metadata))

    async with store.connection() as connection:
        assert await connection.run_sync(differences, True) == []
        assert await connection.run_sync(differences, False) != []
    await store.close()
