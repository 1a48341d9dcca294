"""The parts of a process side by side: started together, started again when they fail, drained together."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.domain.pause import pause
from bot.domain.trouble import without_words
from bot.ports import StoreError, SurfaceError

log = structlog.get_logger()

DRAIN_S = 7.0
"""How long parts may take to end once the process is told to stop; then they are cut off. What is closed after them may
take two seconds more where the database is away, before the process is ended hard (bot.bootstrap.ending)."""

LAST_SHARE = 0.2
"""How much of that is kept for those that stop last."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0

Part = Callable[[asyncio.Event], Awaitable[None]]
"""Works until the event is set, then puts its work in order and returns."""

Step = Callable[[], Awaitable[float]]
"""Does what there is to do; the seconds until it wants to be called again."""


class Supervisor:
    """Runs parts until `stop`, or until one of them has come to its end (a surface whose input ended)."""

    def __init__(self, *, drain_s: float = DRAIN_S, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self.stopping = asyncio.Event()
        self._closing = asyncio.Event()
        self._drain_s = drain_s
        self._first_pause_s = first_pause_s
        self._parts: dict[str, tuple[Part, asyncio.Event]] = {}

    def add(self, name: str, part: Part, *, last: bool = False) -> None:
        """One that is `last` is told to stop once the others have: they work with it to their end."""
        self._parts[name] = (part, self._closing if last else self.stopping)

    def stop(self) -> None:
        self.stopping.set()

    async def run(self) -> list[str]:
        """Run everything; the names of the parts that had to be cut off at the end.

        Raises SurfaceError, in order and at the end, where a part cannot do its work before somebody changes something.
        """
        tasks = {
            asyncio.create_task(self._keep(name, part, stopping), name=name): stopping
            for name, (part, stopping) in self._parts.items()
        }
        told = asyncio.create_task(self.stopping.wait(), name="stopping")
        try:
            await asyncio.wait({told, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.stopping.set()
            began = asyncio.get_running_loop().time()
            first = {task for task, stopping in tasks.items() if stopping is self.stopping}
            await asyncio.wait({told, *first}, timeout=self._drain_s * (1 - LAST_SHARE))
            self._closing.set()
            left_s = self._drain_s - (asyncio.get_running_loop().time() - began)
            _, late = await asyncio.wait({told, *tasks}, timeout=left_s)
            for task in late:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, SurfaceError):
                raise error
        return sorted(task.get_name() for task in late)

    async def _keep(self, name: str, part: Part, stopping: asyncio.Event) -> None:
        """Run a part; one that fails is started again, each time after twice the pause."""
        pause_s = self._first_pause_s
        while not stopping.is_set():
            began = asyncio.get_running_loop().time()
            try:
                await part(stopping)
                return
            except SurfaceError:
                raise
            except StoreError as error:
                log.error("store unusable", part=name, reason=str(error))
            except Exception as error:
                log.error("part failed", part=name, errors=without_words(error))
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_S:
                pause_s = self._first_pause_s
            await pause(stopping, pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def repeated(step: Step, *, longest_s: float) -> Part:
    """A part that does a step again and again: when it asked to, and at least every `longest_s`."""

    async def part(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await pause(stopping, min(max(await step(), 0.0), longest_s))

    return part


def served(run: Callable[[], Awaitable[None]], close: Callable[[], Awaitable[None]]) -> Part:
    """A part with an end of its own (a surface, a queue): run until it ends, or closed when the process stops."""

    async def part(stopping: asyncio.Event) -> None:
        running = asyncio.ensure_future(run())
        told = asyncio.ensure_future(stopping.wait())
        try:
            await asyncio.wait((running, told), return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await close()
            await running
        finally:
            told.cancel()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait((running,))

    return part
