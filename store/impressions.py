"""Impressions: which papers a person was shown, and where."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.feedback import Impression
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from store import tables
from store.dialect import among, chunks, insert_many
from store.feedback import living
from store.open_entries import open_entries
from store.tables import impressions, papers

_SEEN = select(impressions.c.paper_key).where(impressions.c.person_id == bindparam("person")).distinct()


class SqlImpressionRepository:
    """`bot.ports.ImpressionRepository`. What an open delivery holds counts as seen: nobody is shown it besides."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def append(self, impressions: Sequence[Impression]) -> None:
        """What names a merged paper goes to the one it was merged into; erased people and papers go nowhere."""
        places, people = await living(self._connection, impressions)
        rows = [
            {
                "person_id": shown.person_id,
                "paper_key": places[shown.paper],
                "position": shown.position,
                "at": shown.at,
                "surface": shown.surface,
            }
            for shown in impressions
            if shown.paper in places and shown.person_id in people
        ]
        await insert_many(self._connection, tables.impressions, rows)

    async def seen(self, person_id: PersonId) -> frozenset[PaperKey]:
        keys = await self._connection.execute(_SEEN, {"person": person_id})
        shown = frozenset(PaperKey(key) for key in keys.scalars())
        return shown | {key for _, key in await open_entries(self._connection, [person_id])}

    async def seen_by(self, people: Sequence[PersonId], since: datetime) -> list[tuple[PersonId, PaperKey]]:
        found: list[tuple[PersonId, PaperKey]] = []
        for chunk in chunks(sorted(set(people))):
            pairs = (
                select(impressions.c.person_id, impressions.c.paper_key)
                .join(papers, papers.c.key == impressions.c.paper_key)
                .where(among(self._connection, impressions.c.person_id, chunk), papers.c.fresh_at >= since)
                .distinct()
            )
            found += [(PersonId(person), PaperKey(key)) for person, key in await self._connection.execute(pairs)]
        under_way = await open_entries(self._connection, people)
        fresh = await self._fresh({key for _, key in under_way}, since)
        return list(dict.fromkeys(found + [pair for pair in under_way if pair[1] in fresh]))

    async def _fresh(self, keys: Collection[PaperKey], since: datetime) -> set[PaperKey]:
        found: set[PaperKey] = set()
        for chunk in chunks(sorted(keys)):
            fresh = select(papers.c.key).where(among(self._connection, papers.c.key, chunk), papers.c.fresh_at >= since)
            found.update(PaperKey(key) for key in (await self._connection.execute(fresh)).scalars())
        return found

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
