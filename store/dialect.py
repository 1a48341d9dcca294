"""The few places where the two databases need different words."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, Table, bindparam, exc, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import counters, people

T = TypeVar("T")

IN_LIST = 5_000
"""How many values go into one IN list: well under SQLite's 32,766 bound variables."""


def upsert_into(connection: AsyncConnection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that knows ON CONFLICT, in the dialect of the connection."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def chunks(values: Sequence[T], size: int = IN_LIST) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(table), list(rows))


async def binary_rows(connection: AsyncConnection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT on PostgreSQL, in its binary format: bytes come as they are instead of as hexadecimal
    digits, which takes half the time for many of them. Values are the driver's, column types do not see them."""
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    driver: Any = (await connection.get_raw_connection()).driver_connection
    async with driver.cursor(binary=True) as cursor:
        try:
            await cursor.execute(compiled.string, compiled.params)
            return list(await cursor.fetchall())
        except driver.Error as error:
            raise exc.OperationalError(compiled.string, None, error) from error


async def advance(connection: AsyncConnection, counter: str, by: int = 0) -> int:
    """Raise a counter and return its new value. Its row stays locked until the transaction ends."""
    changed = (
        update(counters)
        .where(counters.c.name == counter)
        .values(value=counters.c.value + bindparam("by", by))
        .returning(counters.c.value)
    )
    return int((await connection.execute(changed)).scalar_one())


async def person_exists(connection: AsyncConnection, person_id: int) -> bool:
    """Whether the person is there; if so, nobody can erase them before this transaction ends."""
    held = select(literal(1)).where(people.c.id == person_id).with_for_update(read=True, key_share=True)
    return (await connection.execute(held)).first() is not None
