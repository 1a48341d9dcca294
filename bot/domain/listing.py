"""What a feed yields: papers, a page's head, what was refused, where to go on."""

from dataclasses import dataclass
from datetime import date

from bot.domain.paper import Paper, PaperId


@dataclass(frozen=True, slots=True)
class ListingHead:
    """The top of a day's page; the papers that follow it belong to it, in order."""

    source: str
    day: date
    curator: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A day's page: its head and its papers in order."""

    head: ListingHead
    papers: tuple[PaperId, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not taken, with the reason and where it stands (a line, a record number or an id)."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class NextPage:
    """The feed goes on: `token` is what the feed's `request` takes for the next slice; `total` if it was said."""

    token: str
    total: int | None = None


FeedItem = Paper | ListingHead | Rejected | NextPage


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """What to fetch. `accept` says which answer the feed can read."""

    url: str
    accept: str = "*/*"
