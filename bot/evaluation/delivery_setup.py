"""An installation to measure delivery on: papers of today, people with profiles, and subscriptions."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from bot.domain.chat import Address
from bot.domain.paper import Paper
from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind, KnownPaper, Profile
from bot.domain.subscription import Subscription
from bot.evaluation.corpus import Texts, tile
from bot.ranking.profile_query import build_profile
from bot.usecases.context import Context
from bot.usecases.ingest_papers import ingest_papers
from bot.usecases.profile_of import rounded
from store.engine import SqlStore
from store.profile_codec import encode_profile
from store.subscriptions import subscription_values
from store.tables import people, profiles, subscriptions

ROWS = 5_000
WORDS_OF = 3
"""Titles that a person's interests are taken from."""


class OccupiedError(Exception):
    """The database that is to be measured is in use."""


async def fill_papers(context: Context, texts: Texts, count: int) -> list[Paper]:
    """`count` papers that were announced an hour ago, as they are stored. Raises OccupiedError."""
    now = context.clock.now()
    async with context.store.read() as uow:
        if await uow.papers.count():
            raise OccupiedError("the database to measure has papers in it; name an empty one")
    made = [replace(paper, announced_at=now - timedelta(hours=1)) for paper in tile(texts, count)]
    await ingest_papers(context, iter(made))
    async with context.store.read() as uow:
        stored = await uow.papers.find_many([paper.id for paper in made])
    return list(stored.values())


async def make_profiles(
    context: Context, papers: Sequence[Paper], count: int, *, likes: int = 0, seed: int = 1
) -> list[Profile]:
    """Different profiles as the production builder makes them: a stated interest, and so many liked papers."""
    draw = random.Random(seed)
    async with context.store.read() as uow:
        index = await context.terms.current(uow)
    now = context.clock.now()
    made = []
    for _ in range(count):
        liked = draw.choices(papers, k=likes)
        known = [
            KnownPaper(paper.stored_key, paper.id, paper.title, paper.abstract, (), (), frozenset({"like"}), now)
            for paper in liked
        ]
        titles = [paper.title.partition(" (")[0] for paper in draw.choices(papers, k=WORDS_OF)]
        interests = [Interest(InterestKind.TEXT, title, now) for title in titles]
        made.append(rounded(build_profile(PersonId(0), interests, known, index, now, context.ranking)))
    return made


async def fill_people(store: SqlStore, some: Sequence[Profile], subscribed: Sequence[Subscription]) -> None:
    """The people of these subscriptions, with the profiles, if any, in turn. Raises OccupiedError."""
    now = max(one.created_at for one in subscribed) + timedelta(days=1)
    encoded = [encode_profile(profile) for profile in some]
    async with store.connection() as connection:
        if (await connection.execute(select(func.count()).select_from(people))).scalar_one():
            raise OccupiedError("the database to measure has people in it; name an empty one")
    for start in range(0, len(subscribed), ROWS):
        chunk = subscribed[start : start + ROWS]
        async with store.connection() as connection:
            ids = [{"id": one.person_id, "created_at": one.created_at} for one in chunk]
            await connection.execute(insert(people), ids)
            if encoded:
                rows = [(one.person_id, now, *encoded[one.person_id % len(encoded)]) for one in chunk]
                names = ("person_id", "built_at", "vector", "payload")
                await connection.execute(insert(profiles), [dict(zip(names, row, strict=True)) for row in rows])
            values = [{"person_id": one.person_id, **subscription_values(one)} for one in chunk]
            await connection.execute(insert(subscriptions), values)


def subscribed(person: int, address: Address, due_at: datetime, **changes: object) -> Subscription:
    """A daily subscription in UTC whose next digest is due then."""
    subscription = Subscription(
        PersonId(person),
        tuple(range(7)),
        due_at.time(),
        "UTC",
        3,
        due_at - timedelta(days=1),
        address=address,
        next_period=due_at.date(),
        next_due_at=due_at,
    )
    return replace(subscription, **changes)  # type: ignore[arg-type]
