"""Digests of real processes: a stopped service loses none, and who is in the console gets theirs there, once."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import open_context
from bot.domain.chat import Address
from bot.domain.delivery import DeliveryState
from bot.domain.person import Account, PersonId
from bot.domain.profile import Interest, InterestKind
from bot.ports import Store
from bot.settings import read_settings
from bot.usecases.catch_up import catch_up
from store.engine import open_store
from tests.e2e.program import NOWHERE, Program
from tests.factories import make_subscription

ROOT = Path(__file__).parents[2]
PEOPLE = 24


@pytest.fixture
def installed(program: Program, store_url: str) -> Program:
    env = {"PAPERBOY_DATABASE_URL": store_url, "PAPERBOY_DISCORD_TOKEN": "x", "PAPERBOY_SENDERS": "1"}
    return Program(program.folder, env)


async def make_due(store: Store, person_id: PersonId, address: Address) -> None:
    """A daily subscription whose digest is due since two minutes ago."""
    now = datetime.now(UTC)
    due_at = (now - timedelta(minutes=2)).replace(second=0, microsecond=0)
    subscription = make_subscription(
        person_id,
        days=tuple(range(7)),
        local_time=due_at.time(),
        zone="UTC",
        address=address,
        next_period=due_at.date(),
        next_due_at=due_at,
    )
    async with store.write() as uow:
        await uow.subscriptions.put(subscription)


async def subscribe_many(program: Program) -> None:
    """The sample papers, and people who are to get a digest of them now."""
    url = program.env["PAPERBOY_DATABASE_URL"]
    sources = dict.fromkeys(("arxiv_feed_url", "arxiv_api_url", "arxiv_oai_url", "hf_url"), NOWHERE)
    settings = read_settings(_env_file=None, data_dir=program.folder, database_url=url, arxiv_interval_s=0, **sources)
    async with open_context(settings) as context:
        await catch_up(context)
        for number in range(PEOPLE):
            now = context.clock.now()
            async with context.store.write() as uow:
                person = await uow.people.ensure(Account("discord", f"u{number}"), now)
                await uow.interests.add(person.id, Interest(InterestKind.TEXT, "diffusion models", now))
            await make_due(context.store, person.id, Address("discord", f"c{number}"))


async def states(url: str) -> dict[DeliveryState, int]:
    store = await open_store(url)
    async with store.read() as uow:
        counts = await uow.deliveries.counts()
    await store.close()
    return {state: count for state, count in counts.items() if count}


@contextmanager
def serving(program: Program, path: Path, role: str = "run") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.e2e.service_with_chat", str(path), role]
    with subprocess.Popen(command, cwd=ROOT, env=program.environment(), stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def arrived(path: Path) -> list[str]:
    """The tokens of the messages that people see."""
    return path.read_text().split() if path.exists() else []


def wait_for_messages(process: subprocess.Popen[str], path: Path, count: int) -> None:
    deadline = time.monotonic() + 120
    while len(arrived(path)) < count and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def serve_until(program: Program, path: Path, messages: int) -> None:
    """A service that is told to stop once so many messages arrived; it must end well within ten seconds."""
    with serving(program, path) as process:
        wait_for_messages(process, path, messages)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        assert process.stderr is not None
        assert process.returncode == 0, process.stderr.read()


def test_a_service_that_is_stopped_while_it_sends_loses_nothing_and_repeats_nothing(
    installed: Program, tmp_path: Path
) -> None:
    path = tmp_path / "arrived"
    asyncio.run(subscribe_many(installed))
    serve_until(installed, path, 1)
    first = len(arrived(path))
    assert 0 < first < PEOPLE, "stopped in the middle"
    url = installed.env["PAPERBOY_DATABASE_URL"]
    assert asyncio.run(states(url))[DeliveryState.SENT] == first

    serve_until(installed, path, PEOPLE)
    assert len(arrived(path)) == len(set(arrived(path))) == PEOPLE
    assert asyncio.run(states(url)) == {DeliveryState.SENT: PEOPLE}


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_a_killed_machine_was_sending_is_finished_by_another(installed: Program, tmp_path: Path) -> None:
    path, url = tmp_path / "arrived", installed.env["PAPERBOY_DATABASE_URL"]
    # A lease as short as it may be: how long the other machine waits before it looks after the killed one's.
    here = Program(installed.folder, {**installed.env, "PAPERBOY_LEASE_S": "5"})
    elsewhere = Program(tmp_path / "elsewhere", here.env)
    asyncio.run(subscribe_many(here))
    with serving(here, path) as killed:
        wait_for_messages(killed, path, 1)
        killed.kill()
    before = asyncio.run(states(url))
    assert before.get(DeliveryState.SENDING, 0) > 0, "killed in the middle"
    with serving(elsewhere, path, "worker") as other:
        deadline = time.monotonic() + 150
        while asyncio.run(states(url)) != {DeliveryState.SENT: PEOPLE} and time.monotonic() < deadline:
            assert other.poll() is None, other.communicate()
            time.sleep(0.5)
    assert asyncio.run(states(url)) == {DeliveryState.SENT: PEOPLE}
    assert len(arrived(path)) == len(set(arrived(path))) == PEOPLE


def test_a_digest_that_came_due_while_nobody_was_there_is_brought_at_the_next_start_once(program: Program) -> None:
    program.chat("interests add diffusion models", "digest subscribe daily 09:00 UTC 3")

    async def come_due() -> None:
        store = await open_store(f"sqlite:///{program.folder / 'paperboy.db'}")
        async with store.read() as uow:
            (subscription,) = (await uow.subscriptions.find_many([1])).values()  # type: ignore[list-item]
        await make_due(store, subscription.person_id, subscription.address)
        await store.close()

    asyncio.run(come_due())
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        cwd=ROOT,
        env=program.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            first = next(line for line in process.stdout if line.strip())
            process.stdin.close()
            shown = first + process.stdout.read()
        finally:
            process.kill()
    assert "diffusion" in shown.lower()
    assert "like 1" in shown
    again = program.chat("digest show", "why 1")
    assert again.startswith("Your digest\n")
    (last,) = (line for line in again.splitlines() if line.startswith("last "))
    assert ": sent " in last
    assert "Rank 1 of 40 candidates" in again, "the numbers of the digest are those that `why` knows"
