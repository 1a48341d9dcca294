"""Refresh profiles: learn what was said since, and make the oldest anew before they are too old to be scored so."""

from datetime import timedelta

from bot.usecases.context import Context
from bot.usecases.profile_of import MAX_AGE, learn

MARGIN = timedelta(days=4)
"""How long before they are too old."""

QUIET = timedelta(seconds=20)
"""After so long without a word of the person: who presses a button often presses another one."""

AT_ONCE = 1_000


async def refresh_profiles(context: Context) -> int:
    """Make the oldest profiles anew, one transaction each; how many."""
    async with context.store.read() as uow:
        oldest = await uow.profiles.oldest(context.clock.now() - (MAX_AGE - MARGIN), AT_ONCE)
    for person_id in oldest:
        await learn(context, person_id)
    return len(oldest)


async def learn_outdated(context: Context) -> int:
    """Learn anew the profiles of those who have said something and asked for no list since; how many."""
    async with context.store.read() as uow:
        outdated = await uow.profiles.outdated(context.clock.now() - QUIET, AT_ONCE)
    for person_id in outdated:
        await learn(context, person_id)
    return len(outdated)
