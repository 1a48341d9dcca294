"""Computation beside the chat."""

import asyncio
import threading

import pytest

from bot.usecases.thinking import Thinking


async def test_no_more_work_runs_at_once_than_there_are_places() -> None:
    think = Thinking(2)
    lock = threading.Lock()
    running, most = 0, 0
    may_end = threading.Event()

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == 2:
                may_end.set()
        may_end.wait(5)
        with lock:
            running -= 1
        return number

    assert await asyncio.gather(*(think(work, number) for number in range(6))) == list(range(6))
    assert most == 2


async def test_work_that_fails_gives_its_place_back() -> None:
    think = Thinking(1)

    def fail() -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await think(fail)
    assert await think(lambda: "done") == "done"
