"""The fake Discord as `paperboy bench discord` uses it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.person import Account
from bot.evaluation.chat_bench import Stage
from bot.evaluation.fake_discord import TOKEN, FakeDiscord, Interaction, message_fields
from bot.evaluation.fake_discord_server import DiscordServer, running_discord
from bot.evaluation.payload_texts import strings_in

CHANNEL = 8_000


@dataclass(frozen=True, slots=True)
class DiscordStage:
    """Implements bot.evaluation.chat_bench.Stage."""

    server: DiscordServer

    @property
    def ready(self) -> asyncio.Event:
        return self.server.ready

    @property
    def press_s(self) -> float:
        return 1.0

    def account(self, reader: int) -> Account:
        return Account("discord", str(reader))

    def variables(self) -> Mapping[str, str]:
        return {
            "PAPERBOY_DISCORD_TOKEN": TOKEN,
            "PAPERBOY_DISCORD_API_URL": self.server.api_url,
            "PAPERBOY_DISCORD_GATEWAY_URL": self.server.gateway_url,
        }

    async def recommend(self, reader: int) -> Interaction:
        return await self.server.command(reader, CHANNEL, "recommend")

    def like(self, shown: Interaction) -> Callable[[int], Awaitable[Interaction]]:
        message = message_fields(self.server.fake.new_id(), CHANNEL, shown.responses[-1]["data"])
        button = next(text for text in strings_in(message["components"]) if text.startswith("do:like "))

        async def press(reader: int) -> Interaction:
            return await self.server.press(reader, CHANNEL, message, button)

        return press


@asynccontextmanager
async def discord_stage() -> AsyncIterator[Stage[Interaction]]:
    async with running_discord(FakeDiscord(time.time), channels=[CHANNEL]) as server:
        yield DiscordStage(server)
