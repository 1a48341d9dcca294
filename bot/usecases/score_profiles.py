"""Score profiles: everybody's first papers in one pass, as `recommend` would rank them one person at a time.

This is what digests start from. The batch scorer does the numbers; what it cannot tell apart goes to the ranker.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.paper import LONG_AGO, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile_vector import ProfileVector, encode_vector
from bot.domain.ranking import Candidates
from bot.ports import UnitOfWork
from bot.ranking.batch import BatchScorer
from bot.ranking.ranker import RankedList, Ranker
from bot.ranking.term_index import TermIndex
from bot.usecases.context import Context
from bot.usecases.profile_of import build, is_young, profile_of

CHUNK = 2_000
"""People read and scored at a time: it bounds the memory, some hundred megabytes for long profiles."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What a person's list is made from: the first papers with their scores, before `diversify`, of `candidates`."""

    person_id: PersonId
    papers: tuple[tuple[PaperKey, float], ...]
    candidates: int


@dataclass(frozen=True, slots=True)
class Everybody:
    """One pass over people: the index and the candidates are those of its start. Without a `scorer` everybody goes to
    the ranker, one after the other: for a few people that is quicker than to make a scorer ready."""

    context: Context
    index: TermIndex
    since: datetime
    scorer: BatchScorer | None
    k: int

    async def chunks(self) -> AsyncIterator[list[Shortlist]]:
        """The shortlists of all who have a profile, in order of their ids."""
        after = PersonId(0)
        while True:
            async with self.context.store.read() as uow:
                vectors = await uow.profiles.vectors(after, CHUNK)
                if not vectors:
                    return
                after = vectors[-1].person_id
                shortlists = await self._score(uow, vectors)
            yield shortlists

    async def of(self, people: Sequence[PersonId], *, again: bool = False) -> list[Shortlist]:
        """The shortlists of some people, in order of their ids; also of those whose profile is yet to be made.

        With `again` what was shown or reacted to counts as well.
        """
        shortlists: list[Shortlist] = []
        ordered = sorted(set(people))
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            async with self.context.store.read() as uow:
                stored = {vector.person_id: vector for vector in await uow.profiles.vectors_of(chunk)}
                vectors = [stored.get(person) or ProfileVector(person, LONG_AGO, b"") for person in chunk]
                shortlists += await self._score(uow, vectors, again=again)
        return shortlists

    async def listed(self, uow: UnitOfWork, shortlist: Shortlist, n: int) -> RankedList:
        """The list that `recommend` would give without exploration: diversified, with the parts of every score."""
        profile = await profile_of(self.context, uow, shortlist.person_id)
        ranker = Ranker(self.index, self.context.ranking)
        first = [key for key, _ in shortlist.papers]
        return await asyncio.to_thread(ranker.arrange, profile, first, shortlist.candidates, n)

    async def _score(
        self, uow: UnitOfWork, vectors: Sequence[ProfileVector], *, again: bool = False
    ) -> list[Shortlist]:
        people = [vector.person_id for vector in vectors]
        excluded = [frozenset[PaperKey]()] * len(people) if again else await self._excluded(uow, people)
        if self.scorer is None:
            return [await self._ranked(uow, person, had) for person, had in zip(people, excluded, strict=True)]
        now = self.context.clock.now()
        numbers = [
            vector.data
            if is_young(vector.built_at, now)
            else encode_vector(await build(self.context, uow, vector.person_id))
            for vector in vectors
        ]
        found = await asyncio.to_thread(self.scorer.score, numbers, self.k, excluded)
        shortlists = [
            Shortlist(person, tuple(found.of(at)), int(found.candidates[at])) for at, person in enumerate(people)
        ]
        for at in [*found.unsure.tolist(), *found.damaged.tolist()]:
            shortlists[at] = await self._ranked(uow, people[at], excluded[at])
        return shortlists

    async def _ranked(self, uow: UnitOfWork, person_id: PersonId, excluded: frozenset[PaperKey]) -> Shortlist:
        profile = await profile_of(self.context, uow, person_id)
        ranker = Ranker(self.index, replace(self.context.ranking, diversify_strength=0.0))
        ranked = await asyncio.to_thread(ranker.rank, profile, Candidates(self.since, excluded), self.k)
        return Shortlist(person_id, tuple((entry.key, entry.score) for entry in ranked.entries), ranked.candidates)

    async def _excluded(self, uow: UnitOfWork, people: Sequence[PersonId]) -> list[frozenset[PaperKey]]:
        """What each was shown or has reacted to, as far as it is fresh."""
        had: defaultdict[PersonId, set[PaperKey]] = defaultdict(set)
        for person, key in await uow.impressions.seen_by(people, self.since):
            had[person].add(key)
        for person, key in await uow.feedback.reacted_by(people, self.since):
            had[person].add(key)
        return [frozenset(had.get(person, ())) for person in people]


async def score_everybody(context: Context, n: int, *, for_lists: bool = True) -> Everybody:
    """Make ready to give people their first `n` papers of this moment; as many more as `listed` looks at, unless no
    lists are to be made of them.

    ValueError for a context without a folder for compiled code.
    """
    if context.compiled is None:
        raise ValueError("scoring everybody needs a folder for compiled code")
    few = await score_few(context, n, for_lists=for_lists)
    scorer = await asyncio.to_thread(
        BatchScorer,
        few.index,
        few.since,
        context.compiled,
        settings=context.ranking,
        threads=context.scorer_threads,
    )
    return replace(few, scorer=scorer)


async def score_few(context: Context, n: int, *, for_lists: bool = True) -> Everybody:
    """The same for a few people, by the ranker alone; nothing is compiled for it."""
    settings = context.ranking
    async with context.store.read() as uow:
        index = await context.terms.current(uow)
    since = context.clock.now() - timedelta(days=context.fresh_days)
    pool = settings.diversify_pool if for_lists and settings.diversify_strength else 0
    return Everybody(context, index, since, None, max(n, pool))
