"""Refresh profiles: make the oldest anew before they are too old to be scored as they are."""

from datetime import timedelta

from bot.usecases.context import Context
from bot.usecases.profile_of import MAX_AGE, build

MARGIN = timedelta(days=4)
"""How long before they are too old."""

AT_ONCE = 1_000


async def refresh_profiles(context: Context) -> int:
    """Make the oldest profiles anew, one transaction each; how many."""
    before = context.clock.now() - (MAX_AGE - MARGIN)
    async with context.store.read() as uow:
        oldest = await uow.profiles.oldest(before, AT_ONCE)
    for person_id in oldest:
        async with context.store.read() as uow:
            profile = await build(context, uow, person_id)
        async with context.store.write() as uow:
            stored = await uow.profiles.find(person_id)
            # One that was made meanwhile, after a word of the person, knows more.
            if stored is not None and stored.built_at < before:
                await uow.profiles.put(profile)
    return len(oldest)
