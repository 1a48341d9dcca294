"""A person's learned profile: read when it is there and knows all that they said, else learned anew.

Who says something about interests or papers does not wait for the profile: it is marked as outdated in the same
transaction. The next list learns it anew, and where nobody asks for one, the scheduler.
"""

from array import array
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.person import PersonId
from bot.domain.profile import Profile
from bot.ports import UnitOfWork
from bot.ranking.profile_query import build_profile
from bot.usecases.context import Context

MAX_AGE = timedelta(days=14)
"""Old likes fade, so a profile is made anew now and then. They fade all alike, which leaves their shares as they were;
only beside what was stated do they weigh too much meanwhile, by 6 % after 14 days of a half-life of 180."""

KNOWN_PAPERS = 500
"""Reactions that a profile is learned from: the latest so many."""


async def profile_of(context: Context, uow: UnitOfWork, person_id: PersonId) -> Profile:
    """The stored profile; one that is missing, outdated or too old is built (in memory: `learn` stores it)."""
    profile = await uow.profiles.find(person_id)
    if profile is not None and is_young(profile.built_at, context.clock.now()):
        return profile
    return await build(context, uow, person_id)


def is_young(built_at: datetime, now: datetime) -> bool:
    """Whether a profile made then is still good."""
    return timedelta(0) <= now - built_at <= MAX_AGE


async def learn(context: Context, person_id: PersonId) -> bool:
    """Learn the profile anew and store it; False if the person says something meanwhile."""
    async with context.store.read() as uow:
        outdated_at = await uow.profiles.outdated_at(person_id)
        profile = await build(context, uow, person_id)
    async with context.store.write() as uow:
        return await uow.profiles.put(profile, outdated_at)


async def learn_if_outdated(context: Context, person_id: PersonId) -> None:
    async with context.store.read() as uow:
        is_outdated = await uow.profiles.outdated_at(person_id) is not None
    if is_outdated:
        await learn(context, person_id)


async def build(context: Context, uow: UnitOfWork, person_id: PersonId) -> Profile:
    interests = await uow.interests.all(person_id)
    known = await uow.feedback.known_papers(person_id, KNOWN_PAPERS)
    index = await context.terms.current(uow)
    built = await context.think(build_profile, person_id, interests, known, index, context.clock.now(), context.ranking)
    return rounded(built)


def rounded(profile: Profile) -> Profile:
    """With the weights that are left once it is stored, so that it ranks the same before and after."""
    queries = [replace(query, weights=tuple(array("f", query.weights).tolist())) for query in profile.queries]
    return replace(profile, queries=tuple(queries))
