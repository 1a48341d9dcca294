"""Rows as bytes that are the same on both databases, and a table's checksum made of them."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import blake2b
from typing import Any

from sqlalchemy import LargeBinary, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.types import to_microseconds

_BITS = 128

Tell = Callable[[str, int, int], None]
"""Called with (what is done, how much of it, of how much) while long work goes on."""

STREAMED = 1_000
"""Rows that are read at once."""
STREAMED_LARGE = 20
"""The same of a table with binary columns: a segment of the term index may take megabytes."""


@dataclass(frozen=True, slots=True)
class TableProof:
    """How many rows a table has, and a checksum (hexadecimal) that no order of rows or columns changes."""

    table: str
    rows: int
    checksum: str


class Checksum:
    """The sum of the hashes of rows, modulo 2^128: databases need not agree on how text is sorted."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._order = sorted(range(len(columns)), key=columns.__getitem__)
        self._start = blake2b("\0".join(sorted(columns)).encode(), digest_size=_BITS // 8)
        self._sum = 0
        self.rows = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Count rows in, their values in the order of the columns given."""
        for row in rows:
            hashed = self._start.copy()
            hashed.update(b"".join([_encoded(row[at]) for at in self._order]))
            self._sum += int.from_bytes(hashed.digest(), "big")
            self.rows += 1

    def proof(self, table: str) -> TableProof:
        return TableProof(table, self.rows, f"{self._sum % (1 << _BITS):0{_BITS // 4}x}")


def _encoded(value: object) -> bytes:
    """A value with its kind and length, so that no two rows run together into the same bytes."""
    match value:
        case None:
            return b"n"
        case bool() | int():
            kind, body = b"i", str(int(value)).encode()
        case str():
            kind, body = b"s", value.encode("utf-8", "surrogatepass")
        case bytes() | memoryview():
            kind, body = b"b", bytes(value)
        case datetime():
            kind, body = b"i", str(to_microseconds(value)).encode()
        case date():
            kind, body = b"d", value.isoformat().encode()
        case time():
            kind, body = b"t", value.isoformat("microseconds").encode()
        case float():
            kind, body = b"f", value.hex().encode()
        case _:
            raise TypeError(f"no canonical form for {type(value).__name__}")
    return b"%b%d:%b" % (kind, len(body), body)


async def stream_rows(connection: AsyncConnection, table: Table, skip: int = 0) -> AsyncIterator[list[tuple[Any, ...]]]:
    """The rows of a table in the order of its primary key, some at a time, without the first `skip`."""
    large = any(isinstance(column.type, LargeBinary) for column in table.columns)
    chosen = select(table).order_by(*table.primary_key.columns).offset(skip)
    size = STREAMED_LARGE if large else STREAMED
    async with connection.stream(chosen.execution_options(yield_per=size)) as result:
        async for rows in result.partitions():
            yield [tuple(row) for row in rows]


async def count_rows(connection: AsyncConnection, table: Table) -> int:
    return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def prove(connection: AsyncConnection, table: Table) -> TableProof:
    """Read a whole table and sum it up."""
    checksum = Checksum([column.name for column in table.columns])
    async for rows in stream_rows(connection, table):
        checksum.add(rows)
    return checksum.proof(table.name)
