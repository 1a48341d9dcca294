"""From a URL to a store that is ready: engines, the settings of each database, migration to head."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.ports import Progress, StoreError, UnitOfWork
from store.errors import store_errors
from store.migrate import is_current, migrate
from store.sqlite_trips import Connection
from store.unit_of_work import SqlUnitOfWork

BUSY_TIMEOUT_S = 10
"""How long a writer waits for other processes that use the SQLite file."""

QUEUE_TIMEOUT_S = 60
"""How long a unit of work waits for its turn behind others of this process."""

APPLICATION_NAME = "paperboy"
"""What PostgreSQL's list of sessions calls ours, or what their names begin with."""

_FORMS = "write sqlite:///path or postgresql://user@host/name"

_SETTINGS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA temp_store = MEMORY",
    # Mapped pages would count as memory of this process: reading every segment maps the whole file.
    "PRAGMA mmap_size = 0",
    # What a person erased must not be left readable in the file.
    "PRAGMA secure_delete = ON",
)
# Taken before the first page is read, it is refused while any other connection, an idle one too, has the file open.
_ALONE = "PRAGMA locking_mode = EXCLUSIVE"
_WRITER_CACHE = "PRAGMA cache_size = -65536"
_READER_SETTINGS = ("PRAGMA cache_size = -16384", "PRAGMA query_only = ON")


class SqlStore:
    """`bot.ports.Store` on SQLite or PostgreSQL. Raises StoreError where the database cannot be used."""

    def __init__(self, reader: AsyncEngine, writer: AsyncEngine, place: str) -> None:
        self._reader = reader
        self._writer = writer
        self._place = place

    @property
    def place(self) -> str:
        """Where it is, for people: a path, or a database and its host; never a password."""
        return self._place

    @property
    def is_sqlite(self) -> bool:
        return self._writer.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        async with self._transaction(self._reader) as connection:
            yield SqlUnitOfWork(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        async with self._transaction(self._writer) as connection:
            yield SqlUnitOfWork(connection)

    async def migrate(self, progress: Progress | None = None) -> None:
        """Bring the schema to head. Of several processes that start at once one does it, the others wait."""
        if await self._is_current():
            return
        if self.is_sqlite:
            with store_errors(self._place):
                await _use_wal(self._writer)
        async with self.connection() as connection:
            await migrate(connection, self._place, progress)

    async def check(self) -> None:
        """See bot.ports.Store."""
        async with self._transaction(self._reader) as connection:
            if not await is_current(connection):
                raise StoreError(
                    f"The schema of the database {self._place} is not this program's: start it again, or update it."
                )

    async def _is_current(self) -> bool:
        """A start on a database that is up to date waits for nobody who writes."""
        try:
            async with self._transaction(self._reader) as connection:
                return await is_current(connection)
        except StoreError:
            return False

    async def close(self) -> None:
        for engine in {self._reader, self._writer}:
            await engine.dispose()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction's bare connection, for what no repository does (migrations)."""
        async with self._transaction(self._writer) as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A reading transaction's bare connection: everything as it was at one moment, whoever writes meanwhile."""
        async with self._transaction(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with store_errors(self._place):
            async with engine.begin() as connection:
                yield connection


def create_store(url: str, *, alone: bool = False) -> SqlStore:
    """The store at `sqlite:///path` or `postgresql://...` (drivers may be named); touches nothing yet.

    With `alone` a SQLite file is used by one connection that keeps everybody else out from its first transaction on.
    Raises StoreError for a URL that is neither.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(f"The database URL cannot be read: {_FORMS}.") from None
    match parsed.drivername:
        case "sqlite" | "sqlite+aiosqlite":
            return _sqlite_store(parsed, alone)
        case "postgresql" | "postgresql+psycopg" | "postgres":
            return _postgresql_store(parsed)
    raise StoreError(f"Databases of the kind {parsed.drivername!r} are not supported: {_FORMS}.")


def libpq_address(url: str) -> str:
    """The address of a PostgreSQL store in the form that libpq, and so every other client, takes."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def open_store(url: str, *, progress: Progress | None = None) -> SqlStore:
    """The store at `url`, migrated to head; `progress` hears of every migration step. Raises StoreError."""
    store = create_store(url)
    try:
        await store.migrate(progress)
    except BaseException:
        await store.close()
        raise
    return store


def _sqlite_store(url: URL, alone: bool) -> SqlStore:
    if not url.database or url.database == ":memory:":
        raise StoreError("Paperboy keeps its database in a file: write sqlite:///path.")
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {path.parent} for the database cannot be made: {error.strerror}.") from error
    async_url = url.set(drivername="sqlite+aiosqlite")
    # One connection writes: whoever wants to write next waits in the pool's queue instead of polling the file.
    connect = partial(_connect, str(path))
    writer = create_async_engine(
        async_url, pool_size=1, max_overflow=0, pool_timeout=QUEUE_TIMEOUT_S, async_creator=connect
    )
    if alone:
        _prepare_sqlite(writer, (_ALONE, *_SETTINGS, _WRITER_CACHE), "BEGIN IMMEDIATE")
        return SqlStore(writer, writer, str(path))
    reader = create_async_engine(
        async_url, pool_size=4, max_overflow=4, pool_timeout=QUEUE_TIMEOUT_S, async_creator=connect
    )
    _prepare_sqlite(writer, (*_SETTINGS, _WRITER_CACHE), "BEGIN IMMEDIATE")
    _prepare_sqlite(reader, (*_SETTINGS, *_READER_SETTINGS), "BEGIN")
    return SqlStore(reader, writer, str(path))


async def _connect(path: str) -> aiosqlite.Connection:
    connection = Connection(path)
    # Every connection has a thread. A daemon does not hold up an exit; one whose connection failed is waited for, since
    # it still has word to send to this event loop, which may end at once.
    thread = connection._thread
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.to_thread(thread.join)
        raise


def _prepare_sqlite(engine: AsyncEngine, settings: tuple[str, ...], begin: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        # The driver's own habit of opening transactions late is turned off: BEGIN is said below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(setting)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        connection.connection.driver_connection.beginning = begin


async def _use_wal(engine: AsyncEngine) -> None:
    """Switch the file to write-ahead logging, which lasts; two processes that both do it may collide."""
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if await _pragma(driver, "PRAGMA journal_mode") == "wal":
            return
        for patience in range(BUSY_TIMEOUT_S * 20, -1, -1):
            try:
                await _pragma(driver, "PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not patience:
                    raise
            await asyncio.sleep(0.05)


async def _pragma(driver: Any, statement: str) -> str:
    async with driver.execute(statement) as cursor:
        return str((await cursor.fetchone())[0])


def _postgresql_store(url: URL) -> SqlStore:
    engine = create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=5,
        max_overflow=5,
        pool_timeout=QUEUE_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args={} if "application_name" in url.query else {"application_name": APPLICATION_NAME},
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    host = url.host or url.query.get("host") or "localhost"
    return SqlStore(reader, engine, f"{url.database} on {host}")
