"""A look at a database that changes nothing in it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import make_url, text

from store.alone import is_there
from store.engine import create_store
from store.migrate import HEAD, revision


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """`schema` is None where there is nothing yet; `now` is what time it is there, None for a file."""

    place: str
    schema: str | None
    head: str = HEAD
    now: datetime | None = None


async def look_at(url: str) -> DatabaseHealth:
    """Raises StoreError where the database cannot be reached or read."""
    if not is_there(url):
        return DatabaseHealth(str(make_url(url).database), None)
    store = create_store(url)
    try:
        async with store.snapshot() as connection:
            schema = await revision(connection)
            now = None
            if not store.is_sqlite:
                now = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one().astimezone(UTC)
        return DatabaseHealth(store.place, schema, now=now)
    finally:
        await store.close()
