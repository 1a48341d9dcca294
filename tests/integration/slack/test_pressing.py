"""Buttons, forms and reactions: each person's own, seen by nobody else, after a restart too."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.slack.blocks import said_in
from adapters.slack.reactions import EMOJI
from adapters.slack.showing import papers_shown, values_in
from bot.domain.chat import Address, Message, PaperCard, direct
from bot.domain.paper import PaperId
from bot.domain.person import Account
from bot.evaluation.fake_reply import Fields
from bot.evaluation.fake_slack import TEAM
from tests.discord_peer import until
from tests.integration.slack.conftest import ADA, BEN, HERE, Room, control
from tests.integration.world import DIFFUSION

ONE = "arXiv:2603.00001"
CARD = Message((PaperCard(PaperId(ONE), "A paper", f"https://arxiv.org/abs/{ONE[6:]}", "Ada Byron", "We look.", 1),))


async def card_in(room: Room, address: Address) -> Fields:
    """A digest's paper, brought there."""
    await room.peer.adapter.send(address, CARD, "token")
    return room.fake.in_channel(address.channel if address.channel[0] == "C" else "D42")[-1]


def in_channel() -> Address:
    return Address("slack", HERE, TEAM)


def with_ada() -> Address:
    return direct(Account("slack", ADA, TEAM))


@pytest.mark.parametrize("verb", ["like", "dislike", "save"])
async def test_a_press_is_the_pressers_own_and_confirmed_to_them_alone(room: Room, verb: str) -> None:
    card = await card_in(room, in_channel())
    pressed = await room.press(BEN, HERE, card, f"{verb} {ONE}")
    assert await room.reactions(BEN, ONE) == {verb}
    assert await room.reactions(ADA, ONE) == set()
    (confirmed,) = pressed.responses
    assert (confirmed["response_type"], confirmed["replace_original"]) == ("ephemeral", False)
    assert "A paper" in said_in(room.fake.in_channel(HERE)[-1]["blocks"])
    await room.press(ADA, HERE, card, f"{verb} {ONE}")
    await room.press(BEN, HERE, card, f"{verb} {ONE}")
    assert (await room.reactions(ADA, ONE), await room.reactions(BEN, ONE)) == ({verb}, set())


async def test_who_presses_from_another_workspace_is_known_in_the_one_that_paperboy_is_in(room: Room) -> None:
    room.fake.workspace().others[BEN] = "T9"
    card = await card_in(room, in_channel())
    await room.tell(
        room.peer.people.press(BEN, HERE, card, control(card["blocks"], f"like {ONE}"), team="T9"),
    )
    assert (room.heard[-1].account, room.heard[-1].address) == (Account("slack", BEN, TEAM), in_channel())


async def test_a_confirmation_can_be_undone_in_its_place(room: Room) -> None:
    card = await card_in(room, in_channel())
    (confirmed,) = (await room.press(BEN, HERE, card, f"like {ONE}")).responses
    private = {**confirmed, "ts": "1.1", "is_ephemeral": True}
    (undone,) = (await room.press(BEN, HERE, private, f"undo {ONE}")).responses
    assert undone["replace_original"] is True
    assert "No longer liked" in said_in(undone["blocks"])
    assert await room.reactions(BEN, ONE) == set()


async def test_in_the_conversation_the_card_itself_says_what_holds(room: Room) -> None:
    card = await card_in(room, with_ada())
    for value, line in (("like", "Liked"), ("save", "Liked, saved"), ("save", "Liked"), ("like", "Taken back")):
        assert (await room.press(ADA, "D42", card, f"{value} {ONE}")).responses == []
        (card,) = room.fake.in_channel("D42")
        assert line in said_in(card["blocks"]).split("\n")[-1]
    assert card["metadata"]["event_payload"]["token"] == "token"


async def test_where_a_card_cannot_be_changed_any_more_the_answer_is_a_message(room: Room) -> None:
    card = await card_in(room, with_ada())
    await room.press(ADA, "D42", {**card, "ts": "1.1"}, f"like {ONE}")
    assert "Liked" in said_in(room.fake.in_channel("D42")[-1]["blocks"])


async def test_slacks_own_thumbs_give_way_to_ordinary_ones_where_they_are_not_known(room: Room) -> None:
    known = await card_in(room, in_channel())
    assert "context_actions" in [block["type"] for block in known["blocks"]]
    room.fake.feedback = False
    await room.peer.adapter.send(in_channel(), CARD, "another")
    plain = room.fake.in_channel(HERE)[-1]
    assert "context_actions" not in [block["type"] for block in plain["blocks"]]
    await room.press(BEN, HERE, plain, f"dislike {ONE}")
    assert await room.reactions(BEN, ONE) == {"dislike"}


async def test_why_and_more_lead_on_and_more_shows_the_whole_paper(room: Room) -> None:
    await room.slash("interests add diffusion models")
    (listed,) = await room.slash("recommend 3")
    message = {**listed, "ts": "1.1", "is_ephemeral": True}
    (why,) = (await room.press(ADA, HERE, message, f"why {ONE}")).responses
    assert said_in(why["blocks"]).startswith('Why "Diffusion models for protein design"')
    (more,) = (await room.press(ADA, HERE, message, f"paper {ONE}")).responses
    verbs = [value.split()[0] for value in values_in(more["blocks"])]
    assert verbs == ["like", "dislike", "save", "why", "similar", "known", "hide"]


async def test_a_long_list_goes_on_where_it_stopped(room: Room) -> None:
    room.answer = Message(
        tuple(
            PaperCard(PaperId(f"arXiv:2603.{number:05d}"), f"Paper {number}", "", "", number=number)
            for number in range(1, 13)
        )
    )
    (listed,) = await room.slash("search a")
    room.answer = None
    (rest,) = [value for value in values_in(listed["blocks"]) if value.startswith("9/12 ")]
    (turned,) = (await room.press(BEN, HERE, {**listed, "ts": "1.1"}, rest)).responses
    assert turned["response_type"] == "ephemeral"
    assert papers_shown(turned["blocks"]) == [f"arXiv:2603.{number:05d}" for number in range(9, 13)]
    assert said_in(turned["blocks"]).startswith("9. Speech recognition for birds")


async def test_what_a_button_lacks_is_asked_for_in_a_form(room: Room) -> None:
    (first,) = await room.slash("recommend")
    await room.press(ADA, HERE, {**first, "ts": "1.1", "is_ephemeral": True}, "interests add")
    (view,) = room.fake.opened
    assert [block["block_id"] for block in view["blocks"]] == ["text"]
    sent = await room.submit(ADA, {"text": {"type": "plain_text_input", "value": "diffusion models, robots"}})
    assert sent.answer == {}
    (answer,) = room.peer.server.delivered[-2].responses
    assert said_in(answer["blocks"]).startswith("Added: diffusion models, robots.")


async def test_a_command_without_what_it_needs_is_asked_for_in_a_form(room: Room) -> None:
    assert await room.slash("interests follow") == []
    assert room.fake.opened[-1]["title"]["text"] == "Follow interests"
    await room.submit(ADA, {"author": {"type": "plain_text_input", "value": "Yann LeCun"}})
    (answer,) = room.peer.server.delivered[-2].responses
    assert said_in(answer["blocks"]).startswith("Added: follow: Yann LeCun.")


async def test_what_is_wrong_in_a_form_is_said_in_the_form(room: Room) -> None:
    (first,) = await room.slash("recommend")
    await room.press(ADA, HERE, {**first, "ts": "1.1", "is_ephemeral": True}, "interests add")
    sent = await room.submit(ADA, {"text": {"type": "plain_text_input", "value": "x" * 300}})
    assert sent.answer["response_action"] == "errors"
    assert "too long for one interest" in sent.answer["errors"]["text"]


async def test_a_form_whose_answer_takes_long_is_acknowledged_and_answered_later(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.submitting.PATIENCE_S", 0.01)
    (first,) = await room.slash("recommend")
    await room.press(ADA, HERE, {**first, "ts": "1.1", "is_ephemeral": True}, "interests add")
    write = type(room.world.context.store).write
    monkeypatch.setattr(type(room.world.context.store), "write", lambda store: _Slow(write(store)))
    sent = await room.submit(ADA, {"text": {"type": "plain_text_input", "value": "x" * 300}})
    assert sent.answer == {}
    (answer,) = room.peer.server.delivered[-2].responses
    assert "too long for one interest" in said_in(answer["blocks"])


class _Slow:
    """A transaction that begins late."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __aenter__(self) -> Any:
        await asyncio.sleep(0.1)
        return await self._inner.__aenter__()

    async def __aexit__(self, *failed: Any) -> Any:
        return await self._inner.__aexit__(*failed)


@pytest.mark.parametrize("given_s_ago", [4, None], ids=["too late", "a second time"])
async def test_a_form_that_slack_opens_no_more_is_told(room: Room, given_s_ago: int | None) -> None:
    (first,) = await room.slash("recommend")
    told = room.peer.people.press(
        ADA, HERE, {**first, "ts": "1.1", "is_ephemeral": True}, control(first["blocks"], "interests add")
    )
    given_at = None if given_s_ago is None else room.fake.now() - given_s_ago
    room.fake.triggers[told.payload["trigger_id"]] = given_at
    (answer,) = (await room.tell(told)).responses
    assert "try once more" in said_in(answer["blocks"])
    assert room.fake.opened == []


async def test_buttons_of_others_apps_and_broken_ones_mean_nothing(room: Room) -> None:
    card = await card_in(room, in_channel())
    for action in ({"type": "button", "action_id": "page:0", "value": "x"}, {"type": "button", "action_id": "do:0"}):
        assert (await room.tell(room.peer.people.press(BEN, HERE, card, dict(action)))).responses == []
    assert room.heard == []


async def test_a_press_after_a_restart_is_answered(room: Room) -> None:
    card = await card_in(room, in_channel())
    another = room.peer.another()
    running = asyncio.create_task(another.run(room.handle))
    await room.peer.adapter.close()
    await until(lambda: room.peer.server.opened == 2)
    (confirmed,) = (await room.press(BEN, HERE, card, f"like {ONE}")).responses
    assert "Liked" in said_in(confirmed["blocks"])
    await another.close()
    await running


@pytest.mark.parametrize(("emoji", "verb"), list(EMOJI.items()))
async def test_an_emoji_is_feedback_and_taking_it_away_undoes_it(room: Room, emoji: str, verb: str) -> None:
    card = await card_in(room, in_channel())
    for name in (emoji, f"{emoji}::skin-tone-3"):
        await react(room, BEN, card, name)
        assert await room.reactions(BEN, ONE) == {verb}
        await react(room, BEN, card, name, added=False)
        assert await room.reactions(BEN, ONE) == set()
    assert len(room.fake.in_channel(HERE)) == 1
    assert room.fake.whispers == []


async def test_an_emoji_and_a_button_that_say_the_same_do_not_undo_each_other(room: Room) -> None:
    card = await card_in(room, in_channel())
    await room.press(BEN, HERE, card, f"like {ONE}")
    await react(room, BEN, card, "+1")
    assert await room.reactions(BEN, ONE) == {"like"}


async def test_one_of_two_emoji_that_say_the_same_may_go(room: Room) -> None:
    card = await card_in(room, in_channel())
    await react(room, BEN, card, "+1")
    await react(room, BEN, card, "fire")
    await react(room, ADA, card, "fire")
    await react(room, BEN, card, "+1", added=False)
    assert await room.reactions(BEN, ONE) == {"like"}
    await react(room, BEN, card, "fire", added=False)
    assert (await room.reactions(BEN, ONE), await room.reactions(ADA, ONE)) == (set(), {"like"})


async def test_emoji_on_lists_on_other_messages_and_other_emoji_say_nothing(room: Room) -> None:
    card = await card_in(room, in_channel())
    (listed,) = await room.mention("search diffusion")
    theirs = room.fake.write(HERE, BEN, f"look: {ONE}")
    await react(room, ADA, card, "tada")
    await react(room, ADA, listed, "+1")
    await room.tell(room.peer.people.reaction(ADA, HERE, theirs["ts"], "+1", by=BEN))
    await room.tell(room.peer.people.reaction(ADA, HERE, "9.9", "+1"))
    assert [each.text for each in room.heard] == ["search diffusion"]


@pytest.mark.parametrize("command", ["similar", "save"])
async def test_the_menu_of_a_message_finds_the_paper_it_names_or_shows(room: Room, command: str) -> None:
    linked = room.fake.write(HERE, BEN, "did you see <https://arxiv.org/abs/2603.00001v2>?")
    for message in (linked, await card_in(room, in_channel())):
        (answer,) = (await room.tell(room.peer.people.shortcut(ADA, HERE, message, command))).responses
        assert answer["response_type"] == "ephemeral"
        assert "protein design" in said_in(answer["blocks"])
    assert await room.reactions(ADA, ONE) == ({"save"} if command == "save" else set())


async def test_the_menu_of_a_message_in_a_thread_answers_there(room: Room) -> None:
    asked = room.fake.write(HERE, BEN, "what shall we read?")
    for text in (ONE, "good morning"):
        below = room.fake.write(HERE, BEN, text, thread_ts=asked["ts"])
        (answer,) = (await room.tell(room.peer.people.shortcut(ADA, HERE, below, "save"))).responses
        assert (answer["response_type"], answer["thread_ts"]) == ("ephemeral", asked["ts"])


async def test_the_menu_of_a_message_without_a_paper_says_so(room: Room) -> None:
    other = room.fake.write(HERE, BEN, "good morning")
    (answer,) = (await room.tell(room.peer.people.shortcut(ADA, HERE, other, "save"))).responses
    assert "no paper in this message" in said_in(answer["blocks"])


async def test_erasing_is_asked_for_once_more_and_then_done(room: Room) -> None:
    await room.slash("interests add diffusion models")
    (asked,) = await room.slash("privacy forget")
    (done,) = (
        await room.press(ADA, HERE, {**asked, "ts": "1.1", "is_ephemeral": True}, "privacy forget yes")
    ).responses
    assert "Erased" in said_in(done["blocks"])
    assert "No interests yet" in await room.answered("interests")


async def test_in_the_conversation_a_private_answer_is_replaced_where_it_stands(room: Room) -> None:
    (asked,) = await room.write("privacy forget")
    await room.press(ADA, "D42", asked, "privacy forget yes")
    assert "Erased" in said_in(room.fake.in_channel("D42")[-1]["blocks"])
    assert room.fake.in_channel("D42")[-1]["ts"] == asked["ts"]


async def test_files_and_papers_do_not_take_the_place_of_what_they_were_asked_for_in(room: Room) -> None:
    await room.slash(f"save {ONE}")
    (listed,) = await room.write("saved")
    await room.press(ADA, "D42", listed, "saved bibtex")
    assert "Saved: 1" in room.fake.shown_in("D42")
    assert "@misc" in room.fake.files_in("D42")
    (added,) = await room.slash("interests add diffusion models")
    (found,) = (await room.press(ADA, HERE, {**added, "ts": "1.1", "is_ephemeral": True}, "recommend")).responses
    assert found["replace_original"] is False


async def test_a_recommendation_in_the_conversation_can_be_judged_paper_by_paper(room: Room) -> None:
    await room.write("interests add diffusion models")
    (listed,) = await room.write("recommend 3")
    assert set(papers_shown(listed["blocks"])) == DIFFUSION
    for paper in sorted(DIFFUSION):
        listed = room.fake.in_channel("D42")[-1]
        await room.press(ADA, "D42", listed, f"like {paper}")
    lines = said_in(room.fake.in_channel("D42")[-1]["blocks"]).split("\n")
    assert sum(line.startswith("Liked · ") for line in lines) == 3


async def test_of_two_quick_presses_in_the_conversation_none_loses_its_line(room: Room) -> None:
    """Slack tells of the second with the message as it was before the first."""
    await room.write("interests add diffusion models")
    (listed,) = await room.write("recommend 3")
    told = [
        room.peer.people.press(ADA, "D42", listed, control(listed["blocks"], f"like {paper}"))
        for paper in sorted(DIFFUSION)
    ]
    await asyncio.gather(*map(room.tell, told))
    lines = said_in(room.fake.in_channel("D42")[-1]["blocks"]).split("\n")
    assert sum(line.startswith("Liked · ") for line in lines) == 3
    for paper in DIFFUSION:
        assert await room.reactions(ADA, paper) == {"like"}


async def test_what_took_the_place_of_a_message_is_not_what_it_was_before(room: Room) -> None:
    await room.write("interests add diffusion models")
    (listed,) = await room.write("recommend 3")
    first, second, _ = sorted(DIFFUSION)
    await room.press(ADA, "D42", listed, f"like {first}")
    await room.press(ADA, "D42", listed, f"like {first}")
    await room.press(ADA, "D42", listed, f"save {second}")
    said = said_in(room.fake.in_channel("D42")[-1]["blocks"])
    assert said.count("Taken back") == said.count("Saved · ") == 1
    assert "Liked · " not in said


async def react(room: Room, user: str, message: Mapping[str, Any], name: str, *, added: bool = True) -> None:
    await room.tell(room.peer.people.reaction(user, HERE, str(message["ts"]), name, added=added))
