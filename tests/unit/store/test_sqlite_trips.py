"""A statement and its rows are one trip to the connection's thread."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from store.sqlite_trips import FIRST_BYTES, FIRST_ROWS, Connection


class Counted(Connection):
    """Counts its trips."""

    trips = 0

    async def in_thread(self, work: Callable[..., None], *arguments: Any) -> None:
        self.trips += 1
        await super().in_thread(work, *arguments)


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Counted]:
    opened = Counted(str(tmp_path / "some.db"))
    await opened
    await opened.cursor().execute("CREATE TABLE some (number INTEGER PRIMARY KEY, payload BLOB)")
    yield opened
    await opened.close()


async def fill(connection: Counted, count: int, payload: bytes = b"") -> None:
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO some VALUES (?, ?)", [(number, payload) for number in range(count)])
    assert cursor.rowcount == count
    connection.trips = 0


async def test_a_statement_with_its_rows_is_one_trip(connection: Counted) -> None:
    await fill(connection, FIRST_ROWS - 1)
    cursor = await connection.cursor().execute("SELECT number FROM some WHERE number < ?", (3,))
    assert await cursor.fetchall() == [(0,), (1,), (2,)]
    assert [column[0] for column in cursor.description] == ["number"]
    await cursor.close()
    assert connection.trips == 1
    cursor = await connection.cursor().execute("SELECT number FROM some")
    assert len(await cursor.fetchall()) == FIRST_ROWS - 1
    await cursor.close()
    assert connection.trips == 2


async def test_all_rows_come_however_many_they_are(connection: Counted) -> None:
    await fill(connection, 3 * FIRST_ROWS)
    cursor = await connection.cursor().execute("SELECT number FROM some ORDER BY number")
    assert await cursor.fetchone() == (0,)
    assert await cursor.fetchmany(2) == [(1,), (2,)]
    more = await cursor.fetchmany(2 * FIRST_ROWS)
    assert [number for (number,) in more] == list(range(3, 3 + 2 * FIRST_ROWS))
    assert len(await cursor.fetchall()) == FIRST_ROWS - 3
    assert await cursor.fetchone() is None


async def test_of_long_rows_only_as_many_are_read_as_are_asked_for(connection: Counted) -> None:
    await fill(connection, 5, bytes(FIRST_BYTES))
    cursor = await connection.cursor().execute("SELECT payload FROM some")
    assert len(await cursor.fetchmany(2)) == 2
    assert connection.trips == 2, "the second row was not read with the first"
    await cursor.close()
    await connection.cursor().execute("DROP TABLE some")


async def test_what_changed_is_counted_and_what_fails_is_told(connection: Counted) -> None:
    await fill(connection, 3)
    cursor = await connection.cursor().execute("UPDATE some SET payload = ? WHERE number > ?", (b"new", 0))
    assert (cursor.rowcount, cursor.description) == (2, None)
    cursor = await connection.cursor().execute("INSERT INTO some (payload) VALUES (?) RETURNING number", (b"",))
    assert (cursor.lastrowid, await cursor.fetchall()) == (3, [(3,)])
    with pytest.raises(sqlite3.IntegrityError):
        await connection.cursor().execute("INSERT INTO some VALUES (0, NULL)")


async def test_a_statement_that_nobody_waits_for_any_more_is_closed_behind_it(connection: Counted) -> None:
    await fill(connection, 2 * FIRST_ROWS)
    cursor = connection.cursor()
    called_off = asyncio.ensure_future(cursor.execute("SELECT number FROM some"))
    await asyncio.sleep(0)
    called_off.cancel()
    await asyncio.gather(called_off, return_exceptions=True)
    await cursor.close()
    # A statement that is still open would lock the table.
    await connection.cursor().execute("DROP TABLE some")


async def test_a_transaction_called_off_before_its_first_statement_ran_leaves_nothing(connection: Counted) -> None:
    # As the store has it: BEGIN is said, or every statement stands for itself.
    await connection.in_thread(setattr, connection._conn, "isolation_level", None)
    held = threading.Event()

    def wait() -> None:
        held.wait()

    busy = asyncio.ensure_future(connection.in_thread(wait))
    connection.beginning = "BEGIN"
    writing = asyncio.ensure_future(connection.cursor().execute("INSERT INTO some VALUES (1, NULL)"))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    undoing = asyncio.ensure_future(connection.rollback())
    await asyncio.sleep(0)
    held.set()
    await asyncio.gather(busy, undoing)
    assert await (await connection.cursor().execute("SELECT * FROM some")).fetchall() == []
