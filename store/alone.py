"""A store that nobody else may use meanwhile: what moves or replaces all of it must not miss a late write."""

import asyncio
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import exc, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Progress, StoreError
from store.engine import APPLICATION_NAME, SqlStore, create_store
from store.migrate import HEAD, MOVING, revision
from store.transfer import tables

_IN_USE = (
    "The database {place} is in use: stop every Paperboy on it (`paperboy run`, `worker`, `chat`, on every machine) "
    "and try again."
)
_SQLITE_BUSY = frozenset({5, 6})
LOCK_WAIT_S = 4
TRIES = 10
PAUSE_S = 0.2


class _InUseError(StoreError):
    """Somebody else has the database open."""


async def open_alone(url: str) -> SqlStore:
    """The store at `url` as it stands, nothing migrated. Raises StoreError where a Paperboy is using it.

    On SQLite nobody else gets in until it is closed; on PostgreSQL `lock_tables` keeps writers out of a transaction.
    One that was stopped just now may still be on its way out: that is waited for.
    """
    for _ in range(TRIES):
        with suppress(_InUseError):
            return await _open_alone(url)
        await asyncio.sleep(PAUSE_S)
    return await _open_alone(url)


async def _open_alone(url: str) -> SqlStore:
    store = create_store(url, alone=True)
    try:
        async with store.connection() as connection:
            if not store.is_sqlite and await _others(connection):
                raise _InUseError(_IN_USE.format(place=store.place))
    except StoreError as error:
        await store.close()
        if _is_busy(error):
            raise _InUseError(_IN_USE.format(place=store.place)) from error
        raise
    except BaseException:
        await store.close()
        raise
    return store


async def open_source(url: str, progress: Progress | None = None) -> SqlStore:
    """A store with something in it, alone and at the schema of this program. Raises StoreError, also where there is
    none at `url`."""
    if not is_there(url):
        raise StoreError(f"There is no database {make_url(url).database}: check the URL.")
    store = await open_alone(url)
    try:
        async with store.connection() as connection:
            if await revision(connection) is None:
                raise StoreError(f"The database {store.place} holds no Paperboy: check the URL.")
        await store.migrate(progress)
    except BaseException:
        await store.close()
        raise
    return store


def is_there(url: str) -> bool:
    """False for a SQLite file that does not exist: opening it would make it."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        return True  # opening it says what is wrong with the URL
    return parsed.get_backend_name() != "sqlite" or not parsed.database or Path(parsed.database).is_file()


def identity(url: str) -> str:
    """The same for every way to write the URL of one database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database or "").resolve())
    host = parsed.host or parsed.query.get("host") or "localhost"
    return f"{host}:{parsed.port or 5432}/{parsed.database}"


async def lock_tables(connection: AsyncConnection) -> None:
    """Let nobody write until this transaction ends; on SQLite it is so already. A table that somebody goes on writing
    to is an error soon."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables())
        # Not at once: autovacuum has such a lock too, and gives it up after a second to who waits for it.
        await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT_S}s'"))
        await connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


def moving(source_url: str) -> str:
    """What stands for the revision of a database while it is filled from another: its schema, a mark of the source."""
    return f"{MOVING}{HEAD} {blake2b(identity(source_url).encode(), digest_size=8).hexdigest()}"


async def _others(connection: AsyncConnection) -> bool:
    """Whether another session of a Paperboy is connected to this database."""
    sessions = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND application_name LIKE :names"
    )
    return bool((await connection.execute(sessions, {"names": f"{APPLICATION_NAME}%"})).scalar_one())


def _is_busy(error: StoreError) -> bool:
    cause = error.__cause__
    said = cause.orig if isinstance(cause, exc.DBAPIError) else cause
    code = getattr(said, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _SQLITE_BUSY
