"""Recommend: the few fresh papers that are for this person, each once."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.chat import Address
from bot.domain.feedback import NEGATIVE, POSITIVE, Impression, Reaction
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import Profile, ProfileQuery
from bot.domain.ranking import Candidates, Entry, Exploration, Ranking
from bot.ports import UnitOfWork
from bot.ranking.profile_query import topic_query
from bot.ranking.ranker import RankedList, Ranker
from bot.ranking.sources import Origins
from bot.ranking.term_index import TermIndex
from bot.usecases.context import Context
from bot.usecases.profile_of import learn_if_outdated, profile_of

SETTLED = NEGATIVE | {Reaction.KNOWN}
"""Reactions after which a paper is not recommended any more, not even again."""


class EmptyReason(StrEnum):
    """Why a ranking holds nothing: a value, so that messages and digests can say it."""

    NO_PAPERS = "no papers"
    NO_PROFILE = "no profile"
    NO_WORDS = "no words"
    NOTHING_FRESH = "nothing fresh"
    ALL_SEEN = "all seen"
    NOTHING_CLOSE = "nothing close"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a recommendation was asked for. `again` lets papers come that were shown before; `day` (a date's ordinal)
    is when, 0 for now: exploration differs from day to day. `start` asked for first papers to react to. `least` is the
    score below which a digest leaves papers out."""

    n: int
    days: int
    topic: str = ""
    again: bool = False
    day: int = 0
    start: bool = False
    least: float = 0.0

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Asked":
        return Asked(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Recommendation:
    asked: Asked
    ranking: Ranking
    empty_reason: EmptyReason | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """All that ranking for a person needs, read in one transaction."""

    profile: Profile
    index: TermIndex
    candidates: Candidates
    topic: ProfileQuery | None
    reacted: dict[PaperKey, dict[Reaction, datetime]]
    seen: frozenset[PaperKey]
    exploration: Exploration


TRIES = 3
"""Rankings made anew where another process showed some of the papers to the same person meanwhile."""


async def recommend(
    context: Context, person_id: PersonId, address: Address, asked: Asked, *, surface: str, show: bool = True
) -> Recommendation:
    """The best `asked.n` candidates, from now on the list that numbers refer to; with `show` they count as shown."""
    asked = replace(asked, day=asked.day or context.clock.now().toordinal())
    await learn_if_outdated(context, person_id)
    for _ in range(TRIES):
        ranking, reason = await choose(context, person_id, asked)
        if reason or await record_list(context, person_id, address, asked, ranking, surface if show else None):
            break
    return Recommendation(asked, ranking, reason)


async def choose(context: Context, person_id: PersonId, asked: Asked) -> tuple[Ranking, EmptyReason | None]:
    """The best `asked.n` candidates of this moment with their papers, or why there are none. Nothing is written."""
    async with context.store.read() as uow:
        standing = await standing_of(context, uow, person_id, asked)
    wordless = standing.topic is not None and not standing.topic.terms
    ranked = RankedList((), 0) if wordless else await rank(context, standing, asked.n)
    async with context.store.read() as uow:
        ranking = await hydrate(uow, ranked, standing.profile)
        return ranking, None if ranking.entries else await _why_empty(context, uow, standing)


async def asked_last(context: Context, person_id: PersonId, address: Address) -> Asked | None:
    """What the last list shown there was asked for, if it was a recommendation."""
    async with context.store.read() as uow:
        shown = await uow.state.find_list(address, person_id)
    return Asked.from_json(shown.context) if shown.context else None


async def standing_of(
    context: Context, uow: UnitOfWork, person_id: PersonId, asked: Asked, *, unseen: frozenset[PaperKey] = frozenset()
) -> Standing:
    """Profile, index and candidates of a person; papers in `unseen` count as not shown yet."""
    profile = await profile_of(context, uow, person_id)
    reacted = await uow.feedback.reacted(person_id)
    seen = frozenset() if asked.again else await uow.impressions.seen(person_id) - unseen
    return Standing(
        profile=profile,
        index=await context.terms.current(uow),
        candidates=open_papers(context.clock.now(), asked, seen, reacted, unseen),
        topic=topic_query(asked.topic) if asked.topic else None,
        reacted=reacted,
        seen=seen,
        exploration=exploration_of(person_id, asked, context.clock.now(), reacted),
    )


def exploration_of(
    person_id: PersonId, asked: Asked, now: datetime, reacted: Mapping[PaperKey, Mapping[Reaction, datetime]]
) -> Exploration:
    latest = sorted(reacted, key=lambda key: (max(reacted[key].values()), key), reverse=True)
    return Exploration(
        person_id,
        asked.day or now.toordinal(),
        liked=tuple(key for key in latest if POSITIVE & reacted[key].keys()),
        disliked=tuple(key for key in latest if NEGATIVE & reacted[key].keys()),
    )


def open_papers(
    now: datetime,
    asked: Asked,
    seen: frozenset[PaperKey],
    reacted: Mapping[PaperKey, Mapping[Reaction, datetime]],
    unseen: frozenset[PaperKey] = frozenset(),
) -> Candidates:
    """What may be recommended to a person who has seen and reacted to these papers."""
    settled = frozenset(key for key, reactions in reacted.items() if SETTLED & reactions.keys())
    had = frozenset() if asked.again else seen | reacted.keys()
    return Candidates(since=now - timedelta(days=asked.days), excluded=had - unseen | settled, least=asked.least)


async def rank(context: Context, standing: Standing, k: int) -> RankedList:
    """Ranking is pure computation on an immutable index: it runs in a thread, beside the chat."""
    ranker = Ranker(standing.index, context.ranking)
    return await context.think(
        ranker.rank, standing.profile, standing.candidates, k, topic=standing.topic, exploration=standing.exploration
    )


async def hydrate(uow: UnitOfWork, ranked: RankedList, profile: Profile) -> Ranking:
    """The ranking with its papers, and with the liked papers that its learned parts mostly come from."""
    origins = Origins.of_queries(profile.queries)
    papers = await uow.papers.by_keys([entry.key for entry in ranked.entries])
    entries = tuple(
        Entry(papers[entry.key], rank, entry.score, origins.traced(entry.parts), entry.steps)
        for rank, entry in enumerate((entry for entry in ranked.entries if entry.key in papers), start=1)
    )
    return Ranking(entries, ranked.candidates)


async def _why_empty(context: Context, uow: UnitOfWork, standing: Standing) -> EmptyReason:
    if not await uow.papers.count():
        return EmptyReason.NO_PAPERS
    if standing.topic is None and standing.profile.is_empty:
        return EmptyReason.NO_PROFILE
    if standing.topic is not None and not standing.topic.terms:
        return EmptyReason.NO_WORDS
    fresh = standing.index.count_fresh(standing.candidates.since)
    if fresh == 0:
        return EmptyReason.NOTHING_FRESH
    open_ones = Candidates(since=standing.candidates.since, least=standing.candidates.least)
    everything = await context.think(
        Ranker(standing.index, context.ranking).rank, standing.profile, open_ones, 1, topic=standing.topic
    )
    return EmptyReason.ALL_SEEN if everything.entries else EmptyReason.NOTHING_CLOSE


async def record_list(
    context: Context, person_id: PersonId, address: Address, asked: Asked, ranking: Ranking, shown_by: str | None
) -> bool:
    """`shown_by` is the surface that showed the papers, None if they do not count as shown.

    False, and nothing is recorded, if one of them was shown to the person since it was ranked: a paper comes once.
    """
    now = context.clock.now()
    async with context.store.write() as uow:
        if shown_by is not None:
            await uow.people.hold(person_id)
            seen = await uow.impressions.seen(person_id)
            if not asked.again and any(entry.paper.stored_key in seen for entry in ranking.entries):
                return False
            await uow.impressions.append(
                [Impression(person_id, entry.paper.stored_key, entry.rank, now, shown_by) for entry in ranking.entries]
            )
        shown = [entry.paper.id for entry in ranking.entries]
        await uow.state.put_list(address, person_id, shown, asked.to_json())
        return True
