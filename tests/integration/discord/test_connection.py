"""The gateway connection: who is let in, what is asked for, and what becomes of a connection that breaks."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from adapters.discord.client import Endpoints
from bot.domain.chat import Address, Incoming, Message, Text, direct
from bot.domain.person import Account
from bot.evaluation.fake_discord import DM_BASE, FakeDiscord
from bot.ports import SurfaceError
from tests.discord_peer import CountingAdapter, Peer, discord_peer, until

MESSAGE_CONTENT = 1 << 15
ADA = direct(Account("discord", "42"))


async def echo(incoming: Incoming) -> Message:
    return Message((Text(f"heard {incoming.text}"),))


class Links:
    """Implements adapters.chat.inside.LinkCards with a card for everything."""

    def __init__(self) -> None:
        self.switched: list[tuple[str, bool]] = []

    async def switch(self, channel: Address, on: bool) -> Message:
        self.switched.append((channel.channel, on))
        return Message((Text("switched"),))

    async def cards(self, channel: Account, address: Address, text: str) -> Sequence[Message]:
        return [Message((Text(f"card for {text}"),))] if text.startswith("https://arxiv.org") else []

    async def unfolded(self, channel: Account, address: Address, url: str) -> Sequence[Message]:
        raise AssertionError("Discord asks about no single link")


@asynccontextmanager
async def running(adapter: CountingAdapter) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(adapter.run(echo))
    try:
        yield task
    finally:
        await adapter.close()
        await task


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with discord_peer() as peer:
        yield peer


@pytest.mark.parametrize("code", [4000, 1000])
async def test_a_connection_that_was_dropped_is_resumed_and_what_was_missed_is_answered(peer: Peer, code: int) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        await peer.server.drop(code)
        await peer.server.type_in_conversation(42, "while away")
        await until(lambda: "heard while away" in peer.fake.shown_in(DM_BASE + 42))
    assert (peer.server.opened, peer.server.resumed) == (1, 1)


async def test_what_is_sent_while_the_connection_is_down_arrives(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        await peer.server.drop(4000)
        await peer.adapter.send(ADA, Message((Text("good morning"),)), "token")
    assert "good morning" in peer.fake.shown_in(DM_BASE + 42)


async def test_while_connected_sends_use_the_same_login(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        await peer.adapter.send(ADA, Message((Text("good morning"),)), "token")
        assert await peer.adapter.look_up(ADA, "token", datetime(2026, 1, 1, tzinfo=UTC))
    assert peer.fake.requests.count(("GET", "users/@me")) == 1


async def test_an_answer_that_is_under_way_is_given_before_the_connection_is_closed(peer: Peer) -> None:
    asked = asyncio.Event()

    async def slowly(incoming: Incoming) -> Message:
        asked.set()
        await asyncio.sleep(0.1)
        return await echo(incoming)

    task = asyncio.create_task(peer.adapter.run(slowly))
    await peer.server.ready.wait()
    await peer.server.type_in_conversation(42, "recommend")
    await asked.wait()
    await peer.adapter.close()
    await task
    assert "heard recommend" in peer.fake.shown_in(DM_BASE + 42)


async def test_what_people_say_to_each_other_is_not_asked_for(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
    assert not peer.server.identified[0]["intents"] & MESSAGE_CONTENT


async def test_one_connection_is_opened_unless_more_are_asked_for(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
    assert [data.get("shard") for data in peer.server.identified] == [None]


async def test_auto_opens_as_many_connections_as_discord_advises(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(self: object, shard_id: int, *, initial: bool = False) -> None:
        """Discord wants five seconds between two connections of one bot; the fake does not."""

    monkeypatch.setattr("discord.Client.before_identify_hook", at_once)
    async with discord_peer(shards=None) as peer, running(peer.adapter):
        await until(lambda: len(peer.server.identified) == 2)
        assert [data["shard"] for data in peer.server.identified] == [[0, 2], [1, 2]]
        await peer.server.type_in_conversation(42, "status")
        await until(lambda: "heard status" in peer.fake.shown_in(DM_BASE + 42))


async def test_a_token_that_discord_does_not_know_is_said_in_one_line(peer: Peer) -> None:
    with pytest.raises(SurfaceError, match=r"^PAPERBOY_DISCORD_TOKEN: .*Reset Token.*$") as failed:
        await peer.another(token="wrong").run(echo)
    assert "\n" not in str(failed.value)


async def test_intents_that_are_not_switched_on_are_named_with_the_switch() -> None:
    fake = FakeDiscord(time.time)
    async with discord_peer(fake, links=Links()) as peer:
        with pytest.raises(SurfaceError, match="Message Content Intent"):
            await peer.adapter.run(echo)


async def test_a_token_that_is_reset_meanwhile_ends_the_run_with_the_same_words(peer: Peer) -> None:
    task = asyncio.create_task(peer.adapter.run(echo))
    await peer.server.ready.wait()
    peer.fake.token = "a-new-one"
    await peer.server.drop(4000)
    with pytest.raises(SurfaceError, match="PAPERBOY_DISCORD_TOKEN"):
        await task


async def test_too_few_connections_for_so_many_servers_name_the_setting(peer: Peer) -> None:
    task = asyncio.create_task(peer.adapter.run(echo))
    await peer.server.ready.wait()
    await peer.server.drop(4011)
    with pytest.raises(SurfaceError, match="PAPERBOY_DISCORD_SHARDS"):
        await task


async def test_a_run_that_is_cut_off_leaves_nothing_behind(peer: Peer) -> None:
    before = asyncio.all_tasks()
    task = asyncio.create_task(peer.adapter.run(echo))
    await peer.server.ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(
        lambda: all(session.socket is None or session.socket.closed for session in peer.server.sessions.values())
    )
    assert {one for one in asyncio.all_tasks() - before if one.get_name().startswith("discord")} == set()


async def test_where_discord_cannot_be_reached_the_run_fails_and_may_be_tried_again(peer: Peer) -> None:
    there, peer.endpoints = peer.endpoints, Endpoints(api="http://127.0.0.1:9/api/v10")
    nowhere = peer.another()
    with pytest.raises(OSError, match="Cannot connect"):
        await nowhere.run(echo)
    peer.endpoints = there
    async with running(peer.another()):
        await peer.server.ready.wait()


async def test_commands_are_registered_once_and_again_only_when_they_changed(peer: Peer) -> None:
    async def registered() -> int:
        peer.server.ready.clear()
        async with running(peer.another()):
            await peer.server.ready.wait()
        return sum(method == "PUT" for method, _ in peer.fake.requests)

    assert [await registered(), await registered()] == [1, 1]
    (key,) = peer.memory.values
    await peer.memory.put(key, "of another version")
    assert [await registered(), await registered()] == [2, 2]
