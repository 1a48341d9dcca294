"""One message as Slack takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that follows a message."""

    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Payload:
    """Blocks of Block Kit; `text` is what notifications and screen readers say of them, and is never empty."""

    text: str
    blocks: Sequence[Block] = ()
    files: Sequence[Upload] = ()
