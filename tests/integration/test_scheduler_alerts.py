"""Who looks at the feeds looks whether the operator should hear of something, too."""

import asyncio
from collections.abc import Awaitable, Callable

from adapters.jobs.inprocess import InProcessQueue
from bot.scheduler import POLL_AGAIN, Scheduler
from bot.usecases.context import Context
from tests.integration.world import World


class Sole:
    """Leadership of one process; `leads` says whether it is this one."""

    def __init__(self, leads: bool) -> None:
        self._leads = leads

    async def hold(self, name: str) -> bool:
        return self._leads

    async def release(self) -> None:
        """Nobody else waits."""


async def ticked(scheduler: Scheduler) -> None:
    await scheduler.tick()
    await asyncio.sleep(0.05)


def counted(looks: list[str], name: str) -> Callable[..., Awaitable[None]]:
    async def look(*_: object) -> None:
        looks.append(name)

    return look


async def test_it_is_looked_at_after_each_look_at_the_feeds(world: World) -> None:
    looks: list[str] = []
    queue = InProcessQueue()
    scheduler = Scheduler(
        world.context, queue, Sole(leads=True), poll=counted(looks, "feeds"), alert=counted(looks, "operator")
    )
    await ticked(scheduler)
    await ticked(scheduler)
    assert looks == ["feeds", "operator"]
    world.clock.advance(POLL_AGAIN)
    await ticked(scheduler)
    assert looks == ["feeds", "operator"] * 2
    await queue.close()


async def test_a_look_at_the_feeds_that_fails_keeps_nothing_from_the_operator(world: World) -> None:
    looks: list[str] = []

    async def fail(_: Context) -> None:
        raise RuntimeError("a defect")

    queue = InProcessQueue()
    scheduler = Scheduler(world.context, queue, Sole(leads=True), poll=fail, alert=counted(looks, "operator"))
    await ticked(scheduler)
    assert looks == ["operator"]
    await queue.close()


async def test_who_does_not_look_at_the_feeds_says_nothing(world: World) -> None:
    looks: list[str] = []
    queue = InProcessQueue()
    scheduler = Scheduler(
        world.context, queue, Sole(leads=False), poll=counted(looks, "feeds"), alert=counted(looks, "operator")
    )
    await ticked(scheduler)
    assert looks == []
    await queue.close()
