"""Who speaks for whom: a person anywhere, a channel by those who manage it."""

import time
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from adapters.discord.asking import ask
from bot.domain.chat import Address, Incoming, Message, Text, direct
from bot.domain.person import Account
from bot.evaluation.fake_discord import (
    APPLICATION_ID,
    DM_BASE,
    GUILD_ID,
    FakeDiscord,
    channel_fields,
    user_fields,
)
from bot.evaluation.fake_reply import Reply
from tests.discord_peer import Peer, discord_peer

CHANNEL = 8_000
ADA = Account("discord", "42")
MANAGER = discord.Permissions(manage_channels=True)
READER = discord.Permissions(send_messages=True)
ALL = discord.Permissions.all()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with discord_peer(FakeDiscord(time.time, known={CHANNEL})) as peer:
        yield peer


@pytest.fixture
async def client(peer: Peer) -> AsyncIterator[discord.Client]:
    client = peer.adapter.client_for(answer)
    await client.login(peer.fake.token)
    yield client
    await client.close()


heard: list[Incoming] = []


@pytest.fixture(autouse=True)
def nothing_heard() -> None:
    heard.clear()


async def answer(incoming: Incoming) -> Message:
    heard.append(incoming)
    return Message((Text(f"heard {incoming.text}"),))


def in_server(
    client: discord.Client,
    theirs: discord.Permissions = READER,
    ours: discord.Permissions = ALL,
    *,
    installed: bool = True,
) -> discord.Interaction:
    """A command that Ada gives in a channel; `installed` by the server, else by herself."""
    owners = {"0": str(GUILD_ID)} if installed else {"1": "42"}
    member: dict[str, Any] = {
        "user": user_fields(42, "ada"),
        "roles": [],
        "joined_at": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    return _interaction(
        client,
        guild_id=str(GUILD_ID),
        guild={"id": str(GUILD_ID), "locale": "en-US", "features": []},
        member={**member, "permissions": str(theirs.value)},
        app_permissions=str(ours.value),
        channel_id=str(CHANNEL),
        channel=channel_fields(CHANNEL),
        context=0,
        authorizing_integration_owners=owners,
    )


def alone(client: discord.Client) -> discord.Interaction:
    conversation = DM_BASE + 42
    return _interaction(
        client,
        user=user_fields(42, "ada"),
        channel_id=str(conversation),
        channel={"id": str(conversation), "type": 1, "recipients": [user_fields(42, "ada")]},
        context=1,
        authorizing_integration_owners={"1": "42"},
    )


def _interaction(client: discord.Client, **fields: Any) -> discord.Interaction:
    data: dict[str, Any] = {
        "id": "5",
        "application_id": str(APPLICATION_ID),
        "type": 2,
        "token": "t",
        "version": 1,
        "data": {"id": "6", "name": "digest", "type": 1, "options": []},
        "locale": "en-US",
        "entitlements": [],
        "attachment_size_limit": 10,
        "app_permissions": "0",
        **fields,
    }
    return discord.Interaction(data=data, state=client._connection)  # type: ignore[arg-type]


async def test_in_a_channel_a_person_speaks_for_themselves(client: discord.Client) -> None:
    await ask(in_server(client), answer, "recommend", "recommend 5")
    assert heard == [Incoming(ADA, Address("discord", str(CHANNEL)), "recommend 5")]


async def test_alone_the_place_is_where_digests_come_to(client: discord.Client) -> None:
    await ask(alone(client), answer, "recommend", "recommend 5", files={"a.bib": b"@"})
    assert heard == [Incoming(ADA, direct(ADA), "recommend 5", {"a.bib": b"@"})]


async def test_a_personal_digest_comes_to_the_person_and_is_confirmed_there(peer: Peer, client: discord.Client) -> None:
    said = await ask(in_server(client), answer, "digest subscribe", "digest subscribe weekdays")
    assert [incoming.address for incoming in heard] == [direct(ADA)]
    assert peer.fake.shown_in(DM_BASE + 42).count("heard digest subscribe weekdays") == 1
    assert said == Message((Text("heard digest subscribe weekdays"),))


async def test_who_takes_no_direct_messages_is_told_how_to_allow_them(peer: Peer, client: discord.Client) -> None:
    peer.fake.closed.add(42)
    said = await ask(in_server(client), answer, "digest subscribe", "digest subscribe")
    *_, last = said.blocks
    assert isinstance(last, Text)
    assert "cannot come yet" in last.text
    assert "allow direct messages" in last.text
    assert last.style == "error"


async def test_trouble_that_passes_says_nothing_about_direct_messages(peer: Peer, client: discord.Client) -> None:
    peer.fake.script.append(Reply(503, "unavailable"))
    said = await ask(in_server(client), answer, "digest subscribe", "digest subscribe")
    assert said == Message((Text("heard digest subscribe"),))


async def test_who_manages_a_channel_speaks_for_it(peer: Peer, client: discord.Client) -> None:
    interaction = in_server(client, MANAGER)
    said = await ask(interaction, answer, "digest subscribe", "digest subscribe", for_channel=True)
    channel = Account("discord", str(CHANNEL), kind="channel")
    assert heard == [Incoming(channel, Address("discord", str(CHANNEL)), "digest subscribe")]
    assert said.private
    assert isinstance(said.blocks[0], Text)
    assert "For this channel" in said.blocks[0].text
    assert not peer.fake.in_channel(DM_BASE + 42)


async def test_who_does_not_manage_a_channel_does_not_speak_for_it(client: discord.Client) -> None:
    said = await ask(in_server(client), answer, "interests add", "interests add x", for_channel=True)
    assert (heard, said.ok, said.private) == ([], False, True)
    assert "Manage Channel" in str(said)


async def test_alone_there_is_no_channel_to_speak_for(client: discord.Client) -> None:
    said = await ask(alone(client), answer, "digest subscribe", "digest subscribe", for_channel=True)
    assert (heard, said.ok) == ([], False)


async def test_where_paperboy_is_no_member_it_brings_nothing_to_channels(client: discord.Client) -> None:
    interaction = in_server(client, MANAGER, installed=False)
    said = await ask(interaction, answer, "digest subscribe", "digest subscribe", for_channel=True)
    assert heard == []
    assert "invite me first" in str(said)


async def test_a_permission_that_paperboy_lacks_is_named_as_the_settings_name_it(client: discord.Client) -> None:
    lacking = discord.Permissions.all()
    lacking.update(create_public_threads=False, read_message_history=False)
    interaction = in_server(client, MANAGER, lacking)
    said = await ask(interaction, answer, "digest subscribe", "digest subscribe", for_channel=True)
    assert heard == []
    assert "I lack: Read Message History, Create Public Threads." in str(said)
