"""Whose profiles to refresh: where something was said since, and the oldest before they are too old to be scored so."""

from datetime import timedelta

from bot.domain.person import PersonId
from bot.usecases.context import Context
from bot.usecases.profile_of import MAX_AGE

MARGIN = timedelta(days=4)
"""How long before they are too old."""

QUIET = timedelta(seconds=20)
"""After so long without a word of the person: who presses a button often presses another one."""

AT_ONCE = 1_000


async def oldest_profiles(context: Context) -> list[PersonId]:
    """Whose profile is to be made anew before it is too old."""
    async with context.store.read() as uow:
        return await uow.profiles.oldest(context.clock.now() - (MAX_AGE - MARGIN), AT_ONCE)


async def outdated_profiles(context: Context) -> list[PersonId]:
    """Who has said something, and asked for no list since."""
    async with context.store.read() as uow:
        return await uow.profiles.outdated(context.clock.now() - QUIET, AT_ONCE)
