"""One leader at a time on both databases, however the one before it ended."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.ports import Leadership
from store.leadership import PostgresLeadership, create_leadership
from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[2]

HOLDER = """
import asyncio, sys
from store.leadership import PostgresLeadership, create_leadership

async def main(url, silence_s):
    leader = create_leadership(url)
    if isinstance(leader, PostgresLeadership):
        leader = PostgresLeadership(url, heartbeat_s=silence_s / 4, silence_s=silence_s, answer_s=silence_s / 2)
    while True:
        print(await leader.hold("arxiv"), flush=True)
        await asyncio.sleep(0.05)

asyncio.run(main(sys.argv[1], float(sys.argv[2])))
"""


@asynccontextmanager
async def holder(url: str, silence_s: float = 30) -> AsyncIterator[Process]:
    """A process that leads and says so again and again."""
    command = (sys.executable, "-c", HOLDER, url, str(silence_s))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"True\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def follow(follower: Leadership) -> None:
    """Ask until the lead is free."""
    leads = False
    while not leads:
        leads = await follower.hold("arxiv")


@pytest.fixture
async def postgres_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    with postgres_server.database(migrated=False) as url:
        yield url


async def test_one_leads_until_it_lets_go_and_names_are_led_apart(store_url: str) -> None:
    first, second = create_leadership(store_url), create_leadership(store_url)
    assert await first.hold("arxiv")
    assert await first.hold("arxiv")
    assert not await second.hold("arxiv")
    assert await second.hold("plan")
    assert not await first.hold("plan")
    await first.release()
    await first.release()
    assert await second.hold("arxiv")
    assert not await first.hold("arxiv")
    await second.release()
    assert await first.hold("plan")
    await first.release()


async def test_another_leads_after_a_kill(store_url: str) -> None:
    follower = create_leadership(store_url)
    async with holder(store_url) as leader:
        assert not await follower.hold("arxiv")
        leader.kill()
        await leader.wait()
        await follow(follower)
    await follower.release()


@pytest.mark.postgres
async def test_another_leads_after_a_process_that_hangs_which_then_knows_it(postgres_url: str) -> None:
    follower = create_leadership(postgres_url)
    async with holder(postgres_url, silence_s=1) as leader:
        os.kill(leader.pid, signal.SIGSTOP)
        try:
            await follow(follower)
        finally:
            os.kill(leader.pid, signal.SIGCONT)
        assert leader.stdout is not None
        while await leader.stdout.readline() != b"False\n":
            pass
    await follower.release()


@pytest.mark.postgres
async def test_a_leader_that_the_network_cut_off_is_followed_and_knows_it(postgres_url: str) -> None:
    leader_url, cut = await _wire_to(postgres_url)
    leader = PostgresLeadership(leader_url, heartbeat_s=0.2, silence_s=2.5, answer_s=1.5)
    follower = create_leadership(postgres_url)
    assert await leader.hold("arxiv")
    assert not await follower.hold("arxiv")
    cut.set()
    assert not await leader.hold("arxiv")
    assert not await leader.hold("arxiv")
    await follow(follower)
    await leader.release()
    await follower.release()


@pytest.mark.postgres
async def test_a_heartbeat_keeps_a_leader_that_is_not_asked(postgres_url: str) -> None:
    leader = PostgresLeadership(postgres_url, heartbeat_s=0.2, silence_s=2.5, answer_s=1.5)
    follower = create_leadership(postgres_url)
    assert await leader.hold("arxiv")
    await asyncio.sleep(3)
    assert not await follower.hold("arxiv")
    assert await leader.hold("arxiv")
    await leader.release()
    await follower.release()


@pytest.mark.postgres
async def test_a_session_that_the_server_ended_is_lost_and_found_anew(postgres_url: str) -> None:
    leader = create_leadership(postgres_url)
    assert await leader.hold("arxiv")
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as other:
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'paperboy leader'"
        )
    assert not await leader.hold("arxiv")
    assert await leader.hold("arxiv")
    await leader.release()


async def test_nobody_leads_where_the_server_cannot_be_asked() -> None:
    leader = create_leadership("postgresql://nobody@127.0.0.1:1/nothing")
    assert not await leader.hold("arxiv")
    await leader.release()


def test_a_leader_that_would_know_too_late_is_refused() -> None:
    with pytest.raises(ValueError, match="before anybody else"):
        PostgresLeadership("postgresql://", heartbeat_s=10, silence_s=15, answer_s=5)


async def _wire_to(url: str) -> tuple[str, asyncio.Event]:
    """A URL that leads to the same server through a wire of ours, and what cuts the wire: both ends stay connected,
    and nothing comes through any more."""
    server = make_url(url)
    cut = asyncio.Event()
    socket_path = f"{server.query['host']}/.s.PGSQL.{server.port or server.query.get('port', 5432)}"

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            if cut.is_set():
                await asyncio.Event().wait()
            target.write(data)
            await target.drain()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(socket_path)
        wires = [asyncio.create_task(carry(reader, there_writer)), asyncio.create_task(carry(there_reader, writer))]
        await asyncio.gather(*wires)

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    through = server.set(host="127.0.0.1", port=port, query={})
    return through.render_as_string(hide_password=False), cut
