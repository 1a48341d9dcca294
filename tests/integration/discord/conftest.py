"""Paperboy whole, on simcord's Discord: discord.py is the real one, the core is, the store is SQLite."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from adapters.chat.inside import Forgetful
from adapters.discord import DiscordAdapter, Inside
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.domain.chat import Incoming, Message
from bot.usecases.suggest import suggest
from store.engine import open_store
from tests.fakes import FakeClock
from tests.integration.world import World, library, open_world


@dataclass
class Simulated:
    """A server with a channel and two people in it; `heard` is everything that reached the core,
    `answer` what to say in its place."""

    env: simcord.Env
    world: World
    adapter: DiscordAdapter
    channel: Any
    ada: Any
    ben: Any
    heard: list[Incoming] = field(default_factory=list)
    answer: Message | None = None

    async def restart(self) -> None:
        """The bot process ends and another one comes up; Discord keeps what was written."""
        await self.env.restart_bot(self.adapter.client_for(self.handle))

    async def handle(self, incoming: Incoming) -> Message:
        self.heard.append(incoming)
        if self.answer is not None:
            return self.answer
        return await Dispatcher(self.world.context).handle(incoming)


@pytest.fixture
async def sim(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Simulated]:
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path}/paperboy.db")
    try:
        async with open_world(store, tmp_path / "search", clock) as world:
            await library(world)
            inside = Inside(COMMANDS, Forgetful(), partial(suggest, world.context))
            adapter = DiscordAdapter("token", inside)
            simulated = Simulated(None, world, adapter, None, None, None)  # type: ignore[arg-type]
            env = simcord.Env(adapter.client_for(simulated.handle))
            await env.start()
            try:
                guild = env.create_guild()
                simulated.env, simulated.channel = env, guild.create_text_channel("papers")
                simulated.ada = guild.add_member(env.create_user("ada"))
                simulated.ben = guild.add_member(env.create_user("ben"))
                yield simulated
            finally:
                await env.shutdown()
            env.raise_errors()
    finally:
        await store.close()


def texts(message: Any) -> str:
    """Every word that a message shows."""
    return "\n".join(part for component in message.components for part in _texts(raw(component)))


def custom_ids(message: Any) -> list[str]:
    """What its controls carry, in order."""
    return [found for component in message.components for found in _ids(raw(component))]


def raw(component: Any) -> dict[str, Any]:
    return component if isinstance(component, dict) else component.to_dict()


def _texts(component: dict[str, Any]) -> list[str]:
    own = [component[key] for key in ("content", "label", "placeholder") if component.get(key)]
    return own + [text for child in component.get("components", ()) for text in _texts(child)]


def _ids(component: dict[str, Any]) -> list[str]:
    own = [component["custom_id"]] if "custom_id" in component else []
    return own + [found for child in component.get("components", ()) for found in _ids(child)]


def sent_by_paperboy(channel: Any, viewer: Any = None) -> list[discord.Message]:
    """What stands in a channel of ours, as the viewer sees it."""
    return [message for message in channel.history(viewer=viewer) if message.author.bot]
