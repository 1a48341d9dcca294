"""Impressions: which papers a person was shown, and where."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.feedback import Impression
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from store import tables
from store.dialect import insert_many
from store.feedback import living
from store.tables import impressions


class SqlImpressionRepository:
    """`bot.ports.ImpressionRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, impressions: Sequence[Impression]) -> None:
        """What names a merged paper goes to the one it was merged into; erased people and papers go nowhere."""
        papers, people = await living(self._connection, impressions)
        rows = [
            {
                "person_id": shown.person_id,
                "paper_key": papers[shown.paper],
                "position": shown.position,
                "at": shown.at,
                "surface": shown.surface,
            }
            for shown in impressions
            if shown.paper in papers and shown.person_id in people
        ]
        await insert_many(self._connection, tables.impressions, rows)

    async def seen(self, person_id: PersonId) -> frozenset[PaperKey]:
        keys = select(impressions.c.paper_key).where(impressions.c.person_id == person_id).distinct()
        return frozenset(PaperKey(key) for key in (await self._connection.execute(keys)).scalars())

    async def log(self, person_id: PersonId) -> list[Impression]:
        shown = (
            select(impressions.c.paper_key, impressions.c.position, impressions.c.at, impressions.c.surface)
            .where(impressions.c.person_id == person_id)
            .order_by(impressions.c.id)
        )
        return [
            Impression(person_id, PaperKey(key), position, at, surface)
            for key, position, at, surface in await self._connection.execute(shown)
        ]
