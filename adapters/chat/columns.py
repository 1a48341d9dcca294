"""A table in columns, for where letters are all of one width."""

from collections.abc import Callable

from adapters.chat.wording import cut
from bot.domain.chat import Table

_CELL = 32


def columns(table: Table, cell: Callable[[str], str]) -> list[str]:
    """Its lines; `cell` makes one line of text safe. None where there is nothing in it."""
    rows = [[cut(cell(each), _CELL) for each in row] for row in (table.head, *table.rows)]
    count = max(map(len, rows), default=0)
    rows = [row + [""] * (count - len(row)) for row in rows]
    widths = [max(len(row[at]) for row in rows) for at in range(count)]
    aligned = ["  ".join(each.ljust(size) for each, size in zip(row, widths, strict=True)).rstrip() for row in rows]
    return aligned if any(aligned) else []


def is_named(table: Table) -> bool:
    """Whether it is a list of names with what belongs to each, rather than a table."""
    return len(table.head) == 2 and not any(table.head)
