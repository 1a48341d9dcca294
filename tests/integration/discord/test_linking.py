"""Cards for links in channels: only where they are on, and nobody's words are read otherwise."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.evaluation.fake_discord import FakeDiscord
from tests.discord_peer import Peer, discord_peer, until
from tests.integration.discord.test_connection import MESSAGE_CONTENT, Links, running

CHANNEL = 8_000
LINK = "https://arxiv.org/abs/2603.00001"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    fake = FakeDiscord(time.time, known={CHANNEL}, approved_intents=-1)
    async with discord_peer(fake, channels=(CHANNEL,), links=Links()) as peer, running(peer.adapter):
        await peer.server.ready.wait()
        yield peer


async def test_a_posted_link_gets_its_card_in_the_channel(peer: Peer) -> None:
    await peer.server.tell("MESSAGE_CREATE", peer.server.written(42, CHANNEL, "good morning"))
    await peer.server.tell("MESSAGE_CREATE", peer.server.written(42, CHANNEL, LINK))
    await until(lambda: bool(peer.fake.in_channel(CHANNEL)))
    assert peer.fake.shown_in(CHANNEL).count("card for") == 1
    assert peer.adapter.heard == 0
    assert peer.server.identified[0]["intents"] & MESSAGE_CONTENT


async def test_what_bots_post_gets_no_card(peer: Peer) -> None:
    message = peer.server.written(42, CHANNEL, LINK)
    message["author"]["bot"] = True
    await peer.server.tell("MESSAGE_CREATE", message)
    await peer.server.tell("MESSAGE_CREATE", peer.server.written(42, CHANNEL, f"{LINK} by a person"))
    await until(lambda: bool(peer.fake.in_channel(CHANNEL)))
    assert "by a person" in peer.fake.shown_in(CHANNEL)
    assert len(peer.fake.in_channel(CHANNEL)) == 1


async def test_where_it_may_not_write_the_process_goes_on(peer: Peer) -> None:
    peer.fake.silent.add(CHANNEL)
    asked = len(peer.fake.requests)
    await peer.server.tell("MESSAGE_CREATE", peer.server.written(42, CHANNEL, LINK))
    await until(lambda: len(peer.fake.requests) > asked)
    peer.fake.silent.clear()
    await peer.server.tell("MESSAGE_CREATE", peer.server.written(42, CHANNEL, LINK))
    await until(lambda: bool(peer.fake.in_channel(CHANNEL)))


@pytest.mark.parametrize(("manages", "switched"), [(True, [(str(CHANNEL), True)]), (False, [])])
async def test_who_manages_the_server_switches_cards_on(
    peer: Peer, manages: bool, switched: list[tuple[str, bool]]
) -> None:
    (command,) = [one for one in peer.fake.commands if one["name"] == "links"]
    assert int(command["default_member_permissions"]) == 1 << 5
    option = {"name": "cards", "type": 3, "value": "on"}
    permissions = (1 << 5) if manages else (1 << 11)
    asked = await peer.server.command(42, CHANNEL, "links", [option], permissions=permissions)
    await asyncio.wait_for(asked.final.wait(), 5)
    assert isinstance(peer.inside.links, Links)
    assert peer.inside.links.switched == switched
    assert ("Manage Server" in str(asked.responses)) is not manages


async def test_where_link_cards_are_off_there_is_no_command_for_them() -> None:
    async with discord_peer() as peer, running(peer.adapter):
        await peer.server.ready.wait()
        assert "links" not in {command["name"] for command in peer.fake.commands}
