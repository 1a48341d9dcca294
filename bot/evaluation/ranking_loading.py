"""How long everybody's profiles take from a database to the scorer, and one profile's update."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select

from bot.domain.person import PersonId
from bot.domain.profile import Profile
from bot.ranking.batch import join
from store.engine import open_store
from store.profile_codec import encode_profile
from store.tables import people, profiles

CHUNK = 10_000
UPDATES = 50


class OccupiedError(Exception):
    """The database that is to be measured is in use."""


@dataclass(frozen=True, slots=True)
class Loading:
    """`load_s` is from the database to the scorer's arrays, `update_ms` the median of replacing one profile."""

    database: str
    kind: str
    profiles: int
    bytes_each: int
    load_s: float
    update_ms: float


async def measure_loading(url: str, kind: str, some: Sequence[Profile], count: int) -> Loading:
    """Fill an empty database with `count` profiles (tiled), read them back, update some, and take them out again.

    Raises OccupiedError for a database that has people in it.
    """
    store = await open_store(url)
    try:
        encoded = [encode_profile(profile) for profile in some]
        async with store.connection() as connection:
            if (await connection.execute(select(func.count()).select_from(people))).scalar_one():
                raise OccupiedError("the database to measure has people in it; name an empty one")
            for start in range(0, count, CHUNK):
                numbers = range(start + 1, min(start + CHUNK, count) + 1)
                await connection.execute(
                    insert(people), [{"id": number, "created_at": some[0].built_at} for number in numbers]
                )
                rows = [(number, *encoded[number % len(encoded)]) for number in numbers]
                await connection.execute(
                    insert(profiles),
                    [
                        {"person_id": number, "built_at": some[0].built_at, "vector": vector, "payload": payload}
                        for number, vector, payload in rows
                    ],
                )
        best = float("inf")
        for _ in range(3):
            started = time.perf_counter()
            after, loaded = PersonId(0), 0
            async with store.read() as uow:
                while vectors := await uow.profiles.vectors(after, CHUNK):
                    loaded += len(join([vector.data for vector in vectors]).starts) - 1
                    after = vectors[-1].person_id
            best = min(best, time.perf_counter() - started)
        updates = []
        for number in range(UPDATES):
            changed = replace(some[number % len(some)], person_id=PersonId(1 + number % count))
            started = time.perf_counter()
            async with store.write() as uow:
                await uow.profiles.put(changed)
            updates.append(1e3 * (time.perf_counter() - started))
        async with store.connection() as connection:
            await connection.execute(people.delete())
        size = round(statistics.mean(len(vector) for vector, _ in encoded))
        return Loading(url.partition(":")[0], kind, loaded, size, round(best, 3), round(statistics.median(updates), 2))
    finally:
        await store.close()
