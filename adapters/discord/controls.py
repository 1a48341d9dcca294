"""Rows of buttons: commands, and turning pages."""

from collections.abc import Callable, Sequence

import discord

from adapters.discord.cards import Row
from adapters.discord.custom_ids import custom_id, fits
from bot.domain.chat import Button

IN_A_ROW = 5
MOST_ROWS = 2
_LABEL = 80


def button_rows(buttons: Sequence[Button], token: str, kind: str) -> list[Row]:
    """The buttons in rows; `kind` is `do` or `in` (custom_ids). One whose command is too long to carry, or that another
    one says already, is left out."""
    said: dict[str, Button] = {}
    for button in buttons:
        if button.command and fits(kind, button.command):
            said.setdefault(button.command, button)
    shown = list(said.values())[: IN_A_ROW * MOST_ROWS]
    rows: list[Row] = []
    for first in range(0, len(shown), IN_A_ROW):
        row: Row = discord.ui.ActionRow()
        for button in shown[first : first + IN_A_ROW]:
            carried = custom_id(kind, button.command, token)
            row.add_item(discord.ui.Button(label=button.label[:_LABEL] or "…", custom_id=carried))
        rows.append(row)
    return rows


def turning_row(at: int, count: int, carried: Callable[[str], str]) -> Row:
    """Back, where one is, and on, at place `at` of `count`; `carried` makes the custom_id for a place, or "here"."""
    row: Row = discord.ui.ActionRow()
    row.add_item(discord.ui.Button(emoji="◀️", custom_id=carried(str(at - 1)), disabled=at <= 0))
    row.add_item(discord.ui.Button(label=f"{at + 1} of {count}", custom_id=carried("here"), disabled=True))
    row.add_item(discord.ui.Button(emoji="▶️", custom_id=carried(str(at + 1)), disabled=at + 1 >= count))
    return row
