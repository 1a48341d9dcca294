"""Learned profiles: one a person, replaced whole."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import PersonId
from bot.domain.profile import Profile
from store.dialect import person_exists, upsert_into
from store.profile_codec import decode_profile, encode_profile
from store.tables import profiles


class SqlProfileRepository:
    """`bot.ports.ProfileRepository`. A profile that an older program wrote in another form is not found."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, person_id: PersonId) -> Profile | None:
        stored = select(profiles.c.built_at, profiles.c.payload).where(profiles.c.person_id == person_id)
        row = (await self._connection.execute(stored)).one_or_none()
        return None if row is None else decode_profile(person_id, row.built_at, row.payload)

    async def put(self, profile: Profile) -> None:
        """Nothing happens for a person who was erased while the profile was being built."""
        if not await person_exists(self._connection, profile.person_id):
            return
        new = upsert_into(self._connection, profiles).values(
            person_id=profile.person_id, built_at=profile.built_at, payload=encode_profile(profile)
        )
        await self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["person_id"],
                set_={"built_at": new.excluded.built_at, "payload": new.excluded.payload},
            )
        )

    async def drop(self, person_id: PersonId) -> None:
        await self._connection.execute(delete(profiles).where(profiles.c.person_id == person_id))
