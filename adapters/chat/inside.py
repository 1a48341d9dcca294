"""What a chat adapter needs from inside Paperboy, handed to it as values and functions."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.domain.chat import Address, Message
from bot.domain.command import CommandSpec, Suggestion
from bot.domain.person import Account

Suggest = Callable[[Account, CommandSpec, str, str], Awaitable[Sequence[Suggestion]]]
"""What could be meant by what somebody has typed of an option so far: (who, command, option's name, typed) -> at most
25, best first."""


class Memory(Protocol):
    """Small things that outlive the process."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...


class Forgetful:
    """A Memory that lasts as long as the process."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def put(self, key: str, value: str) -> None:
        self.values[key] = value


async def suggest_nothing(account: Account, spec: CommandSpec, option: str, typed: str) -> Sequence[Suggestion]:
    return ()


class LinkCards(Protocol):
    """Cards for links that people post in channels."""

    async def switch(self, channel: Address, on: bool) -> Message:
        """Whether links in this channel get cards; what to say about it."""
        ...

    async def cards(self, channel: Account, address: Address, text: str) -> Sequence[Message]:
        """The cards for a posted text: none where they are off, or were shown today."""
        ...

    async def unfolded(self, channel: Account, address: Address, url: str) -> Sequence[Message]:
        """The same for a single link that the platform asks about by itself, in every channel."""
        ...
