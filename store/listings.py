"""Listings: a day's page and its papers in order."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.listing import Listing, ListingHead
from bot.domain.page import Shelf
from bot.domain.paper import PaperId, PaperKey
from bot.domain.span import Span
from store.dialect import insert_many, upsert_into
from store.paper_move import present_keys
from store.shelves import days_beside, load_shelf
from store.tables import listing_entries, listings, papers


class SqlListingRepository:
    """`bot.ports.ListingRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, head: ListingHead, papers: Sequence[PaperKey]) -> None:
        statement = upsert_into(self._connection, listings).values(
            source=head.source, day=head.day, curator=head.curator
        )
        stored = statement.on_conflict_do_update(
            index_elements=["source", "day"], set_={"curator": statement.excluded.curator}
        ).returning(listings.c.id)
        listing_id = (await self._connection.execute(stored)).scalar_one()
        await self._connection.execute(delete(listing_entries).where(listing_entries.c.listing_id == listing_id))
        present = await present_keys(self._connection, papers)
        keys = dict.fromkeys(present[key] for key in papers if key in present)
        entries = [
            {"listing_id": listing_id, "position": position, "paper_key": key} for position, key in enumerate(keys, 1)
        ]
        await insert_many(self._connection, listing_entries, entries)

    async def latest(self, source: str | None = None) -> Listing | None:
        newest = select(listings).order_by(listings.c.day.desc(), listings.c.id.desc()).limit(1)
        if source is not None:
            newest = newest.where(listings.c.source == source)
        row = (await self._connection.execute(newest)).one_or_none()
        if row is None:
            return None
        of_page = (
            select(papers.c.paper_id)
            .join(listing_entries, listing_entries.c.paper_key == papers.c.key)
            .where(listing_entries.c.listing_id == row.id)
            .order_by(listing_entries.c.position)
        )
        ids = (await self._connection.execute(of_page)).scalars()
        return Listing(ListingHead(row.source, row.day, row.curator), tuple(PaperId(paper_id) for paper_id in ids))

    async def shelf(self, span: Span) -> Shelf:
        return await load_shelf(self._connection, span)

    async def day_of(self, paper: PaperKey) -> date | None:
        latest = (
            select(func.max(listings.c.day))
            .join(listing_entries, listing_entries.c.listing_id == listings.c.id)
            .where(listing_entries.c.paper_key == paper)
        )
        day: date | None = (await self._connection.execute(latest)).scalar_one()
        return day

    async def days_beside(self, first: date, last: date) -> tuple[date | None, date | None]:
        return await days_beside(self._connection, first, last)
