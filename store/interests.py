"""Stated interests and mutes."""

import hashlib
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind
from store.dialect import person_exists, upsert_into
from store.tables import interests


class SqlInterestRepository:
    """`bot.ports.InterestRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self, person_id: PersonId) -> list[Interest]:
        theirs = (
            select(interests.c.kind, interests.c.text, interests.c.added_at)
            .where(interests.c.person_id == person_id)
            .order_by(interests.c.added_at, interests.c.id)
        )
        return [
            Interest(InterestKind(kind), text, added_at)
            for kind, text, added_at in await self._connection.execute(theirs)
        ]

    async def add(self, person_id: PersonId, interest: Interest) -> bool:
        """A LookupError for a person who is not there."""
        if not await person_exists(self._connection, person_id):
            raise LookupError(f"there is no person {person_id}")
        new = upsert_into(self._connection, interests).values(
            person_id=person_id,
            kind=interest.kind.value,
            text=interest.text,
            text_key=text_key(interest.text),
            added_at=interest.added_at,
        )
        added = await self._connection.execute(new.on_conflict_do_nothing().returning(interests.c.id))
        return added.first() is not None

    async def remove(self, person_id: PersonId, interest: Interest) -> bool:
        return (
            await self._delete(
                and_(
                    interests.c.person_id == person_id,
                    interests.c.kind == interest.kind.value,
                    interests.c.text_key == text_key(interest.text),
                )
            )
            > 0
        )

    async def clear(self, person_id: PersonId) -> int:
        return await self._delete(interests.c.person_id == person_id)

    async def _delete(self, which: ColumnElement[bool]) -> int:
        gone: Any = await self._connection.execute(delete(interests).where(which))
        return int(gone.rowcount)


def text_key(text: str) -> str:
    """What two writings of one interest share: case and spaces do not count. Hashed, so that any length fits."""
    folded = "".join(text.casefold().split())
    return hashlib.blake2b(folded.encode("utf-8", "ignore"), digest_size=16).hexdigest()
