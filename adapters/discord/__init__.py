"""Discord: slash commands, buttons, cards, and digests sent unasked."""

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.client import Endpoints
from adapters.discord.inside import Inside

__all__ = ["DiscordAdapter", "Endpoints", "Inside"]
