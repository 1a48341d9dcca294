"""Laying text out in cells: wide East-Asian characters count two. Pure."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len, chop_cells, set_cell_size

MIN_WIDTH = 20
_GAP = "  "


def wrap(text: str, width: int, indent: str = "", hanging: str | None = None, least: int = MIN_WIDTH) -> list[str]:
    """One line of text as lines of at most `width` cells, broken at spaces; a longer word is cut.

    `indent` starts the first line, `hanging` (by default the same) the others. A width below `least` counts as that.
    """
    hanging = indent if hanging is None else hanging
    width = max(width, least)
    lines: list[str] = []
    line, empty = indent, True
    for word in text.split():
        if not empty and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line, empty = hanging, True
        # A word of nothing but zero-width characters has no pieces.
        pieces = (chop_cells(word, max(1, width - cell_len(line))) or [word]) if empty else [word]
        for piece in pieces[:-1]:
            lines.append(line + piece)
            line = hanging
        line += pieces[-1] if empty else " " + pieces[-1]
        empty = False
    return [*lines, line] if not empty else lines


def cut(text: str, width: int) -> str:
    """At most `width` cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def align(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> tuple[str, list[str]]:
    """A table's head line and row lines with aligned columns; with a width, the widest columns' cells are wrapped.

    Short rows are filled up with empty cells. A column of nothing but numbers is aligned to the right.
    """
    columns = max([len(head), *(len(row) for row in rows)], default=0)
    table = [[*row, *[""] * (columns - len(row))] for row in (head, *rows)]
    sizes = [max(cell_len(row[place]) for row in table) for place in range(columns)]
    while width is not None and sizes and sum(sizes) + len(_GAP) * (columns - 1) > width and max(sizes) > 4:
        sizes[sizes.index(max(sizes))] -= 1
    right = [bool(rows) and all(_is_number(row[place]) for row in table[1:]) for place in range(columns)]
    lines = [_row_lines(row, sizes, right) for row in table]
    return lines[0][0], [*lines[0][1:], *(line for row in lines[1:] for line in row)]


def _row_lines(row: Sequence[str], sizes: Sequence[int], right: Sequence[bool]) -> list[str]:
    cells = [
        wrap(text, size, least=2) if cell_len(text) > size else [text] for text, size in zip(row, sizes, strict=True)
    ]
    return [
        _GAP.join(_cell(text, size, flush) for text, size, flush in zip(line, sizes, right, strict=True)).rstrip()
        for line in zip_longest(*cells, fillvalue="")
    ] or [""]


def _cell(text: str, size: int, right: bool) -> str:
    text = cut(text, size)
    padding = " " * (size - cell_len(text))
    return padding + text if right else text + padding


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).replace("%", "", 1).lstrip("+-").isdigit()
