"""Waiting where Slack asks to: what people did is answered all the same."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

from slack_sdk.errors import SlackApiError

from adapters.slack.errors import delivery_error

T = TypeVar("T")

LONGEST_S = 1_800.0
"""As long as Slack itself takes answers to what somebody did; after that nobody waits for one."""

TURN_S = 5.0
"""As long as an answer on its way keeps what the same person says next waiting."""


async def begun(showing: Coroutine[None, None, None]) -> "asyncio.Task[None]":
    """An answer on its way, for TURN_S at most before the next one's turn comes; to be awaited after the turn."""
    task = asyncio.ensure_future(showing)
    await asyncio.wait((task,), timeout=TURN_S)
    return task


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """What `ask` gives, asked again after each wait that Slack tells, while these end within LONGEST_S of the first.

    A request that Slack makes wait it did not take. Raises what `ask` raises.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + LONGEST_S
    while True:
        try:
            return await ask()
        except SlackApiError as error:
            wait_s = delivery_error(error).retry_after_s
            if wait_s is None or clock() + wait_s > until:
                raise
        await asyncio.sleep(wait_s)
