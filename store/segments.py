"""The term index's segments: immutable payloads in an order that merging keeps.

An id is a slot and a generation, slot << 20 | generation: appending opens the next slot, and a merged segment takes the
newest old one's slot one generation on. So ids are never used twice, and their order is the order of the segments.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ranking import StoredSegment
from store.dialect import advance, chunks
from store.tables import term_segments

GENERATION_BITS = 20

# Asked for every list: a statement made once.
_IDS = select(term_segments.c.id, term_segments.c.documents).order_by(term_segments.c.id)


class SqlSegmentRepository:
    """`bot.ports.SegmentRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ids(self) -> list[tuple[int, int]]:
        return [(segment_id, documents) for segment_id, documents in await self._connection.execute(_IDS)]

    async def load(self, ids: Sequence[int]) -> list[StoredSegment]:
        """Ids rising; those that are gone are left out."""
        found: list[StoredSegment] = []
        for chunk in chunks(sorted(set(ids))):
            wanted = select(term_segments).where(term_segments.c.id.in_(chunk)).order_by(term_segments.c.id)
            rows = await self._connection.execute(wanted)
            found += [StoredSegment(row.id, row.documents, row.payload) for row in rows]
        return found

    async def append(self, documents: int, payload: bytes) -> int:
        return await self._put(
            await advance(self._connection, "segment_slot", 1) << GENERATION_BITS, documents, payload
        )

    async def replace(self, old: Sequence[int], documents: int, payload: bytes) -> int | None:
        wanted = set(old)
        if not wanted:
            return None
        await advance(self._connection, "segment_slot")
        present = select(term_segments.c.id).where(term_segments.c.id.in_(wanted))
        if set((await self._connection.execute(present)).scalars()) != wanted:
            return None
        await self._connection.execute(delete(term_segments).where(term_segments.c.id.in_(wanted)))
        return await self._put(max(wanted) + 1, documents, payload)

    async def _put(self, segment_id: int, documents: int, payload: bytes) -> int:
        await self._connection.execute(
            insert(term_segments).values(id=segment_id, documents=documents, payload=payload)
        )
        return segment_id
