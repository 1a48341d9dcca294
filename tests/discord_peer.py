"""A Discord adapter on the fake Discord, for tests."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.chat.inside import Forgetful, LinkCards
from adapters.discord import DiscordAdapter, Endpoints, Inside
from bot.commands import COMMANDS
from bot.domain.chat import Handler, Incoming, Message
from bot.evaluation.fake_discord import FakeDiscord
from bot.evaluation.fake_discord_server import DiscordServer, running_discord


class CountingAdapter(DiscordAdapter):
    """Counts what was asked of the handler."""

    heard = 0

    async def run(self, handle: Handler) -> None:
        async def counted(incoming: Incoming) -> Message:
            self.heard += 1
            return await handle(incoming)

        await super().run(counted)


class Peer:
    """The fake, its server, and an adapter that talks to it."""

    def __init__(
        self, fake: FakeDiscord, server: DiscordServer, links: LinkCards | None = None, **options: Any
    ) -> None:
        self.fake = fake
        self.server = server
        self.memory = Forgetful()
        self.inside = Inside(COMMANDS, self.memory, links=links)
        self.endpoints = Endpoints(server.api_url, server.gateway_url, f"{server.url}/cdn")
        self.adapter = self.another(**options)

    def another(self, *, token: str = "", **options: Any) -> CountingAdapter:
        return CountingAdapter(token or self.fake.token, self.inside, endpoints=self.endpoints, **options)


@asynccontextmanager
async def discord_peer(
    fake: FakeDiscord | None = None, *, channels: tuple[int, ...] = (), **options: Any
) -> AsyncIterator[Peer]:
    """A peer to the end of the block; discord.py's addresses are put back then."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE
    fake = fake or FakeDiscord(time.time)
    try:
        async with running_discord(fake, channels=channels) as server:
            peer = Peer(fake, server, **options)
            try:
                yield peer
            finally:
                await peer.adapter.close()
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = before


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that is bound to happen; the test's own time limit is the end of patience."""
    while not true():  # noqa: ASYNC110 -- what is waited for happens on the other side of a socket
        await asyncio.sleep(0.01)
