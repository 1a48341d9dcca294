"""The Home tab: made anew whenever it is opened or something is changed there."""

import pytest

from adapters.slack.blocks import said_in
from adapters.slack.forms import NO_DAY, TOO_LATE
from adapters.slack.showing import values_in
from bot.evaluation.fake_reply import Fields
from bot.evaluation.fake_slack import TEAM, TRIGGER_S, refusal
from tests.integration.slack.conftest import ADA, BEN, HERE, Room, control, nodes

WHEN: dict[str, Fields] = {
    "days": {"type": "checkboxes", "selected_options": [{"value": "mon"}, {"value": "thu"}]},
    "time": {"type": "timepicker", "selected_time": "09:30"},
    "zone": {"type": "plain_text_input", "value": "Europe/Berlin"},
    "n": {"type": "number_input", "value": "7"},
    "threshold": {"type": "static_select", "selected_option": {"value": "few"}},
    "empty": {"type": "static_select", "selected_option": None},
}


NONE: Fields = {"type": "checkboxes", "selected_options": []}


async def test_the_home_tab_of_somebody_new_says_how_to_begin(room: Room) -> None:
    said = await room.open_home()
    for words in ("Your interests", "Your digest", "None yet", "Saved", "Your data"):
        assert words in said
    assert set(values_in(room.home()["blocks"])) == {
        *("interests add", "start", "digest subscribe", "privacy export", "privacy forget yes"),
    }


async def test_the_messages_tab_is_no_home_tab(room: Room) -> None:
    await room.tell(room.peer.people.home_opened(ADA, tab="messages"))
    assert room.fake.homes == {}


async def test_interests_are_added_in_a_form_and_removed_with_the_button_beside_them(room: Room) -> None:
    await room.open_home()
    await room.press_home(ADA, "interests add")
    await room.submit(ADA, {"text": {"type": "plain_text_input", "value": "diffusion models, robots"}})
    said = said_in(room.home()["blocks"]).split("\n")
    assert said[0] == "Added: diffusion models, robots."
    assert {"diffusion models", "robots"} <= set(said)
    await room.press_home(ADA, "interests remove robots")
    said = said_in(room.home()["blocks"]).split("\n")
    assert said[0] == "Removed: robots."
    assert "robots" not in said
    assert room.fake.in_channel("D42") == []


async def test_one_persons_home_is_not_anothers(room: Room) -> None:
    await room.slash("interests add robots")
    await room.open_home(ADA)
    await room.open_home(BEN)
    assert "robots" in said_in(room.home(ADA)["blocks"])
    assert "robots" not in said_in(room.home(BEN)["blocks"])


async def test_the_schedule_is_set_in_a_form_that_begins_with_the_persons_own_time_zone(room: Room) -> None:
    room.fake.workspace().zones[ADA] = "Asia/Tokyo"
    await room.open_home()
    await room.press_home(ADA, "digest subscribe")
    zone = next(block["element"] for block in room.fake.opened[-1]["blocks"] if block["block_id"] == "zone")
    assert zone["initial_value"] == "Asia/Tokyo"
    await room.submit(ADA, WHEN)
    said = said_in(room.home()["blocks"])
    for words in ("Mon, Thu", "09:30, Europe/Berlin", "up to 7, few", "quiet", "next:", "last: none yet"):
        assert words in said
    assert "your direct messages on Slack" in said
    await room.press_home(ADA, "digest subscribe")
    elements = {block["block_id"]: block["element"] for block in room.fake.opened[-1]["blocks"]}
    assert elements["time"]["initial_time"] == "09:30"
    assert elements["n"]["initial_value"] == "7"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("zone", {"type": "plain_text_input", "value": "Berln"}, "no time zone that I know"),
        ("n", {"type": "number_input", "value": "99"}, "from 1 to 20"),
    ],
)
async def test_what_is_wrong_with_a_schedule_is_said_at_its_field(
    room: Room, field: str, value: Fields, words: str
) -> None:
    await room.open_home()
    await room.press_home(ADA, "digest subscribe")
    sent = await room.submit(ADA, {**WHEN, field: value})
    assert list(sent.answer["errors"]) == [field]
    assert words in sent.answer["errors"][field]
    assert "You have no digest" in await room.answered("digest show")


async def test_whom_the_days_do_not_matter_to_gets_the_usual_ones(room: Room) -> None:
    await room.open_home()
    await room.press_home(ADA, "digest subscribe")
    await room.submit(ADA, {**WHEN, "days": NONE})
    assert "09:30, Europe/Berlin" in said_in(room.home()["blocks"])


async def test_days_that_are_all_taken_out_are_not_silently_the_old_ones(room: Room) -> None:
    await room.slash("digest subscribe mon 08:00 UTC")
    await room.open_home()
    await room.press_home(ADA, "digest subscribe")
    sent = await room.submit(ADA, {**WHEN, "days": NONE})
    assert sent.answer == {"response_action": "errors", "errors": {"days": NO_DAY}}
    assert "08:00" in await room.answered("digest show")


async def test_a_digest_is_paused_resumed_and_stopped_from_the_home_tab(room: Room) -> None:
    await room.slash("digest subscribe 08:00")
    await room.open_home()
    for value, words in (
        ("digest pause", "Paused"),
        ("digest resume", "Going on"),
        ("digest stop", "Stopped: no more digests"),
    ):
        await room.press_home(ADA, value)
        assert said_in(room.home()["blocks"]).startswith(words)
    assert "digest subscribe" in set(values_in(room.home()["blocks"]))


async def test_papers_and_files_come_as_messages_and_the_home_tab_says_so(room: Room) -> None:
    await room.slash("interests add diffusion models")
    await room.slash("save arXiv:2603.00001")
    await room.open_home()
    for value in ("recommend", "saved bibtex", "privacy export"):
        before = len(room.fake.in_channel("D42"))
        await room.press_home(ADA, value)
        assert len(room.fake.in_channel("D42")) > before
        assert said_in(room.home()["blocks"]).startswith("The answer is in our direct messages")
    assert "@misc" in room.fake.files_in("D42")


async def test_saved_papers_link_to_themselves_and_can_be_removed(room: Room) -> None:
    await room.slash("save arXiv:2603.00001")
    await room.open_home()
    assert "https://arxiv.org/abs/2603.00001" in [node["url"] for node in nodes(room.home()["blocks"]) if "url" in node]
    await room.press_home(ADA, "save arXiv:2603.00001 off")
    assert "Nothing saved yet" in said_in(room.home()["blocks"])


async def test_erasing_everything_has_to_be_confirmed_and_leaves_nothing(room: Room) -> None:
    await room.slash("interests add robots")
    await room.open_home()
    erase = next(node for node in nodes(room.home()["blocks"]) if node.get("value") == "privacy forget yes")
    assert (erase["style"], erase["confirm"]["confirm"]["text"]) == ("danger", "Yes, do it")
    await room.press_home(ADA, "privacy forget yes")
    said = said_in(room.home()["blocks"])
    assert said.startswith("Erased")
    assert "robots" not in said


async def test_the_fullest_home_tab_is_one_that_slack_takes(room: Room) -> None:
    for first in range(0, 100, 10):
        await room.slash("interests add " + ", ".join(f"<topic> & number {first + at} {'x' * 150}" for at in range(10)))
    for number in range(1, 13):
        await room.slash(f"save arXiv:2603.{number:05d}")
    await room.slash("digest subscribe 08:00")
    said = await room.open_home()
    assert "60 more: “/papers interests” lists all." in said
    assert "2 more: “/papers saved” lists all." in said


async def test_a_home_tab_that_slack_does_not_take_ends_nothing(room: Room) -> None:
    room.fake.script["views.publish"].append(refusal("internal_error"))
    await room.tell(room.peer.people.home_opened(ADA))
    assert (TEAM, ADA) not in room.fake.homes
    assert await room.open_home()


async def test_a_form_that_slack_opens_no_more_is_told_on_the_page_and_opens_when_it_is_asked_for_again(
    room: Room,
) -> None:
    await room.open_home()
    told = room.peer.people.press_in_view(ADA, room.home(), control(room.home()["blocks"], "digest subscribe"))
    room.fake.triggers[told.payload["trigger_id"]] = room.fake.now() - TRIGGER_S - 1
    await room.tell(told)
    assert room.fake.opened == []
    said = said_in(room.home()["blocks"])
    assert said.startswith(TOO_LATE)
    assert "Your interests" in said
    await room.press_home(ADA, "digest subscribe")
    assert len(room.fake.opened) == 1


async def test_a_form_that_slack_does_not_open_ends_nothing(room: Room) -> None:
    await room.open_home()
    room.fake.script["views.open"].append(refusal("internal_error"))
    await room.press_home(ADA, "digest subscribe")
    assert room.fake.opened == []
    assert said_in(room.home()["blocks"]).startswith(TOO_LATE)
    assert await room.slash("help", channel=HERE)
