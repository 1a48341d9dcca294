"""What a page shows that is the same for everyone: papers of a span, one paper, what a search found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.listing import ListingHead
from bot.domain.paper import Paper, PaperId, PaperKey
from bot.domain.span import Span
from bot.domain.submission import Submission

MOST_SIMILAR = 20
"""Papers like one that are given to anybody who asks."""


class Order(StrEnum):
    TRENDING = "trending"
    NEWEST = "newest"
    UPVOTES = "upvotes"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Shelved(NamedTuple):
    """What an order goes by. `at_us` is when the paper came out or was first seen, in microseconds since 1970; `place`
    counts those that a day's page listed, in its order, from 0. A month has tens of thousands: as little as can be is
    made of each."""

    key: PaperKey
    id: PaperId
    at_us: int
    upvotes: int = 0
    categories: tuple[str, ...] = ()
    place: int | None = None

    @property
    def at(self) -> datetime:
        return _EPOCH + timedelta(microseconds=self.at_us)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything of a span: its papers in no order, each once, the heads of the pages that listed some of them, and who
    submitted which of them."""

    papers: tuple[Shelved, ...] = ()
    heads: tuple[ListingHead, ...] = ()
    submitted: Mapping[PaperKey, Submission] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaperVersion:
    """A text that a newer version replaced; `version` is None where the feed named none."""

    version: int | None
    title: str
    abstract: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper with how many readers here like it, 0 where they are too few to be told; `submitter` is the name, for
    everybody to read, of the reader who put it here, empty where nobody did."""

    paper: Paper
    likes: int = 0
    submitter: str = ""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`number` counts the pages that a long span has, from 1; an empty category is all of them."""

    order: Order = Order.TRENDING
    category: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """`total` papers of the category on `pages` pages, those of one of them as `shown`, of which the first has the
    number `first`. `categories` are the span's, the largest first, each with how many papers it has. `before` and
    `after` are the nearest spans with papers."""

    span: Span
    asked: PageRequest
    shown: tuple[Shown, ...] = ()
    first: int = 1
    total: int = 0
    pages: int = 1
    curator: str = ""
    categories: tuple[tuple[str, int], ...] = ()
    before: Span | None = None
    after: Span | None = None


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One paper; `similar` are papers like it, the likest first; `versions` its older texts, the oldest first;
    `submitter` as in `Shown`."""

    paper: Paper
    similar: tuple[Paper, ...] = ()
    versions: Sequence[PaperVersion] = ()
    submitter: str = ""
