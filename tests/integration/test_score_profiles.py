"""Everybody scored in one pass, on both databases: exactly the lists that each person would be recommended."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.chat import Address
from bot.domain.person import Account, PersonId
from bot.domain.profile import PartKind, ProfileQuery
from bot.ranking.parameters import RankingSettings
from bot.usecases import score_profiles
from bot.usecases.compose_digest import preview_digest
from bot.usecases.context import Context
from bot.usecases.profile_of import learn, profile_of
from bot.usecases.recommend import hydrate
from bot.usecases.score_profiles import Shortlist, score_everybody
from tests.integration.world import ADA, BEN, CLEO, World, paper

pytestmark = pytest.mark.timeout(900)  # the first test compiles

DORA = Account("console", "dora")
TALK: dict[Account, tuple[str, ...]] = {
    ADA: ("interests add diffusion models, recommendation", "like arXiv:2603.00001", "recommend 2"),
    BEN: ("interests add chemistry", "interests mute quantum", "like arXiv:2603.00007", "dislike arXiv:2603.00008"),
    CLEO: ("like arXiv:2603.00004", "like arXiv:2603.00005", "like arXiv:2603.00009", "unlike arXiv:2603.00009"),
    DORA: ("recommend 1",),
}


@pytest.fixture
def context(read: World, kernels: Path) -> Context:
    return replace(
        read.context,
        ranking=RankingSettings(explore_share=0.0),
        compiled=kernels,
        scorer_threads=2,
    )


async def _people(world: World, context: Context) -> list[PersonId]:
    for who, lines in TALK.items():
        for line in lines:
            await world.say(line, who)
    async with context.store.read() as uow:
        found = [await uow.people.find(who) for who in TALK]
    return [person.id for person in found if person is not None]


async def _assert_like_previews(context: Context, shortlists: list[Shortlist], people: list[PersonId]) -> None:
    scoring = await score_everybody(context, 5)
    assert [shortlist.person_id for shortlist in shortlists] == sorted(people)
    lengths = []
    for shortlist in shortlists:
        preview = await preview_digest(context, shortlist.person_id, Address("console", "elsewhere"), 5)
        async with context.store.read() as uow:
            listed = await scoring.listed(uow, shortlist, 5)
            profile = await profile_of(context, uow, shortlist.person_id)
            assert await hydrate(uow, listed, profile) == preview.ranking
        lengths.append(len(listed.entries))
    assert max(lengths) > 2


async def test_everybody_gets_what_a_preview_of_the_digest_shows(
    read: World, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interests, likes, dislikes, mutes and what was shown; strength of `diversify` that moves papers."""
    context = replace(context, ranking=RankingSettings(diversify_strength=0.6, learned_floor=0.01, explore_share=0.0))
    people = await _people(read, context)
    for person in people:
        assert await learn(context, person)
    monkeypatch.setattr(score_profiles, "CHUNK", 3)
    scoring = await score_everybody(context, 5)
    shortlists = [shortlist async for chunk in scoring.chunks() for shortlist in chunk]
    assert shortlists == await scoring.of(people)
    await _assert_like_previews(context, shortlists, people)


async def test_profiles_that_are_missing_outdated_old_or_damaged_are_made_anew(read: World, context: Context) -> None:
    people = await _people(read, context)
    read.later(days=2)
    await read.add(paper(50, "Diffusion models for music", announced_at=read.clock.now()))
    for person in people[:3]:
        assert await learn(context, person)
    async with context.store.write() as uow:
        await uow.profiles.drop(people[0])
        profile = await uow.profiles.find(people[2])
        assert profile is not None
        odd = ProfileQuery(PartKind.TOPIC, "recommendation", ("recommend",), (1.0,))
        young = replace(profile, built_at=read.clock.now())
        await uow.profiles.put(replace(young, queries=(*young.queries, odd)))
    shortlists = await (await score_everybody(context, 5)).of(people)
    await _assert_like_previews(context, shortlists, people)


async def test_without_papers_or_people_there_is_nothing(world: World, kernels: Path) -> None:
    context = replace(world.context, compiled=kernels)
    scoring = await score_everybody(context, 5)
    assert [chunk async for chunk in scoring.chunks()] == []
    assert await scoring.of([]) == []
    await world.say("interests add diffusion models")
    async with context.store.read() as uow:
        person = await uow.people.find(ADA)
    assert person is not None
    assert await learn(context, person.id)
    (shortlist,) = [one async for chunk in scoring.chunks() for one in chunk]
    assert (shortlist.papers, shortlist.candidates) == ((), 0)


async def test_no_folder_for_compiled_code_is_told(world: World) -> None:
    with pytest.raises(ValueError, match="folder for compiled code"):
        await score_everybody(world.context, 5)


async def test_fresh_means_the_same_as_for_one_person(read: World, context: Context) -> None:
    await read.say("interests add diffusion models")
    read.clock.advance(timedelta(days=context.fresh_days, seconds=1))
    async with context.store.read() as uow:
        person = await uow.people.find(ADA)
    assert person is not None
    (shortlist,) = await (await score_everybody(context, 5)).of([person.id])
    assert (shortlist.papers, shortlist.candidates) == ((), 0)
