"""A digest: the few papers of a period, composed for one subscription or one preview."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.person import PersonId
from bot.domain.ranking import Entry


@dataclass(frozen=True, slots=True)
class Digest:
    person_id: PersonId
    composed_at: datetime
    entries: tuple[Entry, ...]
    candidates: int
    empty_reason: str = ""
