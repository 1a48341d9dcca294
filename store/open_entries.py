"""What is on its way to people: papers in deliveries that are not settled yet."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from store.delivery_rows import decode_keys
from store.dialect import among, chunks
from store.paper_move import present_keys
from store.tables import HAS_ENTRIES, deliveries


async def open_entries(connection: AsyncConnection, people: Sequence[PersonId]) -> list[tuple[PersonId, PaperKey]]:
    """Each pair once; what was merged under its new key, without what was deleted."""
    found: list[tuple[PersonId, PaperKey]] = []
    for chunk in chunks(sorted(set(people))):
        theirs = select(deliveries.c.person_id, deliveries.c.entries).where(
            among(connection, deliveries.c.person_id, chunk), HAS_ENTRIES, func.length(deliveries.c.entries) > 0
        )
        found += [
            (PersonId(person), key)
            for person, entries in await connection.execute(theirs)
            for key in decode_keys(entries)
        ]
    places = await present_keys(connection, (key for _, key in found), held=False) if found else {}
    return list(dict.fromkeys((person, places[key]) for person, key in found if key in places))
