"""Slack tells what it had no answer for once more: each event acts once."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.latest import Latest

REMEMBERED = 10_000
"""Of events: Slack tells of one for the last time within some ten minutes, three times after the first."""


class Once:
    """Which of the latest were seen."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._seen: Latest[str, None] = Latest(remembered)

    def is_first(self, name: str) -> bool:
        """Whether it is asked of for the first time; it is not any more then."""
        if name in self._seen:
            return False
        self._seen[name] = None
        return True

    async def middleware(
        self, body: dict[str, Any], ack: AsyncAck, next_: Callable[[], Awaitable[Any]]
    ) -> BoltResponse | None:
        """For bolt: an event that was told before is acknowledged, and goes no further."""
        event = str(body.get("event_id") or "")
        if event and not self.is_first(f"{body.get('team_id')}/{event}"):
            return await ack()
        await next_()
        return None
