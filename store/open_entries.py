"""What is on its way to people: papers in deliveries that are not settled yet."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from store.delivery_rows import decode_keys
from store.dialect import among, chunks
from store.paper_move import present_keys
from store.tables import HAS_ENTRIES, deliveries

# Asked for every list: a statement made once.
_OPEN = select(deliveries.c.person_id, deliveries.c.entries).where(HAS_ENTRIES, func.length(deliveries.c.entries) > 0)
_OF_ONE = _OPEN.where(deliveries.c.person_id == bindparam("person"))


async def open_entries(connection: AsyncConnection, people: Sequence[PersonId]) -> list[tuple[PersonId, PaperKey]]:
    """Each pair once; what was merged under its new key, without what was deleted."""
    found: list[tuple[PersonId, PaperKey]] = []
    if len(people) == 1:
        found += _pairs(await connection.execute(_OF_ONE, {"person": people[0]}))
    else:
        for chunk in chunks(sorted(set(people))):
            found += _pairs(await connection.execute(_OPEN.where(among(connection, deliveries.c.person_id, chunk))))
    places = await present_keys(connection, (key for _, key in found), held=False) if found else {}
    return list(dict.fromkeys((person, places[key]) for person, key in found if key in places))


def _pairs(rows: Iterable[Any]) -> Iterator[tuple[PersonId, PaperKey]]:
    return ((PersonId(person), key) for person, entries in rows for key in decode_keys(entries))
