"""Waiting where Slack asks to: what people did is answered all the same."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from slack_sdk.errors import SlackApiError

from adapters.slack.errors import delivery_error

T = TypeVar("T")

LONGEST_S = 1_800.0
"""As long as Slack itself takes answers to what somebody did; after that nobody waits for one."""


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
