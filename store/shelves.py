"""The papers of a span of days, as little of each as an order goes by, and the days beside it."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, Select, and_, exists, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.listing import ListingHead
from bot.domain.page import Shelf, Shelved
from bot.domain.paper import LOOKUP_SOURCE, PaperKey
from bot.domain.span import Span, midnight
from store.submissions import to_submission
from store.tables import listing_entries, listings, papers, submissions

_COLUMNS = (papers.c.key, papers.c.paper_id, papers.c.upvotes, papers.c.categories)
# As they are stored: no moment is made of them.
_ANNOUNCED, _FRESH = (type_coerce(column, BigInteger) for column in (papers.c.announced_at, papers.c.fresh_at))
_CAME = func.coalesce(_ANNOUNCED, _FRESH)


async def load_shelf(connection: AsyncConnection, span: Span) -> Shelf:
    """See bot.ports.ListingRepository.shelf."""
    start, end = midnight(span.first), midnight(span.last + timedelta(days=1))
    announced = select(*_COLUMNS, _ANNOUNCED).where(papers.c.announced_at >= start, papers.c.announced_at < end)
    seen = select(*_COLUMNS, _FRESH).where(papers.c.fresh_at >= start, papers.c.fresh_at < end, _only_seen())
    pages = select(listings).where(listings.c.day >= span.first, listings.c.day <= span.last)
    listed = (
        select(*_COLUMNS, _CAME)
        .join(listing_entries, listing_entries.c.paper_key == papers.c.key)
        .join(listings, listings.c.id == listing_entries.c.listing_id)
        .where(listings.c.day >= span.first, listings.c.day <= span.last)
        .order_by(listings.c.day.desc(), listings.c.id, listing_entries.c.position)
    )
    brought = (
        select(*_COLUMNS, _CAME)
        .join(submissions, submissions.c.paper_key == papers.c.key)
        .where(submissions.c.at >= start, submissions.c.at < end)
    )
    found: dict[PaperKey, Shelved] = {}
    for place, row in enumerate(await connection.execute(listed)):
        _take(found, (row,), place)
    for query in (brought, announced, seen):
        _take(found, (await connection.execute(query)).all())
    heads = await connection.execute(pages.order_by(listings.c.day, listings.c.id))
    # What is here may have been submitted later than it came.
    since = await connection.execute(select(submissions).where(submissions.c.at >= start))
    return Shelf(
        tuple(found.values()),
        tuple(ListingHead(row.source, row.day, row.curator) for row in heads),
        {each.paper: each for row in since if (each := to_submission(row)).paper in found},
    )


async def days_beside(connection: AsyncConnection, first: date, last: date) -> tuple[date | None, date | None]:
    """See bot.ports.ListingRepository.days_beside."""
    start, end = midnight(first), midnight(last + timedelta(days=1))
    announced, fresh, day = papers.c.announced_at, papers.c.fresh_at, listings.c.day
    brought = submissions.c.at
    # One statement, since every one of them costs a way to the database and back.
    nearest = select(
        _first(select(announced).where(announced < start).order_by(announced.desc())),
        _first(select(fresh).where(fresh < start, _only_seen()).order_by(fresh.desc())),
        _first(select(day).where(day < first, _has_papers()).order_by(day.desc())),
        _first(select(brought).where(brought < start).order_by(brought.desc())),
        _first(select(announced).where(announced >= end).order_by(announced)),
        _first(select(fresh).where(fresh >= end, _only_seen()).order_by(fresh)),
        _first(select(day).where(day > last, _has_papers()).order_by(day)),
        _first(select(brought).where(brought >= end).order_by(brought)),
    )
    days = [_day(found) for found in (await connection.execute(nearest)).one()]
    before, after = ([found for found in part if found] for part in (days[:4], days[4:]))
    return max(before, default=None), min(after, default=None)


def _only_seen() -> ColumnElement[bool]:
    """Never announced and on no page: its day is that of its first sight."""
    on_a_page = exists().where(listing_entries.c.paper_key == papers.c.key)
    return and_(papers.c.announced_at.is_(None), papers.c.source != LOOKUP_SOURCE, ~on_a_page)


def _has_papers() -> ColumnElement[bool]:
    return exists().where(listing_entries.c.listing_id == listings.c.id)


def _take(found: dict[PaperKey, Shelved], rows: Iterable[Any], place: int | None = None) -> None:
    """Each paper once, as it comes first."""
    for key, paper_id, upvotes, categories, at_us in rows:
        if key not in found:
            found[key] = Shelved(key, paper_id, at_us, upvotes or 0, _categories(categories), place)


def _first(query: Select[Any]) -> ScalarSelect[Any]:
    return query.limit(1).scalar_subquery()


def _day(found: date | datetime | None) -> date | None:
    return found.date() if isinstance(found, datetime) else found


@lru_cache(maxsize=4_096)
def _categories(text: str) -> tuple[str, ...]:
    """Thousands of papers have one of a few hundred combinations."""
    return tuple(json.loads(text))
