"""Slash commands: every one of the table, who sees the answer, what is typed for one."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.commands import COMMANDS
from bot.domain.chat import direct
from bot.domain.person import Account
from tests.integration.discord.conftest import Simulated, custom_ids, sent_by_paperboy, texts
from tests.integration.world import DIFFUSION

PAPER = "2603.00001"
EVERY: list[tuple[str, dict[str, Any]]] = [
    ("recommend", {"n": 3, "topic": "diffusion"}),
    ("start", {"n": 2}),
    ("search", {"query": "diffusion"}),
    ("similar", {"paper": PAPER}),
    ("trending", {"span": "week"}),
    ("paper", {"paper": PAPER}),
    ("why", {"paper": PAPER}),
    ("like", {"paper": PAPER}),
    ("dislike", {"paper": PAPER}),
    ("save", {"paper": PAPER, "state": "on"}),
    ("hide", {"paper": PAPER}),
    ("known", {"paper": PAPER}),
    ("undo", {"paper": PAPER}),
    ("interests list", {}),
    ("interests add", {"text": "diffusion models"}),
    ("interests remove", {"text": "diffusion models"}),
    ("interests mute", {"text": "blockchain"}),
    ("interests follow", {"author": "Yann LeCun"}),
    ("interests category", {"categories": "cs.IR"}),
    ("interests import", {"file": ("mine.txt", PAPER.encode())}),
    ("interests reset", {"yes": True}),
    ("profile", {"theme": "dark"}),
    ("saved", {"format": "bibtex"}),
    ("digest subscribe", {"time": "08:00", "zone": "Europe/Berlin"}),
    ("digest show", {}),
    ("digest preview", {"n": 2}),
    ("digest pause", {"until": "3 days"}),
    ("digest resume", {}),
    ("digest stop", {}),
    ("link", {}),
    ("unlink", {}),
    ("status", {}),
    ("privacy export", {}),
    ("privacy forget", {"yes": True}),
    ("help", {"command": "recommend"}),
]
PUBLIC = {spec.name for spec in COMMANDS if spec.public}


def test_every_command_of_the_table_is_given_below() -> None:
    assert {name.removesuffix(" list") for name, _ in EVERY} == {spec.name for spec in COMMANDS}


async def test_every_command_is_answered_and_what_is_personal_is_seen_by_nobody_else(sim: Simulated) -> None:
    for name, options in EVERY:
        result = await sim.ada.slash(sim.channel, name, **options)
        assert result.acknowledged, name
        assert result.response is not None or result.followups, name
        seen = sent_by_paperboy(sim.channel, sim.ben)
        assert len(seen) == sum(each in PUBLIC for each, _ in EVERY[: EVERY.index((name, options)) + 1]), name
    assert [incoming.text for incoming in sim.heard] == [name.removesuffix(" list") for name, _ in EVERY]
    assert {incoming.account.user for incoming in sim.heard} == {str(sim.ada.id)}


async def test_what_is_said_of_a_person_is_seen_by_nobody_else(sim: Simulated) -> None:
    await sim.ada.slash(sim.channel, "interests add", text="diffusion models")
    mine = await sim.ada.slash(sim.channel, "recommend")
    assert mine.ephemeral
    assert "your interest" in texts(mine.response)
    assert sent_by_paperboy(sim.channel, sim.ben) == []


async def test_in_the_conversation_alone_nothing_has_to_be_hidden(sim: Simulated) -> None:
    cleo = sim.env.create_user("cleo")
    await cleo.send_dm("interests add diffusion models")
    answer = await cleo.slash("recommend", n=2)
    assert not answer.ephemeral
    assert "1 of 2" in texts(answer.response)
    turned = await cleo.click(answer.response, custom_id="page:1:")
    assert turned.response.id == answer.response.id
    assert {incoming.address for incoming in sim.heard} == {direct(Account("discord", str(cleo.id)))}


async def test_words_in_the_fields_of_a_form_are_only_words(sim: Simulated) -> None:
    result = await sim.ada.slash(sim.channel, "recommend", topic="again --days 3 diffusion")
    assert sim.heard[-1].options == {"topic": "again --days 3 diffusion"}
    assert set(_papers(result.response)) <= DIFFUSION


async def test_suggestions_come_while_somebody_types(sim: Simulated) -> None:
    await sim.ada.slash(sim.channel, "search", query="diffusion")
    papers = await sim.ada.autocomplete(sim.channel, "similar", "paper", "latent diffusion")
    assert papers[0] == {"name": "Latent diffusion models on a budget", "value": "arXiv:2603.00002"}
    zones = await sim.ada.autocomplete(sim.channel, "digest subscribe", "zone", "berl")
    assert zones[0]["value"] == "Europe/Berlin"
    await sim.ada.slash(sim.channel, "interests add", text="graph learning")
    own = await sim.ada.autocomplete(sim.channel, "interests remove", "text", "gr")
    assert [each["value"] for each in own] == ["graph learning"]
    assert (await sim.ada.autocomplete(sim.channel, "interests category", "categories", "cs.I"))[0]["value"] == "cs.IR"


async def test_files_come_with_a_command_and_go_with_an_answer(sim: Simulated) -> None:
    done = await sim.ada.slash(sim.channel, "interests import", file=("mine.txt", b"arXiv:2603.00001 2603.00004"))
    assert "Learned from 2 papers" in texts(done.response)
    await sim.ada.slash(sim.channel, "save", paper=PAPER)
    saved = await sim.ada.slash(sim.channel, "saved", format="bibtex")
    assert [each.filename for each in saved.response.attachments] == ["saved.bib"]
    exported = await sim.ada.slash(sim.channel, "privacy export")
    assert [each.filename for each in exported.response.attachments] == ["paperboy-export.json"]
    picture = await sim.ada.slash(sim.channel, "profile")
    assert picture.response.attachments[0].filename.endswith(".png")
    assert all(each.ephemeral for each in (saved, exported, picture))


async def test_a_file_that_is_too_large_is_not_even_read(sim: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.files.MAX_FILE_BYTES", 3)
    refused = await sim.ada.slash(sim.channel, "interests import", file=("mine.txt", b"2603.00001"))
    assert "larger than" in texts(refused.response)
    assert refused.ephemeral
    assert sim.heard == []


async def test_a_file_that_discord_does_not_give_is_asked_for_again(
    sim: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_: discord.Attachment) -> bytes:
        raise discord.NotFound(SimpleNamespace(status=404, reason="Not Found"), "gone")  # type: ignore[arg-type]

    monkeypatch.setattr(discord.Attachment, "read", gone)
    refused = await sim.ada.slash(sim.channel, "interests import", file=("mine.txt", b"2603.00001"))
    assert "send it once more" in texts(refused.response)
    assert sim.heard == []


async def test_commands_in_the_text_are_spelled_as_they_are_typed_here(sim: Simulated) -> None:
    shown = await sim.ada.slash(sim.channel, "help")
    assert "`/recommend" in texts(shown.response)
    assert len(sent_by_paperboy(sim.channel)) == 1
    empty = await sim.ada.slash(sim.channel, "interests list")
    assert "`/interests add diffusion models, recommender systems`" in texts(empty.response)


def _papers(message: Any) -> list[str]:
    return [each.split()[1].rstrip(":") for each in custom_ids(message) if each.startswith("do:like")]


async def test_who_manages_a_channel_speaks_for_it_and_nobody_else_does(
    sim: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    # simcord does not say who brought the app along; here it is the server.
    monkeypatch.setattr(discord.Interaction, "is_guild_integration", lambda _: True)
    guild = sim.env.guild
    managing = guild.create_role("editors", permissions=discord.Permissions(manage_channels=True))
    editor = guild.add_member(sim.env.create_user("editor"), roles=[managing])
    done = await editor.slash(sim.channel, "interests add", text="diffusion models", channel=True)
    assert "For this channel" in texts(done.response)
    assert sim.heard[-1].account == Account("discord", str(sim.channel.id), kind="channel")
    refused = await sim.ada.slash(sim.channel, "digest subscribe", time="08:00", channel=True)
    assert "Manage Channel" in texts(refused.response)
    assert refused.ephemeral
    assert len(sim.heard) == 1
