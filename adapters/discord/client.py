"""The discord.py client: where it connects to, what it asks to hear of, over how many connections."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord
import yarl
from discord import app_commands
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

LONGEST_WAIT_S = 30.0
"""A rate limit that lasts longer is not waited for here: who sent the message tries again later."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses other than Discord's own; an empty one stands for Discord's."""

    api: str = ""
    gateway: str = ""
    cdn: str = ""


def intents_for(*, link_cards: bool) -> discord.Intents:
    """What Paperboy hears of: where it is, reactions to messages, what is said to it directly; and, privileged, what is
    posted in channels, only if link cards are on."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.reactions = True
    intents.dm_messages = True
    if link_cards:
        intents.guild_messages = True
        intents.message_content = True
    return intents


class Client(discord.Client):
    """One connection. `prepare` is awaited once Discord knows us, before the gateway is opened; `tree` holds the
    commands, where there are any."""

    tree: app_commands.CommandTree[discord.Client] | None = None
    prepare: Callable[[], Awaitable[None]] | None = None

    async def setup_hook(self) -> None:
        if self.prepare is not None:
            await self.prepare()


class ShardedClient(Client, discord.AutoShardedClient):
    """As many connections as are asked for, or as Discord advises."""


def make_client(endpoints: Endpoints, *, shards: int | None = 1, link_cards: bool = False) -> Client:
    """A client that is not logged in yet. `shards` None stands for as many as Discord advises.

    discord.py keeps addresses for the whole process, so the endpoints are those of every client from here on.
    """
    # Nobody is missing the libraries for it here.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    if endpoints.api:
        Route.BASE = endpoints.api.rstrip("/")
    if endpoints.gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(endpoints.gateway)
    if endpoints.cdn:
        Asset.BASE = endpoints.cdn.rstrip("/")
    intents = intents_for(link_cards=link_cards)
    mentions = discord.AllowedMentions.none()
    if shards == 1:
        return Client(
            intents=intents, allowed_mentions=mentions, max_messages=None, max_ratelimit_timeout=LONGEST_WAIT_S
        )
    return ShardedClient(
        intents=intents,
        allowed_mentions=mentions,
        max_messages=None,
        max_ratelimit_timeout=LONGEST_WAIT_S,
        shard_count=shards,
    )
