"""When Slack does not take an answer, or does not say what it is asked: nothing ends, and nobody is told a lie."""

import pytest

from adapters.slack.blocks import said_in
from adapters.slack.client import LONGEST_WAIT_S
from bot.domain.chat import Message, Text
from bot.evaluation.fake_reply import Reply
from bot.evaluation.fake_slack import refusal
from bot.evaluation.fake_slack_server import MOST_RESPONSES, RESPONSES_S
from tests.discord_peer import until
from tests.integration.slack.conftest import ADA, BEN, HERE, Room, control
from tests.integration.world import DIFFUSION

ONE = "https://arxiv.org/abs/2603.00001"


async def test_where_slack_does_not_say_whose_conversation_it_is_the_answer_is_for_one_alone(room: Room) -> None:
    room.fake.script["conversations.open"].append(refusal("ratelimited"))
    (answer,) = await room.slash("interests add robots", channel="D42")
    assert answer["response_type"] == "ephemeral"
    assert await room.slash("interests", channel="D42") == []
    assert "robots" in room.fake.shown_in("D42")


async def test_an_answer_that_cannot_take_a_messages_place_comes_after_it(room: Room) -> None:
    (asked,) = await room.write("privacy forget")
    room.fake.script["chat.update"].append(refusal("edit_window_closed"))
    await room.press(ADA, "D42", asked, "privacy forget yes")
    first, second = room.fake.in_channel("D42")[-2:]
    assert first["ts"] == asked["ts"]
    assert "Erased" in said_in(second["blocks"])


async def test_an_answer_that_comes_too_late_for_its_address_is_whispered_all_the_same(room: Room) -> None:
    assert await room.slash("interests add") == []
    room.peer.server.delivered[-1].began_at -= RESPONSES_S + 1
    await room.submit(ADA, {"text": {"type": "plain_text_input", "value": "robots"}})
    assert room.peer.server.delivered[-2].responses == []
    assert said_in(room.fake.whispers[-1]["blocks"]).startswith("Added: robots.")
    assert (room.fake.whispers[-1]["user"], room.fake.whispers[-1]["channel"]) == (ADA, HERE)


async def test_an_answer_for_everybody_that_is_longer_than_its_address_takes_goes_on_in_the_channel(room: Room) -> None:
    room.answer = Message((Text("x" * 70_000),))
    responses = await room.slash("trending")
    assert len(responses) == MOST_RESPONSES
    rest = room.fake.in_channel(HERE)
    assert sum(said_in(each["blocks"]).count("x") for each in [*responses, *rest]) == 70_000


async def test_an_answer_that_takes_the_place_of_another_too_late_comes_by_itself(room: Room) -> None:
    (asked,) = await room.slash("privacy forget")
    message = {**asked, "ts": "1.1", "is_ephemeral": True}
    told = room.peer.people.press(ADA, HERE, message, control(message["blocks"], "privacy forget yes"))
    told.payload["response_url"] = f"{room.peer.server.url}/nowhere"
    assert (await room.tell(told)).responses == []
    assert "Erased" in said_in(room.fake.whispers[-1]["blocks"])


@pytest.fixture(params=[LONGEST_WAIT_S, 0], ids=["short", "long"])
def a_wait(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is one that the client waits for by itself, or longer than those."""
    monkeypatch.setattr("adapters.slack.client.LONGEST_WAIT_S", request.param)


@pytest.mark.usefixtures("a_wait")
async def test_an_answer_that_has_to_wait_comes_after_it(room: Room) -> None:
    room.peer.server.limited = 1
    (answer,) = await room.slash("help")
    assert answer["response_type"] == "ephemeral"


@pytest.mark.usefixtures("a_wait")
async def test_what_has_to_wait_is_shown_after_it_wherever_it_goes(room: Room) -> None:
    room.fake.script["chat.postMessage"].append(limited(1))
    (asked,) = await room.write("privacy forget")
    room.fake.script["chat.update"].append(limited(1))
    await room.press(ADA, "D42", asked, "privacy forget yes")
    assert "Erased" in said_in(room.fake.in_channel("D42")[-1]["blocks"])
    room.fake.script["chat.postEphemeral"].append(limited(1))
    await room.mention("interests add robots")
    assert said_in(room.fake.whispers[-1]["blocks"]).startswith("Added: robots.")
    room.fake.script["views.publish"].append(limited(1))
    assert "robots" in await room.open_home()
    room.fake.script["files.completeUploadExternal"].append(limited(1))
    await room.write("privacy export")
    assert '"robots"' in room.fake.files_in("D42")
    assert room.fake.hasty == []


@pytest.mark.usefixtures("a_wait")
async def test_an_emoji_whose_message_slack_shows_late_is_feedback(room: Room) -> None:
    (found,) = await room.mention("paper arXiv:2603.00001")
    room.fake.script["reactions.get"].append(limited(1))
    await room.tell(room.peer.people.reaction(ADA, HERE, found["ts"], "+1"))
    assert await room.reactions(ADA, "arXiv:2603.00001") == {"like"}
    assert room.fake.hasty == []


async def test_an_answer_that_would_come_when_nobody_waits_for_it_any_more_is_not_waited_for(room: Room) -> None:
    room.fake.script["chat.postEphemeral"].append(limited(RESPONSES_S + 1))
    await room.mention("interests add robots")
    assert room.fake.whispers == []
    assert await room.slash("help")


@pytest.mark.usefixtures("a_short_turn")
async def test_what_is_said_after_an_answer_that_has_to_wait_is_done_meanwhile(room: Room) -> None:
    room.fake.script["chat.postMessage"].append(limited(2))
    await room.peer.server.tell(room.peer.people.message(ADA, "D42", "interests add robots"))
    await until(lambda: room.heard != [])
    await room.peer.server.tell(room.peer.people.message(ADA, "D42", "interests add diffusion"))
    await until(lambda: "Added: diffusion" in room.fake.shown_in("D42"))
    assert "Added: robots" not in room.fake.shown_in("D42")
    await until(lambda: "Added: robots" in room.fake.shown_in("D42"))


@pytest.mark.usefixtures("a_short_turn")
async def test_presses_on_one_message_are_shown_in_their_order_also_where_the_first_has_to_wait(room: Room) -> None:
    await room.write("interests add diffusion models")
    (listed,) = await room.write("recommend 3")
    first, second, _ = sorted(DIFFUSION)
    room.fake.script["chat.update"].append(limited(1))
    for value in (f"like {first}", f"save {second}"):
        pressed = control(listed["blocks"], value)
        await room.peer.server.tell(room.peer.people.press(ADA, "D42", listed, pressed))
    await until(lambda: room.heard[-1].text == f"save {second}")
    assert await room.reactions(ADA, first) == {"like"}
    await until(lambda: "Saved · " in said_in(room.fake.in_channel("D42")[-1]["blocks"]))
    assert "Liked · " in said_in(room.fake.in_channel("D42")[-1]["blocks"])
    assert room.fake.hasty == []


@pytest.fixture
def a_short_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.client.LONGEST_WAIT_S", 0)
    monkeypatch.setattr("adapters.slack.patience.TURN_S", 0.05)


def limited(seconds: int) -> Reply:
    return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(seconds)})


async def test_a_file_that_gets_lost_on_its_way_is_told(room: Room) -> None:
    await room.slash("save arXiv:2603.00001")
    lost = {"ok": True, "upload_url": f"{room.peer.server.url}/upload-to-nowhere", "file_id": "F0"}
    room.fake.script["files.getUploadURLExternal"].append(Reply(body=lost))
    _, told = await room.write("saved bibtex")
    assert "Slack does not take the file" in said_in(told["blocks"])


async def test_a_file_that_slack_breaks_off_is_told(room: Room) -> None:
    file = room.peer.people.file("library.txt", b"x")
    del room.fake.uploads[file["id"]]
    (answer,) = await room.write("interests import", subtype="file_share", files=[file])
    assert "Slack does not give me this file" in said_in(answer["blocks"])


async def test_a_card_for_a_link_that_slack_does_not_take_ends_nothing(reading_room: Room) -> None:
    room = reading_room
    await room.slash("links on")
    room.fake.archived.add(HERE)
    await room.tell(room.peer.people.message(BEN, HERE, ONE))
    assert len(room.fake.in_channel(HERE)) == 1
    room.fake.archived.clear()
    assert await room.slash("help")
