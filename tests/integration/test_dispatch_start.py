"""First papers for somebody of whom nothing is known, and exploration, through the dispatcher on both databases."""

from dataclasses import replace
from typing import Any

from bot.domain.chat import PaperCard
from tests.integration.world import BEN, LIBRARY, World, data_of, ids, paper, words_of


def picks(listed: Any) -> list[Any]:
    return [entry for entry in listed if any(step["name"] == "explore" for step in entry["steps"])]


async def test_start_shows_five_papers_spread_over_the_field_with_how_to_answer(read: World) -> None:
    message = await read.say("start")
    listed = data_of(message)
    assert len(set(ids(listed))) == 5
    assert "React to these: `like 1`, `dislike 2`" in words_of(message)
    assert "Chosen to stand for 12 new papers (the last 7 days)" in words_of(message)
    cards = [block for block in message.blocks if isinstance(block, PaperCard)]
    assert [card.number for card in cards] == [1, 2, 3, 4, 5]
    assert len(await read.ask("start 2")) == 2


async def test_recommend_without_a_profile_shows_them_and_goes_by_the_answers_afterwards(read: World) -> None:
    message = await read.say("recommend")
    said = words_of(message)
    assert "Tell me what you care about first" in said
    assert "react to these: `like 1`, `dislike 2`" in said
    listed = ids(data_of(message))
    assert len(listed) == 5
    assert (await read.ask("like 1"))["id"] == listed[0]
    await read.ask("dislike 2")
    after = ids(await read.ask("recommend 5"))
    assert not set(after) & set(listed)


async def test_everybody_starts_with_the_same_papers_and_sees_them_once(read: World) -> None:
    first = ids(await read.ask("start"))
    assert ids(await read.ask("start", BEN)) == first
    second = ids(await read.ask("start"))
    assert not set(second) & set(first)
    assert len(ids(await read.ask("start"))) == 2
    assert "You have seen everything" in words_of(await read.say("start"))
    again = await read.ask("recommend again 12")
    assert set(ids(again)) == {str(one.id) for one in LIBRARY}


async def test_of_papers_that_stand_for_the_same_the_most_upvoted_is_shown(world: World) -> None:
    twins = [paper(30 + number, "Sonar maps of caves") for number in range(4)]
    await world.add(*twins[:2], replace(twins[2], upvotes=9), twins[3])
    assert ids(await world.ask("start 1")) == ["arXiv:2603.00032"]


async def test_a_muted_paper_is_not_among_the_first_ones(read: World) -> None:
    await read.ask("interests mute recommendation")
    listed = ids(await read.ask("recommend 12"))
    assert len(listed) == 8
    assert not set(listed) & {"arXiv:2603.00004", "arXiv:2603.00005", "arXiv:2603.00006", "arXiv:2603.00010"}


async def test_without_new_papers_start_says_so(world: World) -> None:
    assert "I have no papers yet" in words_of(await world.say("start"))
    await world.add(*LIBRARY)
    world.later(days=9)
    assert "No paper is new within the last 7 days" in words_of(await world.say("start"))


async def test_why_says_what_a_first_paper_is_for(read: World) -> None:
    await read.ask("start")
    message = await read.say("why 1")
    assert data_of(message)["kept_out"] == "to start with"
    assert "it stands for a part of what is new" in words_of(message)


async def test_three_words_of_interest_give_a_sensible_first_list_at_once(read: World) -> None:
    await read.ask("interests add protein, recommendation, birds")
    listed = ids(await read.ask("recommend 9"))
    wanted = {1, 7, 4, 5, 6, 10, 9}
    assert set(listed) == {f"arXiv:2603.{number:05d}" for number in wanted}
    assert len(set(listed[:3]) & {"arXiv:2603.00001", "arXiv:2603.00007", "arXiv:2603.00009"}) >= 1


async def explored_world(world: World) -> None:
    await world.add(*(paper(100 + at, f"Sonar maps of {name}") for at, name in enumerate(PLACES)), *LIBRARY)
    await world.ask("interests add sonar maps")
    await world.ask("like 2603.00100")


PLACES = ("caves", "reefs", "harbours", "lakes", "rivers", "fjords", "canals", "wells", "glaciers", "wrecks")


async def test_one_paper_in_five_is_an_exploration_pick_and_labelled_in_list_why_and_data(world: World) -> None:
    await explored_world(world)
    preview = await world.ask("digest preview 5")
    message = await world.say("recommend 5")
    listed = data_of(message)
    assert ids(listed) == ids(preview)
    (pick,) = picks(listed)
    assert pick["rank"] == 5
    cards = [block for block in message.blocks if isinstance(block, PaperCard)]
    assert any(reason.startswith("exploring: number ") for reason in cards[4].reasons)
    for number, entry in enumerate(listed, start=1):
        why = await world.ask(f"why {number}")
        assert (why["id"], why["rank"], why["kept_out"], why["steps"]) == (entry["id"], number, None, entry["steps"])
    assert "exploring: number " in words_of(await world.say("why 5"))


async def test_an_explored_list_is_explained_by_its_own_day_after_midnight(world: World) -> None:
    await explored_world(world)
    listed = await world.ask("recommend 5")
    for _ in range(4):
        world.later(days=1)
        assert (await world.ask("why 5"))["id"] == listed[4]["id"]
        assert (await world.ask("why 5"))["rank"] == 5


async def test_neither_a_topic_nor_somebody_who_never_answered_is_explored(world: World) -> None:
    await explored_world(world)
    assert not picks(await world.ask("recommend 5 sonar maps"))
    await world.ask("interests add sonar maps", BEN)
    listed = await world.ask("recommend 5", BEN)
    assert len(listed) == 5
    assert not picks(listed)
