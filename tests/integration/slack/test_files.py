"""Files that people send with a message."""

import pytest

from adapters.slack.blocks import said_in
from adapters.slack.files import MAX_FILE_BYTES
from tests.integration.slack.conftest import ADA, Room

LIST = b"https://arxiv.org/abs/2603.00001\nhttps://arxiv.org/abs/2603.00002\n"


async def send(room: Room, content: bytes, **more: object) -> str:
    file = room.peer.people.file("library.txt", content, **more)
    (answer,) = await room.write("interests import", subtype="file_share", files=[file])
    return said_in(answer["blocks"])


async def test_a_library_sent_with_the_command_is_learned_from(room: Room) -> None:
    assert "Learned from 2 papers" in await send(room, LIST)
    assert list(room.heard[-1].files.values()) == [LIST]
    assert room.heard[-1].text == "interests import library.txt"
    assert await room.reactions(ADA, "arXiv:2603.00001") != set()


async def test_a_file_is_fetched_only_for_a_command_that_takes_it_and_only_one(room: Room) -> None:
    large = room.peer.people.file("talk.mp4", b"x", size=MAX_FILE_BYTES + 1)
    (answer,) = await room.write("recommend", subtype="file_share", files=[large])
    assert "larger than" not in said_in(answer["blocks"])
    assert not room.heard[-1].files
    library = room.peer.people.file("library.txt", LIST)
    (answer,) = await room.write("interests import", subtype="file_share", files=[library, large])
    assert "Learned from 2 papers" in said_in(answer["blocks"])


async def test_what_was_asked_in_a_channel_is_not_asked_again_by_an_edit(room: Room) -> None:
    assert await room.mention("help")
    assert not await room.mention("help", edited={"user": ADA, "ts": "1.0"})


async def test_a_file_too_large_is_refused_before_it_is_fetched_and_while_it_comes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "larger than 20 MiB" in await send(room, LIST, size=MAX_FILE_BYTES + 1)
    monkeypatch.setattr("adapters.slack.files.MAX_FILE_BYTES", 10)
    assert "larger than 20 MiB" in await send(room, LIST, size=1)
    assert room.heard == []


@pytest.mark.parametrize(
    "address",
    ["https://evil.test/files/F1", "http://files.slack.com/F1", "https://files.slack.com.evil.test/F1", "", "x"],
)
async def test_the_token_is_shown_to_slack_alone(room: Room, address: str) -> None:
    assert "does not lie with Slack" in await send(room, LIST, url_private_download=address)
    assert room.heard == []


async def test_a_file_that_slack_does_not_give_is_told(room: Room) -> None:
    room.fake.workspace().scopes -= {"files:read"}
    assert "Slack does not give me this file" in await send(room, LIST)
