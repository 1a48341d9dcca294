"""What people type, press and choose on Discord, on its way to the handler and back."""

import discord
from discord import app_commands

from adapters.discord.inside import Inside
from bot.domain.chat import Handler


def attach(client: discord.Client, inside: Inside, handle: Handler) -> app_commands.CommandTree:
    """Make the client answer everything that people do, by `handle`; the tree of its commands, not registered yet.

    Every command goes through `asking.ask`, which knows who speaks and where; those of `speaking.FOR_CHANNEL` have an
    option `channel` besides, for the people who manage it. `typed` answers texts (and has `on_message`).

    Who speaks is Account("discord", user id). A place is Address("discord", channel id); a conversation with Paperboy
    alone is `direct(account)`, since digests come to that address. A channel with interests of its own is
    Account("discord", channel id, kind="channel"), with Address("discord", channel id).
    """
    return app_commands.CommandTree(client)
