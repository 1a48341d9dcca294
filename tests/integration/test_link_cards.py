"""Links to papers in a channel, on both databases."""

import pytest

from bot.domain.chat import Address
from bot.domain.person import Account
from bot.usecases.link_cards import MOST, linked_papers, links_in, switch_cards
from tests.fake_arxiv import FakeArxiv
from tests.integration.world import BEN, World, library, record

CHANNEL = Account("discord", "8000", kind="channel")
HERE = Address("discord", "8000")
ONE = "have you seen https://arxiv.org/abs/2603.00001v2 ?"


@pytest.fixture
async def switched(world: World) -> World:
    await switch_cards(world.context, HERE, True)
    return await library(world)


async def cards(world: World, text: str, address: Address = HERE) -> list[str]:
    channel = Account("discord", address.channel, kind="channel")
    return [paper.id for paper in await linked_papers(world.context, channel, address, text)]


async def test_every_kind_of_link_gets_a_card_in_the_channel_that_wants_them(switched: World) -> None:
    assert await cards(switched, ONE) == ["arXiv:2603.00001"]
    assert await cards(switched, "<https://huggingface.co/papers/2603.00002>") == ["arXiv:2603.00002"]
    assert await cards(switched, "[this](https://www.alphaxiv.org/abs/2603.00003)") == ["arXiv:2603.00003"]
    assert await cards(switched, "https://doi.org/10.48550/arXiv.2603.00004") == ["arXiv:2603.00004"]


async def test_elsewhere_nothing_is_said_and_nothing_is_kept(switched: World) -> None:
    assert await cards(switched, ONE, Address("discord", "9000")) == []
    async with switched.context.store.read() as uow:
        assert await uow.people.find(Account("discord", "9000", kind="channel")) is None
    await switch_cards(switched.context, HERE, False)
    assert await cards(switched, ONE) == []


async def test_where_the_platform_asks_about_a_link_nothing_has_to_be_switched_on(read: World) -> None:
    channel = Account("slack", "C1", "T1", kind="channel")
    for place, found in (("C1", 1), ("C1", 0), ("C2", 1)):
        address = Address("slack", place, "T1")
        assert len(await linked_papers(read.context, channel, address, ONE, always=True)) == found


async def test_a_paper_gets_one_card_a_day_whatever_link_it_comes_by(switched: World) -> None:
    assert len(await cards(switched, ONE)) == 1
    assert await cards(switched, "https://hf.co/papers/2603.00001") == []
    await switch_cards(switched.context, Address("discord", "9000"), True)
    assert len(await cards(switched, ONE, Address("discord", "9000"))) == 1
    switched.later(days=1)
    assert len(await cards(switched, ONE)) == 1
    assert await cards(switched, ONE) == []


async def test_a_message_full_of_links_gets_a_few_cards(switched: World) -> None:
    links = " ".join(f"https://arxiv.org/abs/2603.{number:05d}" for number in range(1, 10))
    assert len(await cards(switched, links)) == MOST


async def test_what_is_posted_counts_once_for_what_is_trending(switched: World) -> None:
    assert await switched.ask("trending") == []
    for _ in range(3):
        await cards(switched, ONE)
        switched.later(days=1)
    (first,) = await switched.ask("trending")
    assert first["id"] == "arXiv:2603.00001"
    async with switched.context.store.read() as uow:
        (votes,) = await uow.papers.votes(switched.clock.now().replace(year=2025), 9)
    assert (votes.likes, votes.dislikes) == (1, 0)


async def test_a_link_that_the_channel_does_not_know_is_fetched_from_arxiv_alone(switched: World) -> None:
    switched.fetcher.arxiv = FakeArxiv([record(77, "Kernels for everyone")])
    assert await cards(switched, "https://arxiv.org/abs/2603.00077") == ["arXiv:2603.00077"]
    before = len(switched.fetcher.asked)
    assert await cards(switched, "https://evil.test/2603.00078 https://doi.org/10.1000/unknown") == []
    assert len(switched.fetcher.asked) == before


async def test_what_readers_like_themselves_is_not_the_channels(switched: World) -> None:
    await switched.ask("like arXiv:2603.00005", BEN)
    await cards(switched, ONE)
    saved = await switched.ask("saved", CHANNEL)
    assert [paper["id"] for paper in saved] == ["arXiv:2603.00001"]


@pytest.mark.parametrize("text", ["", "arXiv:2603.00001", "2603.00001", "https://example.org/a", "://", "a://" * 500])
def test_a_name_or_another_link_is_no_link_to_a_paper(text: str) -> None:
    assert links_in(text) == []
