"""One message as Slack takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.slack.blocks import Block


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that follows a message; `alt` says in words what is in it."""

    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Payload:
    """Blocks of Block Kit; `text` is what notifications and screen readers say of them, and is never empty. Slack reads
    markup there: it is escaped."""

    text: str
    blocks: Sequence[Block] = ()
    files: Sequence[Upload] = ()
