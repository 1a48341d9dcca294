"""When Slack does not take an answer, or does not say what it is asked: nothing ends, and nobody is told a lie."""

from adapters.slack.blocks import said_in
from bot.domain.chat import Message, Text
from bot.evaluation.fake_reply import Reply
from bot.evaluation.fake_slack import refusal
from bot.evaluation.fake_slack_server import MOST_RESPONSES, RESPONSES_S
from tests.integration.slack.conftest import ADA, BEN, HERE, Room, control

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


async def test_an_answer_that_has_to_wait_a_moment_comes_after_it(room: Room) -> None:
    room.peer.server.limited = 1
    (answer,) = await room.slash("help")
    assert answer["response_type"] == "ephemeral"


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
