"""What a signed link stands for: who may do what, as said by Paperboy itself and carried by a mail."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """What a link is for. None of them serves for another one."""

    CONFIRM = "confirm"
    """Start the digests that were asked for."""
    MANAGE = "manage"
    """Open the person's page."""
    SESSION = "session"
    """The person's page is open in this browser."""
    REACT = "react"
    """Say a word on a paper."""
    WHY = "why"
    """Explain a paper's score."""
    UNSUBSCRIBE = "unsubscribe"
    FORM = "form"
    """A form that this very browser was given."""


SESSION_LIVES = timedelta(hours=2)
FORM_LIVES = timedelta(hours=12)

LIVES: dict[Purpose, timedelta | None] = {
    Purpose.CONFIRM: timedelta(days=2),
    Purpose.MANAGE: timedelta(days=1),
    Purpose.SESSION: SESSION_LIVES,
    Purpose.REACT: timedelta(days=60),
    Purpose.WHY: timedelta(days=60),
    Purpose.UNSUBSCRIBE: None,
    Purpose.FORM: FORM_LIVES,
}
"""How long each is good for; None for ever."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """`subject` is the mail address (or, of a form, the browser) that it was made for; `details` what else it says.
    `is_expired`: it was good once."""

    purpose: Purpose
    subject: str
    details: tuple[str, ...] = ()
    is_expired: bool = False
