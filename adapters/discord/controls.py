"""Rows of buttons that are commands."""

from collections.abc import Sequence

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
