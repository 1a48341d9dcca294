"""Answers come in Discord's time: at once where they are quick, announced where they are not, and never to the wrong
people."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord import replying
from bot.domain.chat import Incoming, Message, Text
from bot.domain.person import Account
from bot.evaluation.payload_texts import strings_in
from tests.discord_peer import Peer, discord_peer, until
from tests.integration.discord.conftest import Simulated, sent_by_paperboy, texts

CHANNEL = 8_000
DEFERRAL = 5
ONE = "arXiv:2603.00001"
SECRET = Message((Text("secret"),), private=True)
GONE = Message((Text("I do not know that paper."),), ok=False)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything arrives later than what is quick."""
    monkeypatch.setattr(replying, "QUICK_S", -60.0)


async def test_a_quick_answer_is_the_first_that_discord_hears(sim: Simulated) -> None:
    asked = await sim.ada.slash(sim.channel, "paper", paper=ONE)
    assert (asked.acknowledged, asked.deferred) == (True, False)
    pressed = await sim.ben.click(asked.response, custom_id=f"do:like {ONE}:")
    assert (pressed.deferred, pressed.ephemeral) == (False, True)
    undone = await sim.ben.click(pressed.response, label="Undo")
    assert (undone.deferred, undone.response.id) == (False, pressed.response.id)


async def test_a_private_answer_to_a_public_command_reaches_who_asked_alone(sim: Simulated) -> None:
    sim.answer = SECRET
    asked = await sim.ada.slash(sim.channel, "help")
    assert (asked.ephemeral, texts(asked.response)) == (True, "secret")
    assert sent_by_paperboy(sim.channel, sim.ben) == []


async def test_a_private_answer_is_private_where_a_public_one_was_announced(sim: Simulated, late: None) -> None:
    sim.answer = SECRET
    asked = await sim.ada.slash(sim.channel, "help")
    assert "secret" not in texts(asked.response)
    assert [(each.ephemeral, texts(each)) for each in asked.followups] == [(True, "secret")]
    assert "secret" not in "".join(map(texts, sent_by_paperboy(sim.channel, sim.ben)))


async def test_an_interaction_that_came_too_late_does_nothing(sim: Simulated, late: None) -> None:
    card = (await sim.ada.slash(sim.channel, "paper", paper=ONE)).response
    before = len(sim.heard)
    sim.env.inject_error("POST", "/interactions/*", status=404, code=10062)
    await sim.ben.click(card, custom_id=f"do:like {ONE}:")
    assert len(sim.heard) == before
    async with sim.world.context.store.read() as uow:
        assert await uow.people.find(Account("discord", str(sim.ben.id))) is None


async def test_a_paper_that_has_gone_from_the_list_is_told_beside_it(sim: Simulated) -> None:
    listed = (await sim.ada.slash(sim.channel, "search", query="diffusion")).response
    sim.answer = GONE
    turned = await sim.ada.click(listed, custom_id="page:1:")
    assert (turned.ephemeral, texts(turned.response)) == (True, "I do not know that paper.")
    assert turned.response.id != listed.id
    assert "### 1. " in texts(sent_by_paperboy(sim.channel, sim.ada)[0])


async def test_a_paper_that_has_gone_is_told_beside_the_list_after_an_announcement(sim: Simulated, late: None) -> None:
    listed = (await sim.ada.slash(sim.channel, "search", query="diffusion")).response
    sim.answer = GONE
    turned = await sim.ada.click(listed, custom_id="page:1:")
    assert [(each.ephemeral, texts(each)) for each in turned.followups] == [(True, "I do not know that paper.")]
    assert "### 1. " in texts(sent_by_paperboy(sim.channel, sim.ada)[0])


@pytest.fixture
async def slow(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Peer]:
    """A Discord whose time is real, and an answer that is ready when Discord was told that one is coming."""
    monkeypatch.setattr(replying, "QUICK_S", 0.05)
    async with discord_peer(channels=(CHANNEL,)) as peer:

        async def answer(incoming: Incoming) -> Message:
            await until(lambda: _is_announced(peer))
            return Message((Text("at last"),))

        serving = asyncio.create_task(peer.adapter.run(answer))
        await peer.server.ready.wait()
        yield peer
        await peer.adapter.close()
        await serving


async def test_a_slow_answer_is_announced_and_follows(slow: Peer) -> None:
    asked = await slow.server.command(42, CHANNEL, "help")
    await asyncio.wait_for(asked.final.wait(), 10)
    assert "at last" in set(strings_in(asked.responses))


async def test_a_slow_answer_that_discord_does_not_wait_for_is_dropped(slow: Peer) -> None:
    asked = await slow.server.command(42, CHANNEL, "help")
    asked.acknowledged_at = asked.began_at  # another answer than ours, so that ours is refused
    await until(lambda: _is_announced(slow))
    await slow.adapter.close()
    assert asked.responses == []


def _is_announced(peer: Peer) -> bool:
    return any(isinstance(body, dict) and body.get("type") == DEFERRAL for body in peer.fake.bodies)
