"""What was scored for people lately: bytes that the ranking understands."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import PersonId
from store.dialect import among, binary_rows, chunks, told_rows, upsert_into
from store.tables import people, score_histories


class SqlScoreHistoryRepository:
    """`bot.ports.ScoreHistoryRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, people: Sequence[PersonId]) -> dict[PersonId, bytes]:
        found: dict[PersonId, bytes] = {}
        for chunk in chunks(sorted(set(people))):
            theirs = select(score_histories.c.person_id, score_histories.c.payload).where(
                among(self._connection, score_histories.c.person_id, chunk)
            )
            if self._connection.dialect.name == "postgresql":
                rows: Any = await binary_rows(self._connection, theirs)
            else:
                rows = await self._connection.execute(theirs)
            found.update({PersonId(person): bytes(payload) for person, payload in rows})
        return found

    async def put(self, histories: Mapping[PersonId, bytes]) -> None:
        """Nothing happens for people who are gone."""
        rows = [{"person_id": person, "payload": payload} for person, payload in sorted(histories.items())]
        for chunk in chunks(rows):
            told, parameters = told_rows(self._connection, score_histories, chunk)
            source = (
                select(people.c.id, told["payload"])
                .where(people.c.id == told["person_id"])
                .order_by(people.c.id)
                .with_for_update(read=True, key_share=True, of=people)
            )
            new = upsert_into(self._connection, score_histories).from_select(["person_id", "payload"], source)
            stored = new.on_conflict_do_update(index_elements=["person_id"], set_={"payload": new.excluded.payload})
            await self._connection.execute(stored, parameters)
