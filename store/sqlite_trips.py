"""A SQLite connection that goes to its thread once a statement.

Every connection of aiosqlite has a thread, and every call on it is a trip there and back: a cursor, the statement, its
rows, the end of the cursor. With many people waiting these trips are most of what a transaction costs, so here a
statement and its first rows are one.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import aiosqlite

FIRST_ROWS, FIRST_BYTES = 1_000, 2**20
"""What comes with the statement at the most, if all rows are as long as the first; who asks for more goes again."""

_CHUNK = 64


class Connection(aiosqlite.Connection):
    """aiosqlite's, with cursors of its own for SQLAlchemy's dialect."""

    def __init__(self, path: str) -> None:
        super().__init__(partial(sqlite3.connect, path), _CHUNK)
        self.is_away = False
        """Whether something is under way: also what nobody waits for any more, and what failed."""
        self.beginning = ""
        """The statement that begins a transaction: it goes along with the transaction's first."""

    def cursor(self) -> "Cursor":  # type: ignore[override]
        return Cursor(self)

    async def in_thread(self, work: Callable[..., None], *arguments: Any) -> None:
        self.is_away = True
        await self._execute(work, *arguments)  # type: ignore[no-untyped-call]
        self.is_away = False

    async def commit(self) -> None:
        self.beginning = ""
        if self._conn.in_transaction:
            await self.in_thread(self._conn.commit)

    async def rollback(self) -> None:
        # SQLAlchemy asks for it behind every transaction, one that was committed too.
        self.beginning = ""
        if self.is_away or self._conn.in_transaction:
            await self.in_thread(self._conn.rollback)

    def take_beginning(self) -> str:
        """For the first statement of a transaction, as it sets out: a rollback that overtakes it must not take it."""
        beginning, self.beginning = self.beginning, ""
        return beginning

    @property
    def driver(self) -> sqlite3.Connection:
        """For the thread alone."""
        return self._conn


class Cursor:
    """As much of a cursor as SQLAlchemy's dialect asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> "Cursor":
        await self._connection.in_thread(self._execute, self._connection.take_beginning(), operation, parameters)
        return self

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> "Cursor":
        await self._connection.in_thread(self._execute_many, self._connection.take_beginning(), operation, parameters)
        return self

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        size = size or self.arraysize
        if self._open is not None and len(self._rows) < size:
            await self._connection.in_thread(self._fetch, size - len(self._rows))
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        if self._open is not None:
            await self._connection.in_thread(self._fetch, None)
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []
        # Whoever waited for a trip may have been called off: what it opens is closed behind it.
        if self._open is not None or self._connection.is_away:
            await self._connection.in_thread(self._end)

    def _execute(self, beginning: str, operation: str, parameters: Sequence[Any]) -> None:
        self._begin(beginning)
        self._take(self._connection.driver.execute(operation, parameters))

    def _execute_many(self, beginning: str, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._begin(beginning)
        self._take(self._connection.driver.executemany(operation, parameters))

    def _begin(self, beginning: str) -> None:
        if beginning:
            self._connection.driver.execute(beginning)

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self._open = cursor
        self.description = cursor.description
        self._fetch(1)
        if self._open is not None:
            length = sum(len(value) for value in self._rows[0] if isinstance(value, str | bytes))
            self._fetch(min(FIRST_ROWS, FIRST_BYTES // (length + 1)))

    def _fetch(self, count: int | None) -> None:
        """Read on; where there are no more rows the statement ends, as none may stay open behind its transaction."""
        assert self._open is not None
        if count == 0:
            return  # of the driver's cursor, none would be all
        rows = self._open.fetchall() if count is None else self._open.fetchmany(count)
        self._rows += rows
        if count is None or len(rows) < count:
            self._end()

    def _end(self) -> None:
        if self._open is not None:
            self.rowcount = self._open.rowcount
            self.lastrowid = self._open.lastrowid
            self._open.close()
            self._open = None
