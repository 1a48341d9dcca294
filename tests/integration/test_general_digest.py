"""Digests of what everybody reads."""

import pytest

from bot.domain.chat import Address
from bot.domain.delivery import DeliveryState, SkipReason
from bot.domain.listing import ListingHead
from bot.domain.subscription import Content
from bot.evaluation.fake_platform import Faults
from bot.usecases.general_digest import choose_general, general_of
from tests.integration.delivery_world import Post, open_post
from tests.integration.world import ADA, BEN, World, paper

GENERAL = Address("discord", "general")
TRENDING = Content.TRENDING


@pytest.fixture
def post(world: World) -> Post:
    return open_post(world)


async def test_who_cares_about_everything_gets_what_everybody_upvotes_each_once(post: Post) -> None:
    await post.world.add(paper(1, "Quiet"), paper(2, "Loud", upvotes=80), paper(3, "Louder", upvotes=90))
    ada = await post.person(ADA)
    await post.due(ada, GENERAL, content=TRENDING, size=1)
    await post.turn()
    post.world.later(days=1)
    await post.deliver()
    post.world.later(days=1)
    await post.deliver()
    first, second = post.kept()
    assert first.text.startswith("Trending papers for Monday, 16 March\n")
    assert "arXiv:2603.00003" in first.text
    assert "1 of 2 trending papers (the last 7 days)" in first.text
    assert "arXiv:2603.00003" not in second.text
    assert "arXiv:2603.00002" in second.text
    assert (await post.last(ada)).reason == SkipReason.ALL_SEEN.value


async def test_where_nothing_has_votes_the_latest_page_comes_in_its_order(post: Post) -> None:
    await post.world.add(paper(1, "Second"), paper(2, "First"))
    async with post.context.store.write() as uow:
        second, first = [await uow.papers.find(paper(number, "").id) for number in (1, 2)]
        assert first is not None
        assert second is not None
        await uow.listings.put(ListingHead("page", post.now.date(), "AK"), [first.stored_key, second.stored_key])
    ada = await post.person(ADA)
    await post.due(ada, GENERAL, content=TRENDING)
    await post.turn()
    (message,) = post.kept()
    assert message.text.index("arXiv:2603.00002") < message.text.index("arXiv:2603.00001")


async def test_without_papers_the_day_is_skipped_with_its_reason(post: Post) -> None:
    ada, ben = await post.person(ADA), await post.person(BEN)
    await post.due(ada, GENERAL, content=TRENDING)
    assert (await post.last(ada)).reason == SkipReason.NO_PAPERS.value
    await post.world.add(paper(1, "Quiet"))
    await post.due(ben, GENERAL, content=TRENDING, tell_empty=True)
    await post.turn()
    (message,) = post.kept()
    assert message.text.startswith("No papers for you on Monday, 16 March: no new papers came in.")


async def test_what_was_begun_comes_again_as_it_was_chosen(post: Post) -> None:
    await post.world.add(paper(1, "Loud", upvotes=80), paper(2, "Louder", upvotes=90))
    ada = await post.person(ADA)
    await post.due(ada, GENERAL, content=TRENDING, size=1, faults=Faults(refused=1.0))
    await post.turn()
    assert (await post.last(ada)).state is DeliveryState.RETRY
    await post.world.add(paper(3, "Loudest", upvotes=900))
    post.calm()
    post.world.later(minutes=1)
    await post.turn()
    (message,) = post.kept()
    assert "arXiv:2603.00002" in message.text
    assert "arXiv:2603.00003" not in message.text


async def test_a_paper_says_why_everybody_reads_it(post: Post) -> None:
    await post.world.add(paper(1, "Loud", upvotes=80))
    ada = await post.person(ADA)
    found, _ = await choose_general(post.context, ada, 5)
    assert [[step.effect for step in entry.steps] for entry in found.entries] == [["80 upvotes, less than a day old"]]
    assert (await general_of(post.context, [entry.paper.stored_key for entry in found.entries])) == found
