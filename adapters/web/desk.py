"""What the pages for readers by mail are handed from inside."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.chat import Message
from bot.domain.command import OptionValue
from bot.domain.mail_wish import MailWish
from bot.domain.paper import Paper, PaperId
from bot.domain.reader import Reader
from bot.domain.submission import Submitted, Submitter
from bot.domain.subscription import Content
from bot.domain.ticket import Purpose, Ticket


class Desk(Protocol):
    """`address` is always a parsed mail address whose owner has shown, by a link, that it is theirs, but for `ask` and
    `send_way_in`, which send the link."""

    def make(self, purpose: Purpose, subject: str, *details: str) -> str:
        """A signed token (adapters.tickets)."""
        ...

    def read(self, purpose: Purpose, token: str) -> Ticket | None: ...

    def zone(self, typed: str) -> str | None:
        """The IANA zone that somebody means; None for none. Nothing typed is the installation's."""
        ...

    async def ask(self, address: str, wish: MailWish) -> None:
        """Mail the link that confirms the wish. Never raises: whoever asked is told the same in any case."""
        ...

    async def send_way_in(self, address: str) -> None:
        """Mail the link to the person's page, if they are known. Never raises."""
        ...

    async def confirm(self, address: str, wish: MailWish) -> Message: ...

    async def unsubscribe(self, address: str) -> Message: ...

    async def reader(self, address: str) -> Reader | None:
        """What the person's page shows; None for who is not there (any more)."""
        ...

    async def paper(self, address: str, paper: PaperId) -> Paper | None:
        """A stored paper, for a reader who is there."""
        ...

    async def say(self, address: str, command: str, options: Mapping[str, OptionValue]) -> Message:
        """The answer to a command of the command table."""
        ...

    async def submitter(self, address: str) -> Submitter | None:
        """What the reader submitted; None for who is not there (any more)."""
        ...

    async def submit(self, address: str, text: str, name: str) -> Submitted | None:
        """Put the paper that an id or a link names on the page, under a name of `bot.domain.submission.read_name`.
        None for who is not there (any more)."""
        ...

    async def withdraw(self, address: str, paper: PaperId) -> Paper | None:
        """Take it back; None where the reader has not submitted it."""
        ...

    async def choose_content(self, address: str, content: Content) -> bool: ...

    async def make_feed(self, address: str) -> bool: ...

    async def drop_feed(self, address: str) -> None: ...

    async def feed(self, secret: str) -> Sequence[Paper] | None:
        """What would be recommended now to the owner of this secret; None for nobody."""
        ...
