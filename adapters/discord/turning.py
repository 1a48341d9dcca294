"""Long answers in words: one page at a time, with buttons that turn to the others."""

from collections.abc import Sequence

import discord

from adapters.discord.cards import Row
from adapters.discord.custom_ids import custom_id, fits
from adapters.discord.payload import Payload

REPEATABLE = frozenset({"help", "interests", "profile", "status", "why", "digest show"})
"""Commands that change nothing: a page of their answer is found by asking again."""


def at_page(payloads: Sequence[Payload], at: int, command: str) -> Payload:
    """The page of an answer to `command`, the nearest there is; without buttons where the command is too long."""
    at = min(max(at, 0), len(payloads) - 1)
    payload = payloads[at]
    if fits("text", f"{len(payloads)}/{command}"):
        row: Row = discord.ui.ActionRow()
        back, on = custom_id("text", f"{at - 1}/{command}"), custom_id("text", f"{at + 1}/{command}")
        row.add_item(discord.ui.Button(emoji="◀️", custom_id=back, disabled=at == 0))
        here = f"{at + 1} of {len(payloads)}"
        row.add_item(discord.ui.Button(label=here, custom_id=custom_id("text", "here"), disabled=True))
        row.add_item(discord.ui.Button(emoji="▶️", custom_id=on, disabled=at + 1 == len(payloads)))
        payload.view.add_item(row)
    return payload
