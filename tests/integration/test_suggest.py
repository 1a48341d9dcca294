"""What is suggested to somebody who is typing an option."""

import pytest

from bot.commands import find_spec
from bot.domain.person import Account
from bot.usecases.suggest import MOST, suggest
from tests.integration.world import ADA, BEN, RECOMMENDATION, World


async def _values(world: World, command: str, option: str, typed: str, who: Account = ADA) -> list[str]:
    spec = find_spec(command)
    assert spec is not None
    return [each.value for each in await suggest(world.context, who, spec, option, typed)]


async def _search(world: World) -> None:
    """Searching takes new papers into the index, as the follower of a serving process does."""
    await world.ask("search diffusion")


async def test_papers_come_by_words_of_their_titles_even_before_the_last_is_typed(read: World) -> None:
    await _search(read)
    assert (await _values(read, "similar", "paper", "latent diffusion"))[0] == "arXiv:2603.00002"
    assert (await _values(read, "similar", "paper", "diffusion models pro"))[0] == "arXiv:2603.00001"
    assert (await _values(read, "similar", "paper", "laun")) == ["arXiv:2603.00011"]
    assert (await _values(read, "similar", "paper", "recommendati"))[0] in RECOMMENDATION
    assert (await _values(read, "similar", "paper", "(")) == []


async def test_papers_come_by_an_id_or_a_link_too(read: World) -> None:
    assert await _values(read, "why", "paper", "https://arxiv.org/abs/2603.00004v2") == ["arXiv:2603.00004"]
    assert await _values(read, "why", "paper", "2603.09999") == []


async def test_before_a_word_is_typed_the_papers_reacted_to_last_come(read: World) -> None:
    assert await _values(read, "undo", "paper", "") == []
    await read.ask("like 2603.00001")
    read.later(minutes=1)
    await read.ask("save 2603.00004")
    assert await _values(read, "undo", "paper", "") == ["arXiv:2603.00004", "arXiv:2603.00001"]
    assert await _values(read, "undo", "paper", "", BEN) == []


async def test_only_ones_own_interests_are_suggested_for_removal(read: World) -> None:
    await read.ask("interests add diffusion models, recommendation")
    assert await _values(read, "interests remove", "text", "diff") == ["diffusion models"]
    assert await _values(read, "interests remove", "text", "", BEN) == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [("cs.I", "cs.IR"), ("quant", "quant-ph"), ("cs.IR, stat.M", "cs.IR, stat.ME"), ("math.CO cs.D", "math.CO, cs.DB")],
)
async def test_the_last_category_typed_is_completed(world: World, typed: str, first: str) -> None:
    assert (await _values(world, "interests category", "categories", typed))[0] == first


@pytest.mark.parametrize(("typed", "first"), [("berl", "Europe/Berlin"), ("new y", "America/New_York")])
async def test_time_zones_come_by_their_cities(world: World, typed: str, first: str) -> None:
    assert (await _values(world, "digest subscribe", "zone", typed))[0] == first


async def test_never_more_than_a_platform_takes_and_nothing_for_free_text(read: World) -> None:
    assert len(await _values(read, "digest subscribe", "zone", "")) == MOST
    assert await _values(read, "recommend", "topic", "diff") == []
    assert await _values(read, "similar", "paper", "since:when") == []
    assert await _values(read, "help", "command", "digest p") == ["digest preview", "digest pause"]
