"""The few places where the two databases need different words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    Table,
    any_,
    bindparam,
    column,
    exc,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import counters, people

T = TypeVar("T")

_HELD = select(literal(1)).where(people.c.id == bindparam("person")).with_for_update(read=True, key_share=True)

IN_LIST = 5_000
"""How many values go into one IN list: well under SQLite's 32,766 bound variables."""


def upsert_into(connection: AsyncConnection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that knows ON CONFLICT, in the dialect of the connection."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def chunks(values: Sequence[T], size: int = IN_LIST) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def among(connection: AsyncConnection, place: Column[int], values: Sequence[int]) -> ColumnElement[bool]:
    """`place IN values` for thousands of them: PostgreSQL gets one array, which saves naming each."""
    if connection.dialect.name == "sqlite":
        return place.in_(values)
    return place == any_(bindparam(None, list(values), type_=postgresql.ARRAY(BigInteger)))


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(table), list(rows))


async def update_many(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *conditions: ColumnElement[bool],
    also: Mapping[str, Any] | None = None,
) -> int:
    """Change thousands of rows, each known by its `id` and given the values it names (all rows name the same), where
    `conditions` hold; `also` is what all of them are given. How many it was."""
    changed = 0
    for chunk in chunks(rows):
        told, parameters = told_rows(connection, table, chunk)
        new = {name: told[name] for name in chunk[0] if name != "id"}
        statement = update(table).where(table.c.id == told["id"], *conditions).values({**new, **(also or {})})
        done: Any = await connection.execute(statement, parameters)
        changed += done.rowcount
    return changed


def told_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, ColumnElement[Any]], list[dict[str, Any]] | None]:
    """Thousands of rows as something a statement reads: a column of each name, of the type it has in `table`, and what
    to execute the statement with.

    SQLite runs a prepared statement for each row. PostgreSQL gets one array for each column, which saves it planning
    and answering a statement a row.
    """
    types = {name: table.c[name].type for name in rows[0]}
    if connection.dialect.name == "sqlite":
        told: dict[str, ColumnElement[Any]] = {name: bindparam(f"new_{name}", type_=types[name]) for name in types}
        return told, [{f"new_{name}": value for name, value in row.items()} for row in rows]
    arrays = [
        bindparam(f"all_{name}", [row[name] for row in rows], type_=postgresql.ARRAY(kind))
        for name, kind in types.items()
    ]
    columns = [column(name, kind) for name, kind in types.items()]
    table_of_rows = func.unnest(*arrays).table_valued(*columns, name="told").render_derived()
    return {name: table_of_rows.c[name] for name in types}, None


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
    return (await connection.execute(_HELD, {"person": person_id})).first() is not None
