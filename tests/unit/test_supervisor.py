"""The parts of a process: started together, started again, drained together."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.pause import pause
from bot.ports import StoreError, SurfaceError
from bot.supervisor import Supervisor, repeated, served


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def supervisor() -> Supervisor:
    return Supervisor(drain_s=0.2, first_pause_s=0.01)


async def until_stopped(stopping: asyncio.Event) -> None:
    await stopping.wait()


async def test_parts_run_side_by_side_until_they_are_told_to_stop(supervisor: Supervisor) -> None:
    ended: list[str] = []

    async def first(stopping: asyncio.Event) -> None:
        await stopping.wait()
        ended.append("first")

    async def second(stopping: asyncio.Event) -> None:
        supervisor.stop()
        await stopping.wait()
        ended.append("second")

    supervisor.add("first", first)
    supervisor.add("second", second)
    assert await asyncio.wait_for(supervisor.run(), 5) == []
    assert sorted(ended) == ["first", "second"]


async def test_a_process_without_parts_waits_to_be_stopped(supervisor: Supervisor) -> None:
    running = asyncio.create_task(supervisor.run())
    await asyncio.sleep(0.02)
    assert not running.done()
    supervisor.stop()
    assert await asyncio.wait_for(running, 5) == []


async def test_a_part_that_comes_to_its_end_ends_the_process(supervisor: Supervisor) -> None:
    async def surface(_: asyncio.Event) -> None:
        await asyncio.sleep(0)

    supervisor.add("surface", surface)
    supervisor.add("other", until_stopped)
    assert await asyncio.wait_for(supervisor.run(), 5) == []


async def test_a_part_that_fails_is_logged_without_its_words_and_started_again(
    supervisor: Supervisor, logged: list[Any]
) -> None:
    errors: list[Exception] = [StoreError("The disk is full."), ValueError("what Ada wrote")]

    async def shaky(_: asyncio.Event) -> None:
        if errors:
            raise errors.pop(0)

    supervisor.add("shaky", shaky)
    await asyncio.wait_for(supervisor.run(), 5)
    assert [(entry["event"], entry["part"]) for entry in logged] == [
        ("store unusable", "shaky"),
        ("part failed", "shaky"),
    ]
    assert logged[0]["reason"] == "The disk is full."
    assert "Ada" not in str(logged[1])


async def test_a_part_that_fails_does_not_hold_up_a_stop(logged: list[Any]) -> None:
    supervisor = Supervisor(drain_s=5, first_pause_s=60)

    async def broken(_: asyncio.Event) -> None:
        asyncio.get_running_loop().call_later(0.02, supervisor.stop)
        raise ValueError

    supervisor.add("broken", broken)
    assert await asyncio.wait_for(supervisor.run(), 5) == []
    assert len(logged) == 1


async def test_a_part_that_does_not_stop_is_cut_off_and_named(supervisor: Supervisor) -> None:
    cancelled: list[bool] = []

    async def deaf(_: asyncio.Event) -> None:
        supervisor.stop()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    supervisor.add("deaf", deaf)
    assert await asyncio.wait_for(supervisor.run(), 5) == ["deaf"]
    assert cancelled == [True]


async def test_what_the_others_work_with_stops_last(supervisor: Supervisor) -> None:
    events: list[str] = []

    async def sender(stopping: asyncio.Event) -> None:
        supervisor.stop()
        await stopping.wait()
        await asyncio.sleep(0.02)
        events.append("sent")

    async def surface(stopping: asyncio.Event) -> None:
        await stopping.wait()
        events.append("closed")

    supervisor.add("surface", surface, last=True)
    supervisor.add("sender", sender)
    assert await asyncio.wait_for(supervisor.run(), 5) == []
    assert events == ["sent", "closed"]


async def test_a_part_that_does_not_stop_leaves_time_for_those_that_stop_last(supervisor: Supervisor) -> None:
    closed: list[bool] = []

    async def deaf(_: asyncio.Event) -> None:
        supervisor.stop()
        await asyncio.Event().wait()

    async def surface(stopping: asyncio.Event) -> None:
        await stopping.wait()
        closed.append(True)

    supervisor.add("deaf", deaf)
    supervisor.add("surface", surface, last=True)
    assert await asyncio.wait_for(supervisor.run(), 5) == ["deaf"]
    assert closed == [True]


async def test_a_step_is_repeated_when_it_asked_to_but_at_least_so_often(supervisor: Supervisor) -> None:
    steps = 0

    async def step() -> float:
        nonlocal steps
        steps += 1
        if steps == 4:
            supervisor.stop()
        return 0.0 if steps < 3 else 3600.0

    supervisor.add("steps", repeated(step, longest_s=0.01))
    await asyncio.wait_for(supervisor.run(), 5)
    assert steps == 4


async def test_a_surface_is_closed_when_the_process_stops(supervisor: Supervisor) -> None:
    closed = asyncio.Event()

    async def close() -> None:
        closed.set()

    async def run() -> None:
        supervisor.stop()
        await closed.wait()

    supervisor.add("surface", served(run, close))
    assert await asyncio.wait_for(supervisor.run(), 5) == []
    assert closed.is_set()


async def test_a_surface_that_does_not_close_is_cut_off(supervisor: Supervisor) -> None:
    ended = asyncio.Event()

    async def close() -> None:
        """Of no use."""

    async def run() -> None:
        supervisor.stop()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    supervisor.add("surface", served(run, close))
    assert await asyncio.wait_for(supervisor.run(), 5) == ["surface"]
    assert ended.is_set()


async def test_a_surface_that_breaks_is_started_again(supervisor: Supervisor, logged: list[Any]) -> None:
    starts = 0

    async def close() -> None:
        """Nothing is open."""

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise ConnectionError

    supervisor.add("surface", served(run, close))
    await asyncio.wait_for(supervisor.run(), 5)
    assert starts == 2
    assert [entry["event"] for entry in logged] == ["part failed"]


async def test_a_wait_ends_with_its_time_or_with_the_stop() -> None:
    stopping = asyncio.Event()
    await asyncio.wait_for(pause(stopping, 0.01), 5)
    stopping.set()
    await asyncio.wait_for(pause(stopping, 3600), 5)


async def test_a_surface_that_lets_nobody_in_ends_the_process_in_order_with_its_reason(supervisor: Supervisor) -> None:
    ended: list[str] = []

    async def surface(_: asyncio.Event) -> None:
        raise SurfaceError("set another token")

    async def other(stopping: asyncio.Event) -> None:
        await stopping.wait()
        ended.append("other")

    supervisor.add("surface", surface)
    supervisor.add("other", other)
    with pytest.raises(SurfaceError, match="set another token"):
        await asyncio.wait_for(supervisor.run(), 5)
    assert ended == ["other"]
