"""Whole tables from one database to another, whatever kind each is, with the numbers they gave out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import StoreError
from store.canonical import STREAMED, TableProof, Tell, count_rows, prove, stream_rows
from store.tables import metadata

Put = Callable[[Table, Sequence[dict[str, Any]]], Awaitable[None]]


BATCH_BYTES = 4 << 20

SEEDED = "counters"
"""The one table that has rows in a database that is new."""


def tables() -> list[Table]:
    """Every table of Paperboy; one that refers to another comes after it."""
    return list(metadata.sorted_tables)


async def counts(connection: AsyncConnection) -> dict[str, int]:
    return {table.name: await count_rows(connection, table) for table in tables()}


async def copy_rows(
    source: AsyncConnection, put: Put, tell: Tell, total: int, there: Mapping[str, int] | None = None
) -> None:
    """Hand every row of `source` to `put`, table by table in the order of the primary key; of each table the first
    `there` rows are left out."""
    done = 0
    for table in tables():
        names = [column.name for column in table.columns]
        skip = (there or {}).get(table.name, 0)
        done += skip
        async for rows in _gathered(stream_rows(source, table, skip)):
            await put(table, [dict(zip(names, row, strict=True)) for row in rows])
            done += len(rows)
            tell(f"moving {table.name}", done, total)


async def _gathered(some: AsyncIterator[list[tuple[Any, ...]]]) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Batches that are worth a transaction: a thousand rows, or a few megabytes."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    async for more in some:
        rows += more
        size += sum(len(value) for row in more for value in row if isinstance(value, bytes))
        if len(rows) >= STREAMED or size >= BATCH_BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


async def put_rows(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    await connection.execute(insert(table), list(rows))


async def clear(connection: AsyncConnection) -> None:
    """Delete every row."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables())
        await connection.execute(text(f"TRUNCATE {names}"))
        return
    for table in reversed(tables()):
        await connection.execute(table.delete())


async def prove_equal(
    source: AsyncConnection, target: AsyncConnection, tell: Tell, total: int
) -> tuple[list[TableProof], list[str]]:
    """Read both whole: the proof of each table of the target, and the names of the tables that differ."""
    proofs, differing = [], []
    done = 0
    for table in tables():
        tell(f"checking {table.name}", done, total)
        there, here = await prove(target, table), await prove(source, table)
        proofs.append(there)
        if there != here:
            differing.append(table.name)
        done += here.rows
    tell("checked", total, total)
    return proofs, differing


async def last_ids(connection: AsyncConnection) -> dict[str, int]:
    """The highest number that each table which numbers its rows has given out, deleted rows included where the
    database remembers them."""
    return {
        table.name: max(await _highest(connection, table, column), await _given_out(connection, table, column))
        for table in tables()
        if (column := table.autoincrement_column) is not None
    }


async def set_last_ids(connection: AsyncConnection, ids: Mapping[str, int]) -> None:
    """Let the next row of each table get the number after its last: rows that came with theirs did not count. And let
    PostgreSQL look at what came, so that it plans well from the start."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("ANALYZE"))
    for table in tables():
        column = table.autoincrement_column
        last = ids.get(table.name, 0)
        if column is None:
            continue
        if connection.dialect.name == "postgresql":
            moved = text("SELECT setval(pg_get_serial_sequence(:table, :column), :value, :called)")
            values = {"table": table.name, "column": column.name, "value": max(last, 1), "called": last > 0}
            await connection.execute(moved, values)
        elif _remembers(table):
            await connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            kept = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)")
            await connection.execute(kept, {"name": table.name, "seq": last})


async def _highest(connection: AsyncConnection, table: Table, column: Column[Any]) -> int:
    return int((await connection.execute(select(func.max(column)).select_from(table))).scalar_one() or 0)


async def _given_out(connection: AsyncConnection, table: Table, column: Column[Any]) -> int:
    if connection.dialect.name == "postgresql":
        named = text("SELECT pg_get_serial_sequence(:table, :column)")
        sequence = (await connection.execute(named, {"table": table.name, "column": column.name})).scalar_one()
        # The sequence's name is the server's own word, quoted where it needs it.
        asked = text(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
        value, called = (await connection.execute(asked)).one()
        return int(value) if called else int(value) - 1
    if not _remembers(table):
        return 0
    kept = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int((await connection.execute(kept, {"name": table.name})).scalar_one_or_none() or 0)


def _remembers(table: Table) -> bool:
    """Whether SQLite keeps the highest number that the table gave out."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def unequal(place: str, differing: Sequence[str], advice: str) -> StoreError:
    return StoreError(f"What arrived in {place} is not what was read ({', '.join(differing)} differ): {advice}.")
