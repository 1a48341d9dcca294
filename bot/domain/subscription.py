"""A person's standing order for digests."""

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.domain.person import PersonId


@dataclass(frozen=True, slots=True)
class Subscription:
    """Days count from Monday = 0; `local_time` is wall time in the IANA zone; `paused_until` is the last quiet day."""

    person_id: PersonId
    days: tuple[int, ...]
    local_time: time
    zone: str
    size: int
    created_at: datetime
    paused_until: date | None = None
