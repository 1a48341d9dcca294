"""`recommend` through the dispatcher, on both databases: what comes, in which order, and why nothing came."""

import asyncio

from bot.domain.chat import PaperCard
from tests.integration.world import (
    ADA,
    BEN,
    CLEO,
    DIFFUSION,
    LIBRARY,
    RECOMMENDATION,
    World,
    data_of,
    ids,
    paper,
    words_of,
)


async def test_a_stated_interest_brings_its_papers_each_with_its_reason(read: World) -> None:
    await read.ask("interests add diffusion models")
    message = await read.say("recommend 5")
    listed = data_of(message)
    assert set(ids(listed)) >= DIFFUSION
    assert [entry["rank"] for entry in listed] == list(range(1, len(listed) + 1))
    cards = [block for block in message.blocks if isinstance(block, PaperCard)]
    assert all(card.reasons and 'your interest "diffusion models"' in card.reasons[0] for card in cards[:3])


async def test_asking_again_pages_on_without_repeats_until_all_is_seen(read: World) -> None:
    await read.ask("interests add recommendation")
    pages = [await read.ask("recommend 2"), await read.ask("recommend 2"), await read.ask("recommend 2")]
    assert [len(page) for page in pages] == [2, 2, 0]
    assert set(ids(pages[0]) + ids(pages[1])) == RECOMMENDATION
    said = await read.say("recommend 2")
    assert "You have seen everything" in words_of(said)
    again = await read.ask("recommend again 4")
    assert set(ids(again)) == RECOMMENDATION
    assert set(ids(again[:2])) == set(ids(pages[0]))


async def test_what_was_disliked_hidden_or_known_does_not_come_again_even_when_asked_to(read: World) -> None:
    await read.ask("interests add recommendation")
    listed = ids(await read.ask("recommend 4"))
    for number, verdict in enumerate(("dislike", "hide", "known"), start=1):
        await read.ask(f"{verdict} {number}")
    assert ids(await read.ask("recommend again 4")) == listed[3:]


async def test_a_paper_reacted_to_is_not_recommended_though_never_shown(read: World) -> None:
    await read.ask("interests add recommendation")
    await read.ask("save 2603.00006")
    assert set(ids(await read.ask("recommend 9"))) == RECOMMENDATION - {"arXiv:2603.00006"}


async def test_a_list_is_never_padded_with_papers_that_score_nothing(read: World) -> None:
    await read.ask("interests add laundry")
    assert ids(await read.ask("recommend 50")) == ["arXiv:2603.00011"]


async def test_a_topic_needs_no_profile_and_leaves_none_behind(read: World) -> None:
    assert set(ids(await read.ask("recommend 5 recommendation"))) == RECOMMENDATION
    profile = await read.ask("profile")
    assert (profile["interests"], profile["learned"], profile["shown"]) == ([], {}, 4)


async def test_a_topic_outweighs_the_profile_and_only_papers_on_it_come(read: World) -> None:
    await read.ask("interests add diffusion models, protein")
    assert set(ids(await read.ask("recommend 5 speech recognition"))) == {"arXiv:2603.00009"}


async def test_fresh_means_within_the_days_asked_for(read: World) -> None:
    await read.ask("interests add recommendation")
    read.later(days=8)
    assert "No paper is new within the last 7 days" in words_of(await read.say("recommend"))
    assert set(ids(await read.ask("recommend --days 9"))) == RECOMMENDATION


async def test_freshness_counts_from_first_sight_where_that_is_later(world: World) -> None:
    world.later(days=60)
    await world.add(*LIBRARY)
    world.later(days=6)
    assert set(ids(await world.ask("recommend 9 recommendation"))) == RECOMMENDATION


async def test_without_papers_the_answer_says_so(world: World) -> None:
    await world.ask("interests add weather")
    for said in ("recommend", "recommend 3 weather", "recommend again"):
        assert "I have no papers yet" in words_of(await world.say(said))


async def test_each_way_to_find_nothing_has_its_own_words(read: World) -> None:
    assert "Tell me what you care about first" in words_of(await read.say("recommend"))
    assert "has no word that I could look for" in words_of(await read.say("recommend 5 the of"))
    await read.ask("interests add archaeology")
    assert "was close enough" in words_of(await read.say("recommend"))
    assert 'Nothing about "numismatics"' in words_of(await read.say("recommend numismatics"))
    assert await read.ask("recommend") == []


async def test_a_bare_again_repeats_what_was_asked_for_last(read: World) -> None:
    first = await read.ask("recommend 2 diffusion")
    assert await read.ask("recommend again") == first
    message = await read.say("why 1")
    assert "not shown to you before" not in words_of(message)
    assert ids(await read.ask("recommend again 1 recommendation"))[0] in RECOMMENDATION


async def test_two_questions_at_once_do_not_bring_a_paper_twice(read: World) -> None:
    await read.ask("interests add recommendation, diffusion models, protein, laundry")
    lists = await asyncio.gather(*(read.ask("recommend 2") for _ in range(3)))
    shown = [paper_id for one in lists for paper_id in ids(one)]
    assert len(shown) == len(set(shown)) == 6


async def test_a_hidden_paper_is_not_explained_as_merely_lower(read: World) -> None:
    await read.ask("recommend 3 recommendation")
    await read.ask("hide 1")
    assert (await read.ask("why 1"))["kept_out"] == "turned down"


async def test_the_same_question_gives_the_same_answer(read: World) -> None:
    await read.ask("interests add recommendation, diffusion models, protein")
    first = await read.ask("digest preview 10")
    assert len(first) >= 7
    for _ in range(3):
        assert await read.ask("digest preview 10") == first


async def test_people_on_three_platforms_have_their_own_lists(read: World) -> None:
    await read.ask("interests add diffusion models", ADA)
    await read.ask("interests add recommendation", BEN)
    await read.ask("interests add laundry", CLEO)
    lists = {who: set(ids(await read.ask("recommend 3", who))) for who in (ADA, BEN, CLEO)}
    assert lists[ADA] <= DIFFUSION
    assert lists[BEN] <= RECOMMENDATION
    assert lists[CLEO] == {"arXiv:2603.00011"}
    liked = {who: (await read.ask("like 1", who))["id"] for who in (ADA, BEN, CLEO)}
    assert all(liked[who] in lists[who] for who in liked)
    assert len(await read.ask("interests", BEN)) == 1


async def test_numbers_mean_the_last_list_of_the_place_they_are_said_in(read: World) -> None:
    await read.say("recommend 2 recommendation", channel="left")
    await read.say("recommend 2 diffusion", channel="right")
    left = await read.say("paper 1", channel="left")
    right = await read.say("paper 1", channel="right")
    assert data_of(left)["id"] in RECOMMENDATION
    assert data_of(right)["id"] in DIFFUSION
    assert not (await read.say("paper 1", channel="nowhere")).ok


async def test_a_preview_of_the_digest_counts_nothing_as_shown_but_its_numbers_hold(read: World) -> None:
    await read.ask("recommend 3 recommendation")
    await read.ask("interests add diffusion models")
    before = (await read.ask("status"))["shown"]
    preview = await read.say("digest preview 3")
    assert "Your digest" in words_of(preview)
    assert (await read.ask("status"))["shown"] == before
    listed = ids(data_of(preview))
    assert (await read.ask("paper 2"))["id"] == listed[1]
    assert (await read.ask("why 2"))["rank"] == 2
    assert ids(await read.ask("recommend 3")) == listed


async def test_a_digest_with_nothing_in_it_says_why(read: World) -> None:
    assert "Tell me what you care about first" in words_of(await read.say("digest preview"))


async def test_equal_papers_stand_in_the_order_they_were_stored(world: World) -> None:
    await world.add(*(paper(number, "Twin papers", "Twins.") for number in (30, 20, 40)), *LIBRARY)
    assert ids(await world.ask("recommend 3 twin papers")) == [f"arXiv:2603.{n:05d}" for n in (30, 20, 40)]
