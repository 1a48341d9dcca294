"""Computation beside the chat: in threads, and only a few at a time."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
"""More threads that compute in Python only wait for each other, and take half as much time again over it."""


class Thinking:
    """Who comes first is served first."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` gives for these arguments, in its turn."""
        async with self._places:
            return await asyncio.to_thread(work, *args, **kwargs)
