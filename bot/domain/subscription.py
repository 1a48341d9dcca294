"""A person's standing order for digests."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain.chat import Address
from bot.domain.delivery import SubscriptionId
from bot.domain.person import PersonId

NEVER_STORED = SubscriptionId(0)


class Threshold(StrEnum):
    """How near to a person a paper must be for a digest: a percentile of what was scored for them in 30 days."""

    FEW = "few"
    NORMAL = "normal"
    MANY = "many"


class Content(StrEnum):
    """What a digest holds."""

    PERSONAL = "personal"
    """What is close to the person."""
    TRENDING = "trending"
    """What everybody reads and upvotes, for who has not said what they care about, or does not want to."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Days count from Monday = 0; `local_time` is wall time in the IANA zone; `paused_until` is the last quiet day.

    `tell_empty`: an empty day is told instead of kept quiet. `next_period` is the local date of the next digest and
    `next_due_at` its moment, None where there is none (disabled). `disabled_reason` says why digests stopped by
    themselves; the person can start them again. `id` is given by the store.
    """

    person_id: PersonId
    days: tuple[int, ...]
    local_time: time
    zone: str
    size: int
    created_at: datetime
    paused_until: date | None = None
    address: Address = field(default_factory=lambda: Address("", ""))
    threshold: Threshold = Threshold.NORMAL
    tell_empty: bool = False
    content: Content = Content.PERSONAL
    next_period: date | None = None
    next_due_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_reason: str = ""
    id: SubscriptionId = NEVER_STORED

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None
