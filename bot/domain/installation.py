"""That Paperboy was let into a workspace of a platform."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Installation:
    """`sealed` is what lets it in, encrypted by the adapter that knows what it means."""

    platform: str
    workspace: str
    sealed: bytes
    installed_at: datetime
