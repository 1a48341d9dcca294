"""What the adapter needs from inside Paperboy."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.chat.inside import LinkCards, Memory, Suggest, suggest_nothing
from bot.domain.command import CommandSpec


@dataclass(frozen=True, slots=True)
class Inside:
    """`commands` is the one command table; `memory` keeps what was registered at Discord last. Without `links` nobody
    reads what people say to each other."""

    commands: Sequence[CommandSpec]
    memory: Memory
    suggest: Suggest = suggest_nothing
    links: LinkCards | None = None
