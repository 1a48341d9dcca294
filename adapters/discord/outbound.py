"""A platform-neutral message as Discord messages."""

import discord

from adapters.discord.payload import Payload
from bot.domain.chat import Message, Text


def messages(message: Message, token: str = "") -> list[Payload]:
    """The Discord messages that say it, in order. With a token, the last of them carries it in the custom_id of a
    component (`token_in`), by which it is found again; the token is at most 25 characters."""
    words = "\n\n".join(block.text for block in message.blocks if isinstance(block, Text))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(discord.utils.escape_markdown(words)[:4000] or "…"))
    if token:
        row: discord.ui.ActionRow[discord.ui.LayoutView] = discord.ui.ActionRow()
        row.add_item(discord.ui.Button(label="Status", custom_id=f"status:{token}"))
        view.add_item(row)
    return [Payload(view)]


def token_in(custom_id: str) -> str:
    """The token that a component of `messages` carries, empty if none."""
    return custom_id.rpartition(":")[2]
