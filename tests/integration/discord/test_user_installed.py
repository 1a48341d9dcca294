"""Paperboy as an app that a person brought along: in other people's servers and conversations, by payloads."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.chat import Address, Incoming, Message, Text, direct
from bot.domain.person import Account
from bot.evaluation.fake_discord import APPLICATION_ID, GUILD_ID, FakeDiscord, Interaction, channel_fields, user_fields
from tests.discord_peer import Peer, discord_peer

ELSEWHERE = 9_500
EPHEMERAL = 64
ADA = Account("discord", "42")

heard: list[Incoming] = []


async def answer(incoming: Incoming) -> Message:
    heard.append(incoming)
    return Message((Text(f"heard {incoming.text}"),))


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    heard.clear()
    async with discord_peer(FakeDiscord(time.time)) as peer:
        serving = asyncio.create_task(peer.adapter.run(answer))
        await peer.server.ready.wait()
        yield peer
        await peer.adapter.close()
        await serving


def of_server() -> dict[str, Any]:
    """A channel of a server that Paperboy is no member of."""
    member: dict[str, Any] = {
        "roles": [],
        "joined_at": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": "0",
    }
    return {
        "guild_id": str(GUILD_ID + 1),
        "guild": {"id": str(GUILD_ID + 1), "locale": "en-US", "features": []},
        "member": {**member, "user": user_fields(42, "ada")},
        "channel": channel_fields(ELSEWHERE),
        "context": 0,
    }


def of_two() -> dict[str, Any]:
    """A conversation of the person with somebody else."""
    channel = {"id": str(ELSEWHERE), "type": 1, "recipients": [user_fields(43, "ben")]}
    return {"user": user_fields(42, "ada"), "channel": channel, "context": 2}


async def give(peer: Peer, where: dict[str, Any], name: str, *options: dict[str, Any]) -> Interaction:
    asked = peer.fake.interact()
    registered = next(command for command in peer.fake.commands if command["name"] == name)
    told = {
        "id": str(asked.id),
        "application_id": str(APPLICATION_ID),
        "type": 2,
        "token": asked.token,
        "version": 1,
        "data": {"id": registered["id"], "name": name, "type": 1, "options": list(options)},
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"1": "42"},
        "app_permissions": "0",
        "attachment_size_limit": 10_000_000,
        "channel_id": str(ELSEWHERE),
        **where,
    }
    await peer.server.tell("INTERACTION_CREATE", told)
    await asyncio.wait_for(asked.final.wait(), 10)
    return asked


async def test_every_command_can_be_brought_along_and_used_everywhere(peer: Peer) -> None:
    assert len(peer.fake.commands) > 20
    for command in peer.fake.commands:
        assert (command["integration_types"], command["contexts"]) == ([0, 1], [0, 1, 2]), command["name"]


@pytest.mark.parametrize("where", [of_server(), of_two()], ids=["server", "two"])
async def test_what_is_personal_is_hidden_from_the_others_there(peer: Peer, where: dict[str, Any]) -> None:
    await give(peer, where, "recommend")
    assert _begun(peer) & EPHEMERAL
    query = {"name": "query", "type": 3, "value": "diffusion"}
    await give(peer, where, "search", query)
    assert not _begun(peer) & EPHEMERAL
    assert [incoming.account for incoming in heard] == [ADA, ADA]
    assert {incoming.address for incoming in heard} == {Address("discord", str(ELSEWHERE))}
    assert heard[1].options == {"query": "diffusion"}


async def test_a_digest_ordered_there_comes_to_the_person_alone(peer: Peer) -> None:
    time_option = {"name": "time", "type": 3, "value": "08:00"}
    await give(peer, of_two(), "digest", {"name": "subscribe", "type": 1, "options": [time_option]})
    assert heard[-1].address == direct(ADA)
    assert (heard[-1].text, heard[-1].options) == ("digest subscribe", {"time": "08:00"})


def _begun(peer: Peer) -> int:
    """The flags with which the last answer was begun."""
    begun = [body for body in peer.fake.bodies if isinstance(body, dict) and body.get("type") in {4, 5}]
    return int((begun[-1].get("data") or {}).get("flags", 0))
