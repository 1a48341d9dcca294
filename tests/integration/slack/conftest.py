"""Paperboy whole, on the fake Slack: bolt and slack_sdk are the real ones, the core is, the store is SQLite."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.blocks import said_in
from bot.bootstrap.links import ContextLinks
from bot.dispatch import Dispatcher
from bot.domain.chat import Incoming, Message
from bot.domain.feedback import Reaction
from bot.domain.paper import PaperId
from bot.domain.person import Account
from bot.evaluation.fake_reply import Fields
from bot.evaluation.fake_slack import TEAM, FakeSlack
from bot.evaluation.fake_slack_people import Told
from bot.evaluation.fake_slack_server import Delivered
from bot.usecases.home import show_home
from store.engine import open_store
from tests.fakes import FakeClock
from tests.integration.world import World, library, open_world
from tests.slack_peer import Peer, slack_peer

ADA, BEN = "U42", "U43"
HERE = "C1"


@dataclass
class Room:
    """A workspace with a channel and two people in it; `heard` is everything that reached the core, `answer` what to
    say in its place."""

    peer: Peer
    world: World
    heard: list[Incoming] = field(default_factory=list)
    answer: Message | None = None

    @property
    def fake(self) -> FakeSlack:
        return self.peer.fake

    async def handle(self, incoming: Incoming) -> Message:
        self.heard.append(incoming)
        if self.answer is not None:
            return self.answer
        return await Dispatcher(self.world.context).handle(incoming)

    async def tell(self, told: Told) -> Delivered:
        """Tell the app of something, and wait until its work is done."""
        made = await self.peer.server.tell(told)
        while tasks := [task for task in asyncio.all_tasks() if "run_ack_function" in str(task.get_coro())]:
            await asyncio.wait(tasks)
        return made

    async def slash(self, text: str, user: str = ADA, channel: str = HERE) -> list[Fields]:
        """What comes back to its response_url."""
        return (await self.tell(self.peer.people.command(user, channel, text))).responses

    async def answered(self, text: str, user: str = ADA, channel: str = HERE) -> str:
        """The words of a slash command's one answer."""
        (response,) = await self.slash(text, user, channel)
        return said_in(response["blocks"])

    async def write(self, text: str, user: str = ADA, **more: object) -> list[Fields]:
        """What is answered to a message to Paperboy alone."""
        return await self._new(f"D{user[1:]}", self.peer.people.message(user, f"D{user[1:]}", text, team=TEAM, **more))

    async def mention(
        self, text: str, user: str = ADA, channel: str = HERE, thread: str = "", **more: object
    ) -> list[Fields]:
        """What is answered in the channel."""
        return await self._new(channel, self.peer.people.mention(user, channel, text, team=TEAM, thread=thread, **more))

    async def press(self, user: str, channel: str, message: Fields, value: str) -> Delivered:
        return await self.tell(self.peer.people.press(user, channel, message, control(message["blocks"], value)))

    async def press_home(self, user: str, value: str) -> Delivered:
        home = self.home(user)
        return await self.tell(self.peer.people.press_in_view(user, home, control(home["blocks"], value)))

    async def submit(self, user: str, values: Mapping[str, Fields]) -> Delivered:
        """Send the form off that was opened last."""
        filled = {name: {"value": value} for name, value in values.items()}
        return await self.tell(self.peer.people.submit(user, self.fake.opened[-1], filled))

    async def open_home(self, user: str = ADA) -> str:
        """The words of somebody's Home tab."""
        await self.tell(self.peer.people.home_opened(user))
        return said_in(self.home(user)["blocks"])

    def home(self, user: str = ADA) -> Fields:
        return self.fake.homes[TEAM, user]

    async def reactions(self, user: str, paper: str) -> set[str]:
        """What somebody has said of a paper."""
        async with self.world.context.store.read() as uow:
            person = await uow.people.find(Account("slack", user, TEAM))
            found = await uow.papers.find(PaperId(paper))
            if person is None or found is None or found.key is None:
                return set()
            active = await uow.feedback.active(person.id, [found.key])
        return {each.value for each in active.get(found.key, frozenset[Reaction]())}

    async def _new(self, channel: str, told: Told) -> list[Fields]:
        before = len(self.fake.in_channel(channel))
        await self.tell(told)
        return self.fake.in_channel(channel)[before:]


OpenRoom = Callable[..., Any]


@asynccontextmanager
async def open_room(folder: Path, clock: FakeClock, fake: FakeSlack, *, reads_channels: bool) -> AsyncIterator[Room]:
    store = await open_store(f"sqlite+aiosqlite:///{folder}/paperboy.db")
    try:
        async with open_world(store, folder / "search", clock) as world:
            await library(world)
            links, home = ContextLinks(world.context), partial(show_home, world.context)
            async with slack_peer(fake, links=links, home=home, reads_channels=reads_channels) as peer:
                room = Room(peer, world)
                running = asyncio.create_task(peer.adapter.run(room.handle))
                await peer.server.ready.wait()
                yield room
                await peer.adapter.close()
                await running
    finally:
        await store.close()


@pytest.fixture
def fake() -> FakeSlack:
    return FakeSlack(time.time)


@pytest.fixture
async def room(tmp_path: Path, clock: FakeClock, fake: FakeSlack) -> AsyncIterator[Room]:
    async with open_room(tmp_path, clock, fake, reads_channels=False) as opened:
        yield opened


@pytest.fixture
async def reading_room(tmp_path: Path, clock: FakeClock, fake: FakeSlack) -> AsyncIterator[Room]:
    """A room where Paperboy may read what is posted in channels."""
    async with open_room(tmp_path, clock, fake, reads_channels=True) as opened:
        yield opened


def control(blocks: object, value: str) -> Fields:
    """What Slack tells of a pressed control: the button with this value."""
    for node in nodes(blocks):
        if node.get("value") == value and "action_id" in node:
            return {"type": node["type"], "action_id": node["action_id"], "value": value}
        for key in ("positive_button", "negative_button"):
            if node.get(key, {}).get("value") == value:
                return {"type": node["type"], "action_id": node["action_id"], "value": value}
    raise AssertionError(f"no control says {value!r}: {[node['value'] for node in nodes(blocks) if 'value' in node]}")


def nodes(node: object) -> list[dict[str, Any]]:
    if isinstance(node, list | tuple):
        return [found for each in node for found in nodes(each)]
    if not isinstance(node, dict):
        return []
    return [node, *(found for each in node.values() for found in nodes(each))]
