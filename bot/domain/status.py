"""How Paperboy stands: its papers, its feeds, and the person who asks."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedState:
    """The last look at arXiv: when it was tried, when it last went well, and what went wrong since."""

    tried_at: str = ""
    fetched_at: str = ""
    error: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """`fresh` counts papers new within `fresh_days`; `search_behind` what the search index has not taken in yet."""

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
