"""A mail that is ready to go, and where it may go to."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Letter:
    """`begun` becomes true when the mail itself goes out: from then on, no answer means that it may have arrived."""

    token: str
    sender: str
    recipient: str
    content: bytes
    begun: bool = False


class Postbox(Protocol):
    async def post(self, letter: Letter) -> None:
        """Bring a letter; returns when it was taken. Raises DeliveryError."""
        ...

    async def find(self, token: str) -> bool | None:
        """Whether the letter with this token was taken; None where that cannot be told."""
        ...

    async def close(self) -> None: ...
