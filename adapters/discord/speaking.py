"""Who speaks, and where: a person for themselves, or somebody who may speak for a whole channel."""

from dataclasses import dataclass

import discord

from adapters.chat.commands import BROUGHT_DIRECTLY
from adapters.discord.places import account_of, address_of, channel_account, is_alone
from bot.domain.chat import Address, direct
from bot.domain.person import Account

_NO_CHANNEL = "Only a channel of a server has interests and a digest of its own; here we are alone."
_NOT_YOURS = "That is for people with Manage Channel here. For yourself, give the command without `channel`."
_NOT_THERE = "I am not in this server, so I cannot bring anything to its channels: invite me first."
_LACKING = "To bring digests here I lack: {}. Give them to Paperboy in this channel's settings, under Permissions."


@dataclass(frozen=True, slots=True)
class Speaker:
    account: Account
    address: Address


class NotAllowedError(Exception):
    """Somebody may not speak for this channel; the text says why, for them."""


NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "read_message_history": "Read Message History",
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
"""What Paperboy needs in a channel to bring digests there: discord.py's name -> as Discord's settings call it."""


def speaker_of(interaction: discord.Interaction, command: str, *, for_channel: bool = False) -> Speaker:
    """Who gives the command (its full name, one of FOR_CHANNEL if `for_channel`), and where its answer belongs.

    Raises NotAllowedError.
    """
    if for_channel:
        return _channel(interaction, command)
    account = account_of(interaction.user.id)
    if interaction.channel_id is None or is_alone(interaction) or command in BROUGHT_DIRECTLY:
        return Speaker(account, direct(account))
    return Speaker(account, address_of(interaction.channel_id))


def _channel(interaction: discord.Interaction, command: str) -> Speaker:
    if interaction.guild_id is None or interaction.channel_id is None:
        raise NotAllowedError(_NO_CHANNEL)
    if not interaction.is_guild_integration():
        raise NotAllowedError(_NOT_THERE)
    if not interaction.permissions.manage_channels:
        raise NotAllowedError(_NOT_YOURS)
    missing = [words for name, words in NEEDED.items() if not getattr(interaction.app_permissions, name)]
    if command == "digest subscribe" and missing:
        raise NotAllowedError(_LACKING.format(", ".join(missing)))
    return Speaker(channel_account(interaction.channel_id), address_of(interaction.channel_id))
