"""Learned profiles: one a person, replaced whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import PersonId
from bot.domain.profile import Profile
from bot.domain.profile_vector import ProfileVector
from store.dialect import among, binary_rows, chunks, person_exists, upsert_into
from store.profile_codec import decode_profile, encode_profile
from store.tables import profiles
from store.types import from_microseconds

_NUMBERS = (profiles.c.person_id, profiles.c.built_at, profiles.c.vector)


class SqlProfileRepository:
    """`bot.ports.ProfileRepository`. A profile that an older program wrote in another form is not found."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, person_id: PersonId) -> Profile | None:
        stored = select(profiles).where(profiles.c.person_id == person_id)
        row = (await self._connection.execute(stored)).one_or_none()
        return None if row is None else decode_profile(person_id, row.built_at, row.vector, row.payload)

    async def vectors(self, after: PersonId, limit: int) -> list[ProfileVector]:
        chosen = select(*_NUMBERS).where(profiles.c.person_id > after).order_by(profiles.c.person_id).limit(limit)
        return await self._read(chosen)

    async def vectors_of(self, people: Sequence[PersonId]) -> list[ProfileVector]:
        found: list[ProfileVector] = []
        for chunk in chunks(sorted(set(people))):
            chosen = (
                select(*_NUMBERS)
                .where(among(self._connection, profiles.c.person_id, chunk))
                .order_by(profiles.c.person_id)
            )
            found += await self._read(chosen)
        return found

    async def _read(self, chosen: Select[Any]) -> list[ProfileVector]:
        if self._connection.dialect.name == "postgresql":
            plain = await binary_rows(self._connection, chosen)
            return [ProfileVector(PersonId(row[0]), from_microseconds(row[1]), row[2]) for row in plain]
        rows = await self._connection.execute(chosen)
        return [ProfileVector(PersonId(row[0]), row[1], row[2]) for row in rows]

    async def put(self, profile: Profile) -> None:
        """Nothing happens for a person who was erased while the profile was being built."""
        if not await person_exists(self._connection, profile.person_id):
            return
        vector, payload = encode_profile(profile)
        new = upsert_into(self._connection, profiles).values(
            person_id=profile.person_id, built_at=profile.built_at, vector=vector, payload=payload
        )
        changed = {name: new.excluded[name] for name in ("built_at", "vector", "payload")}
        await self._connection.execute(new.on_conflict_do_update(index_elements=["person_id"], set_=changed))

    async def oldest(self, before: datetime, limit: int) -> list[PersonId]:
        old = select(profiles.c.person_id).where(profiles.c.built_at < before)
        rows = await self._connection.execute(old.order_by(profiles.c.built_at, profiles.c.person_id).limit(limit))
        return [PersonId(person) for person in rows.scalars()]

    async def drop(self, person_id: PersonId) -> None:
        await self._connection.execute(delete(profiles).where(profiles.c.person_id == person_id))
