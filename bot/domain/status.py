"""How Paperboy stands: its papers, its feeds, and the person who asks."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.domain.delivery import Delivery
from bot.domain.schedule import Run
from bot.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class FeedState:
    """The last look at arXiv: when it was tried, when it last went well, and what went wrong since."""

    tried_at: str = ""
    fetched_at: str = ""
    error: str = ""
    categories: tuple[str, ...] = ()

    @property
    def last_read(self) -> datetime | None:
        """When it last went well, None if never."""
        return datetime.fromisoformat(self.fetched_at) if self.fetched_at else None


@dataclass(frozen=True, slots=True)
class DigestStatus:
    """A person's digest as it stands at `now`, on the clock of its zone.

    `next` is the next that brings something, `latest` the latest in the ledger and `latest_sent` the latest that came.
    `papers_at` is when the feeds have what arXiv announces for the day of the next one: None where that is nothing;
    `next_papers_at` when they change after it. `is_bare`: nothing is known yet that papers could be chosen by.
    """

    subscription: Subscription
    now: datetime
    zone: tzinfo
    is_zone_known: bool
    next: Run | None
    latest: Delivery | None
    latest_sent: Delivery | None
    papers_at: datetime | None
    next_papers_at: datetime
    is_bare: bool


@dataclass(frozen=True, slots=True)
class Status:
    """`fresh` counts papers new within `fresh_days`; `search_behind` what the search index has not taken in yet.
    `unknown_years` are those whose holidays of arXiv matter now and are not known."""

    papers: int
    samples: int
    fresh: int
    fresh_days: int
    latest_announcement: datetime | None
    feed: FeedState
    categories: tuple[str, ...]
    search_behind: int
    interests: int = 0
    reactions: int = 0
    shown: int = 0
    unknown_years: tuple[int, ...] = ()
    digest: DigestStatus | None = None
