"""Buttons, menus, forms and reactions: pressing is speaking, for everybody separately, after a restart too."""

from dataclasses import replace
from typing import Any

import discord
import pytest

from adapters.chat.papers import REACTIONS
from bot.domain.chat import Address, direct
from bot.domain.feedback import Reaction
from bot.domain.paper import PaperId
from bot.domain.person import Account
from tests.integration.discord.conftest import Simulated, custom_ids, sent_by_paperboy, texts
from tests.integration.world import paper

ONE = "arXiv:2603.00001"


async def _reactions(sim: Simulated, who: Any, named: str = ONE) -> set[str]:
    async with sim.world.context.store.read() as uow:
        person = await uow.people.find(Account("discord", str(who.id)))
        stored = await uow.papers.find(PaperId(named))
        assert stored is not None
        active = await uow.feedback.active(person.id, [stored.stored_key]) if person else {}
    return {reaction.value for reaction in active.get(stored.stored_key, frozenset[Reaction]())}


async def _card(sim: Simulated) -> Any:
    """A public message with one paper."""
    return (await sim.ada.slash(sim.channel, "paper", paper=ONE)).response


async def test_a_press_is_recorded_shown_to_who_pressed_and_taken_back_in_its_place(sim: Simulated) -> None:
    card = await _card(sim)
    pressed = await sim.ben.click(card, custom_id=f"do:like {ONE}:")
    assert pressed.ephemeral
    assert texts(pressed.response).startswith("Liked: ")
    assert await _reactions(sim, sim.ben) == {"like"}
    assert await _reactions(sim, sim.ada) == set()
    assert len(sent_by_paperboy(sim.channel, sim.ada)) == 1
    undone = await sim.ben.click(pressed.response, label="Undo")
    assert texts(undone.response).startswith("No longer liked: ")
    assert undone.response.id == pressed.response.id
    assert await _reactions(sim, sim.ben) == set()


async def test_every_reader_presses_for_themselves(sim: Simulated) -> None:
    card = await _card(sim)
    await sim.ada.click(card, custom_id=f"do:save {ONE}:")
    await sim.ben.click(card, custom_id=f"do:dislike {ONE}:")
    assert (await _reactions(sim, sim.ada), await _reactions(sim, sim.ben)) == ({"save"}, {"dislike"})


async def test_buttons_work_after_a_restart(sim: Simulated) -> None:
    card = await _card(sim)
    listed = (await sim.ada.slash(sim.channel, "search", query="diffusion")).response
    await sim.restart()
    await sim.ben.click(card, custom_id=f"do:like {ONE}:")
    assert await _reactions(sim, sim.ben) == {"like"}
    turned = await sim.ada.click(listed, custom_id="page:1:")
    assert "### 2. " in texts(turned.response)


async def test_a_list_pages_from_card_to_card_in_place_for_who_asked(sim: Simulated) -> None:
    await sim.ada.slash(sim.channel, "interests add", text="diffusion models")
    listed = (await sim.ada.slash(sim.channel, "recommend", n=3)).response
    first = texts(listed)
    assert ("### 1. " in first, "1 of 3" in first, "your interest" in first) == (True, True, True)
    second = (await sim.ada.click(listed, custom_id="page:1:")).response
    assert second.id == listed.id
    shown = texts(second)
    assert ("### 2. " in shown, "2 of 3" in shown, "> your interest" in shown) == (True, True, True)
    assert shown.splitlines()[-1] == first.splitlines()[-1]
    third = (await sim.ada.select(second, [_options(second)[2]["value"]], custom_id="pick:0:")).response
    assert "### 3. " in texts(third)
    assert [option["default"] for option in _options(third)] == [False, False, True]
    back = (await sim.ada.click(third, custom_id="page:1:")).response
    assert texts(back) == shown


async def test_a_long_list_is_remembered_by_several_menus(sim: Simulated) -> None:
    await sim.world.add(*(paper(number, f"Swarms of drones, part {number}") for number in range(100, 130)))
    for number in range(100, 130):
        await sim.ada.slash(sim.channel, "save", paper=f"2603.{number:05d}")
    listed = (await sim.ada.slash(sim.channel, "saved")).response
    assert [each for each in custom_ids(listed) if each.startswith("pick")] == ["pick:0:", "pick:1:"]
    last = _options(listed, 1)[-1]["value"]
    turned = (await sim.ada.select(listed, [last], custom_id="pick:1:")).response
    assert ("30 of 30" in texts(turned), "### 30. " in texts(turned)) == (True, True)
    assert not any(option["default"] for option in _options(turned, 0))
    assert [option["default"] for option in _options(turned, 1)] == [False] * 4 + [True]
    await sim.ada.click(turned, label="BibTeX")
    assert sim.heard[-1].text == "saved bibtex"


async def test_who_turns_the_page_of_another_ones_list_gets_a_list_of_their_own(sim: Simulated) -> None:
    listed = (await sim.ada.slash(sim.channel, "search", query="diffusion")).response
    turned = await sim.ben.click(listed, custom_id="page:1:")
    assert turned.ephemeral
    assert "### 2. " in texts(turned.response)
    assert "### 1. " in texts(sent_by_paperboy(sim.channel, sim.ada)[0])
    again = await sim.ben.click(turned.response, custom_id="page:2:")
    assert (again.response.id, "### 3. " in texts(again.response)) == (turned.response.id, True)


async def test_more_shows_the_whole_paper_and_what_can_be_done_with_it(sim: Simulated) -> None:
    listed = (await sim.ada.slash(sim.channel, "search", query="diffusion")).response
    more = await sim.ben.click(listed, label="More")
    assert more.ephemeral
    similar = await sim.ben.click(more.response, label="Similar papers")
    assert "## Like" in texts(similar.response)
    why = await sim.ben.click(more.response, label="Why")
    assert "Why" in texts(why.response)
    await sim.ben.click(more.response, label="I know it")
    assert "known" in await _reactions(sim, sim.ben, custom_ids(more.response)[0].split()[1].rstrip(":"))


async def test_somebody_new_is_led_on_within_two_presses(sim: Simulated) -> None:
    first = await sim.ada.slash(sim.channel, "recommend")
    form = await sim.ada.click(first.response, label="Say what I care about")
    assert form.modal is not None
    filled = await sim.ada.submit_modal(form, {"text": "diffusion models, recommendation"})
    assert "Added: diffusion models, recommendation." in texts(filled.response)
    assert filled.ephemeral
    shown = await sim.ada.click(filled.response, label="Recommend")
    assert "your interest" in texts(shown.response)


async def test_five_papers_to_react_to_are_one_press_away(sim: Simulated) -> None:
    page = await sim.ada.slash(sim.channel, "help")
    started = await sim.ben.click(page.response, label="Five papers to react to")
    assert started.ephemeral
    assert "1 of 5" in texts(started.response)


async def test_what_cannot_be_undone_is_asked_back_with_a_button(sim: Simulated) -> None:
    await sim.ada.slash(sim.channel, "like", paper=ONE)
    asked = await sim.ada.slash(sim.channel, "privacy forget")
    assert await _reactions(sim, sim.ada) == {"like"}
    done = await sim.ada.click(asked.response, label="Yes, do it")
    assert "Erased" in texts(done.response)
    assert done.response.id == asked.response.id
    assert await _reactions(sim, sim.ada) == set()


@pytest.mark.parametrize(("emoji", "verb"), list(REACTIONS.items()))
async def test_an_emoji_is_feedback_and_taking_it_away_undoes_it(sim: Simulated, emoji: str, verb: str) -> None:
    card = await _card(sim)
    await sim.ben.react(card.message, emoji)
    assert await _reactions(sim, sim.ben) == {verb}
    await sim.ben.unreact(card.message, emoji)
    assert await _reactions(sim, sim.ben) == set()


async def test_an_emoji_and_a_button_that_say_the_same_do_not_undo_each_other(sim: Simulated) -> None:
    card = await _card(sim)
    await sim.ben.click(card, custom_id=f"do:like {ONE}:")
    await sim.ben.react(card.message, "👍")
    assert await _reactions(sim, sim.ben) == {"like"}


async def test_emoji_on_lists_on_other_messages_and_other_emoji_say_nothing(sim: Simulated) -> None:
    card = await _card(sim)
    listed = (await sim.ada.slash(sim.channel, "search", query="diffusion")).response
    theirs = await sim.ben.send(sim.channel, f"look: {ONE}")
    before = len(sim.heard)
    for message, emoji in ((card.message, "🎉"), (listed.message, "👍"), (theirs, "👍")):
        await sim.ada.react(message, emoji)
    assert len(sim.heard) == before


async def test_the_menu_of_a_message_finds_the_paper_it_names_or_shows(sim: Simulated) -> None:
    linked = await sim.ben.send(sim.channel, "did you see https://arxiv.org/abs/2603.00001v2 ?")
    similar = await sim.ada.context_menu(sim.channel, "Similar papers", linked)
    assert "## Like" in texts(similar.response)
    for _ in range(2):
        saved = await sim.ada.context_menu(sim.channel, "Save paper", linked)
    assert saved.ephemeral
    assert await _reactions(sim, sim.ada) == {"save"}
    card = await _card(sim)
    await sim.ben.context_menu(sim.channel, "Save paper", card.message)
    assert await _reactions(sim, sim.ben) == {"save"}


async def test_the_menu_of_a_message_without_a_paper_says_so(sim: Simulated) -> None:
    other = await sim.ben.send(sim.channel, "good morning")
    nothing = await sim.ada.context_menu(sim.channel, "Save paper", other)
    assert "no paper in this message" in texts(nothing.response)
    assert nothing.ephemeral


async def test_long_words_page_with_buttons(sim: Simulated) -> None:
    many = ", ".join(f"topic number {number} with quite some words to it, so that it is long" for number in range(90))
    for first in range(0, len(many), 1_900):
        await sim.ada.slash(sim.channel, "interests add", text=many[first : first + 1_900])
    page = (await sim.ada.slash(sim.channel, "interests list")).response
    assert "1. " in texts(page)
    if "1 of 2" in texts(page):
        turned = (await sim.ada.click(page, custom_id="text:1/interests:")).response
        assert (turned.id, "2 of 2" in texts(turned)) == (page.id, True)
    else:
        pytest.fail("the list of interests fits into one page")


async def test_a_paper_with_a_long_id_is_pressed_by_its_title(sim: Simulated) -> None:
    long = replace(paper(77, "A title of its own"), id=PaperId("local:" + "x" * 150))
    await sim.world.add(long)
    card = (await sim.ada.slash(sim.channel, "paper", paper=long.id)).response
    (like,) = [each for each in custom_ids(card) if each.startswith("do:like")]
    await sim.ben.click(card, custom_id=like)
    assert await _reactions(sim, sim.ben, long.id) == {"like"}


async def test_a_form_is_still_answered_when_the_bot_was_restarted_meanwhile(sim: Simulated) -> None:
    first = await sim.ada.slash(sim.channel, "recommend")
    form = await sim.ada.click(first.response, label="Say what I care about")
    await sim.restart()
    filled = await sim.ada.submit_modal(form, {"text": "diffusion models"})
    assert "Added: diffusion models." in texts(filled.response)


async def test_an_emoji_on_a_message_that_may_not_be_read_says_nothing(sim: Simulated) -> None:
    card = await _card(sim)
    before = len(sim.heard)
    sim.env.inject_error("GET", "/channels/*/messages/*", status=403, code=50001)
    await sim.ben.react(card.message, "👍")
    assert len(sim.heard) == before


async def test_where_somebody_speaks_is_the_channel_and_alone_it_is_the_person(sim: Simulated) -> None:
    await sim.ada.slash(sim.channel, "search", query="diffusion")
    assert sim.heard[-1].address == Address("discord", str(sim.channel.id))
    await sim.ada.slash(sim.channel, "digest subscribe", time="08:00")
    assert sim.heard[-1].address == direct(Account("discord", str(sim.ada.id)))


def _options(message: Any, menu: int = 0) -> list[dict[str, Any]]:
    rows = [row for row in message.components if row["type"] == discord.ComponentType.action_row.value]
    menus: list[list[dict[str, Any]]] = [
        child["options"] for row in rows for child in row["components"] if "options" in child
    ]
    return menus[menu]
