"""Learned profiles: one a person, replaced whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper import LONG_AGO
from bot.domain.person import PersonId
from bot.domain.profile import Profile
from bot.domain.profile_vector import ProfileVector
from store.dialect import among, binary_rows, chunks, person_exists, upsert_into
from store.profile_codec import decode_profile, encode_profile
from store.tables import outdated_profiles, people, profiles
from store.types import from_microseconds

_IS_OUTDATED = exists().where(outdated_profiles.c.person_id == profiles.c.person_id)
# Asked for every list: statements made once.
_STORED = select(profiles).where(profiles.c.person_id == bindparam("person"), ~_IS_OUTDATED)
_SINCE = select(outdated_profiles.c.since).where(outdated_profiles.c.person_id == bindparam("person"))
_NUMBERS = select(profiles.c.person_id, profiles.c.built_at, profiles.c.vector, _IS_OUTDATED)


class SqlProfileRepository:
    """`bot.ports.ProfileRepository`. A profile that an older program wrote in another form is not found."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, person_id: PersonId) -> Profile | None:
        row = (await self._connection.execute(_STORED, {"person": person_id})).one_or_none()
        return None if row is None else decode_profile(person_id, row.built_at, row.vector, row.payload)

    async def vectors(self, after: PersonId, limit: int) -> list[ProfileVector]:
        chosen = _NUMBERS.where(profiles.c.person_id > after).order_by(profiles.c.person_id).limit(limit)
        return await self._read(chosen)

    async def vectors_of(self, people: Sequence[PersonId]) -> list[ProfileVector]:
        found: list[ProfileVector] = []
        for chunk in chunks(sorted(set(people))):
            theirs = among(self._connection, profiles.c.person_id, chunk)
            found += await self._read(_NUMBERS.where(theirs).order_by(profiles.c.person_id))
        return found

    async def _read(self, chosen: Select[Any]) -> list[ProfileVector]:
        if self._connection.dialect.name == "postgresql":
            plain = await binary_rows(self._connection, chosen)
            return [_numbers(row[0], from_microseconds(row[1]), row[2], row[3]) for row in plain]
        return [_numbers(*row) for row in await self._connection.execute(chosen)]

    async def outdate(self, person_id: PersonId, at: datetime) -> None:
        # Who was erased meanwhile is not there to be marked; who is there stays until this transaction ends.
        who = select(people.c.id, literal(at, outdated_profiles.c.since.type)).where(people.c.id == person_id)
        new = upsert_into(self._connection, outdated_profiles).from_select(
            ["person_id", "since"], who.with_for_update(read=True, key_share=True)
        )
        await self._connection.execute(new.on_conflict_do_update(index_elements=["person_id"], set_={"since": at}))

    async def outdated_at(self, person_id: PersonId) -> datetime | None:
        asked = await self._connection.execute(_SINCE, {"person": person_id})
        found: datetime | None = asked.scalar_one_or_none()
        return found

    async def outdated(self, until: datetime, limit: int) -> list[PersonId]:
        long = select(outdated_profiles.c.person_id).where(outdated_profiles.c.since <= until)
        longest = long.order_by(outdated_profiles.c.since, outdated_profiles.c.person_id).limit(limit)
        return [PersonId(person) for person in (await self._connection.execute(longest)).scalars()]

    async def put(self, profile: Profile, outdated_at: datetime | None = None) -> bool:
        if not await person_exists(self._connection, profile.person_id):
            return False
        if not await self._knows_all(profile.person_id, outdated_at):
            return False
        vector, payload = encode_profile(profile)
        new = upsert_into(self._connection, profiles).values(
            person_id=profile.person_id, built_at=profile.built_at, vector=vector, payload=payload
        )
        changed = {name: new.excluded[name] for name in ("built_at", "vector", "payload")}
        is_newer = profiles.c.built_at <= new.excluded.built_at
        stored = new.on_conflict_do_update(index_elements=["person_id"], set_=changed, where=is_newer)
        done = await self._connection.execute(stored.returning(profiles.c.person_id))
        return done.first() is not None

    async def _knows_all(self, person_id: PersonId, outdated_at: datetime | None) -> bool:
        """Whether nothing was said after that; then it counts as known from now on."""
        if outdated_at is None:
            return await self.outdated_at(person_id) is None
        of_person = outdated_profiles.c.person_id == person_id
        known: Any = await self._connection.execute(
            delete(outdated_profiles).where(of_person, outdated_profiles.c.since == outdated_at)
        )
        return bool(known.rowcount)

    async def oldest(self, before: datetime, limit: int) -> list[PersonId]:
        old = select(profiles.c.person_id).where(profiles.c.built_at < before)
        rows = await self._connection.execute(old.order_by(profiles.c.built_at, profiles.c.person_id).limit(limit))
        return [PersonId(person) for person in rows.scalars()]

    async def drop(self, person_id: PersonId) -> None:
        await self._connection.execute(delete(profiles).where(profiles.c.person_id == person_id))


def _numbers(person_id: int, built_at: datetime, vector: bytes, is_outdated: bool) -> ProfileVector:
    if is_outdated:
        return ProfileVector(PersonId(person_id), LONG_AGO, b"")
    return ProfileVector(PersonId(person_id), built_at, vector)
