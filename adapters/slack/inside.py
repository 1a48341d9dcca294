"""What the adapter needs from inside Paperboy."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from adapters.chat.inside import LinkCards
from bot.domain.command import CommandSpec
from bot.domain.home import Home
from bot.domain.person import Account

ShowHome = Callable[[Account], Awaitable[Home]]
"""A person's own page as it stands."""


@dataclass(frozen=True, slots=True)
class Inside:
    """`commands` is the one command table. With `links` links that Slack tells of unfold into cards; only with
    `reads_channels` besides is what people say to each other read for links. Without `home` there is no Home tab."""

    commands: Sequence[CommandSpec]
    links: LinkCards | None = None
    reads_channels: bool = False
    home: ShowHome | None = None
