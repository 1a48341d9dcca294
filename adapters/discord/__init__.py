"""Discord: slash commands, buttons, cards, and digests sent unasked."""

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.client import Endpoints
from adapters.discord.inside import Forgetful, Inside

__all__ = ["DiscordAdapter", "Endpoints", "Forgetful", "Inside"]
