"""What goes in from a chat and what comes out: platform-neutral, rendered by the adapters."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.command import OptionValue
from bot.domain.paper import PaperId
from bot.domain.person import Account

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Address:
    """A place messages go to: a channel or a direct conversation of a platform."""

    platform: str
    channel: str
    workspace: str = ""


def direct(account: Account) -> Address:
    """The conversation with this account alone, which its adapter opens where there is none yet."""
    return Address(account.platform, f"{DIRECT}{account.user}", account.workspace)


DIRECT = "user:"
"""How the channel of an address begins that names a user instead of a channel."""


def is_direct(address: Address) -> bool:
    """Whether it is a conversation with one account alone."""
    return address.channel.startswith(DIRECT)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Text somebody typed (or a button's command), where, and which files came with it (name -> bytes).

    With `options` (a filled form) `text` is the command's name alone. `zone` is the person's IANA time zone where the
    surface knows it.
    """

    account: Account
    address: Address
    text: str
    files: dict[str, bytes] = field(default_factory=dict)
    zone: str = ""
    options: Mapping[str, OptionValue] | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `style` is one of plain, heading, note, error, and link: then the text is the address of a page."""

    text: str
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Button:
    """A control: pressing it is the same as typing `command`; what that lacks of what it must have is asked for."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class PaperCard:
    """A paper as people see it. `number` is its place in the list shown; `reasons` one short line each."""

    paper: PaperId
    title: str
    url: str
    meta: str
    abstract: str = ""
    number: int | None = None
    reasons: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Image:
    name: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class File:
    """A file for the person to keep; a surface without files shows `content` as text."""

    name: str
    content: str
    media_type: str


Block = Text | PaperCard | Bullets | Table | Image | File


@dataclass(frozen=True, slots=True)
class Message:
    """What Paperboy says. `data` is the same for machines; `private` must reach only the one who asked. `buttons` are
    what could be done next: a surface without any leaves them out, since the words say it too."""

    blocks: tuple[Block, ...]
    data: Json = None
    private: bool = False
    ok: bool = True
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that a message arrived: its id there."""

    message_id: str


Handler = Callable[[Incoming], Awaitable[Message]]
