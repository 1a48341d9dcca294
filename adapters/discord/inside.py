"""What the adapter needs from inside Paperboy, handed to it as values and functions."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Inside:
    """`commands` is the one command table; `memory` keeps what was registered at Discord last."""

    commands: Sequence[CommandSpec]
    memory: Memory
    suggest: Suggest = suggest_nothing
