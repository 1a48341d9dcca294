"""Rows for every table there is, made from the types of its columns: a new table is filled without a word here."""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    Time,
    insert,
    text,
)

from store.engine import create_store, open_store
from store.transfer import tables
from store.types import UtcDateTime

_START = datetime(2026, 3, 16, 12, 0, 0, 123_456, tzinfo=UTC)


async def filled(url: str, rows: int) -> None:
    """Put `rows` rows into every table."""
    store = await open_store(url)
    async with store.connection() as connection:
        for table in tables():
            await connection.execute(insert(table), list(itertools.islice(_rows(table), rows)))
    await store.close()


async def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a database, table by table, in an order that is the same everywhere."""
    store = await open_store(url)
    async with store.snapshot() as connection:
        rows = {
            table.name: sorted((tuple(row) for row in await connection.execute(table.select())), key=repr)
            for table in tables()
        }
    await store.close()
    return rows


async def execute(url: str, *statements: str) -> None:
    """Run SQL as it is written."""
    store = create_store(url)
    async with store.connection() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await store.close()


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    allowed = _allowed(table)
    for number in itertools.count(1):
        yield {column.name: _value(column, number, allowed.get(column.name)) for column in table.columns}


def _value(column: Column[Any], number: int, allowed: list[str] | None) -> object:
    if column.nullable and number % 3 == 0:
        return None
    if allowed:
        return allowed[number % len(allowed)]
    match column.type:
        case UtcDateTime():
            return _START + timedelta(hours=number)
        case Boolean():
            return number % 2 == 0
        case Integer() | BigInteger():
            return number
        case Float():
            return number / 7
        case Date():
            return date(2026, 1, 1) + timedelta(days=number)
        case Time():
            return time(number % 24, number % 60, 0, number % 1_000_000)
        case LargeBinary():
            return bytes([number % 256, 0, 255]) * (number % 5)
    return f"{column.name} {number}: naïve 'quotes' \"and\" 数据 {{\\}}"


def _allowed(table: Table) -> dict[str, list[str]]:
    """The values that a check constraint lists for a column."""
    found = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            named = re.match(r"(\w+) IN \((.*)\)$", str(constraint.sqltext))
            if named:
                found[named[1]] = re.findall(r"'([^']*)'", named[2])
    return found
