"""Who acts, and who else sees it."""

import discord

from bot.domain.chat import Address
from bot.domain.person import Account

PLATFORM = "discord"


def account_of(user_id: int) -> Account:
    return Account(PLATFORM, str(user_id))


def channel_account(channel_id: int) -> Account:
    """A channel as a reader of its own."""
    return Account(PLATFORM, str(channel_id), kind="channel")


def address_of(channel_id: int) -> Address:
    return Address(PLATFORM, str(channel_id))


def is_alone(interaction: discord.Interaction) -> bool:
    """Whether nobody else reads there: the conversation with Paperboy, not one between people."""
    return interaction.guild_id is None and interaction.context.dm_channel


def is_theirs(interaction: discord.Interaction) -> bool:
    """Whether the message that was pressed on is for the one who pressed: seen by nobody else, or asked for by them."""
    asked = interaction.message.interaction_metadata if interaction.message else None
    return is_seen_by_nobody_else(interaction) or (asked is not None and asked.user.id == interaction.user.id)


def is_seen_by_nobody_else(interaction: discord.Interaction) -> bool:
    message = interaction.message
    return message is not None and (message.flags.ephemeral or is_alone(interaction))
