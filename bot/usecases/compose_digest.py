"""Compose a digest: what one person would be pushed now. A preview and the digest that is sent are the same list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.arxiv_calendar import EASTERN
from bot.domain.chat import Address
from bot.domain.delivery import SkipReason
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.ranking import Entry, Ranking
from bot.domain.subscription import Content, Subscription, Threshold
from bot.ports import UnitOfWork
from bot.ranking.ranker import RankedList, Ranker
from bot.ranking.score_history import Histories
from bot.usecases.context import Context
from bot.usecases.general_digest import choose_general, general_of
from bot.usecases.recommend import Asked, EmptyReason, Recommendation, choose, hydrate, rank, recommend, standing_of

DIGEST_SIZE = 5

_REASONS = {
    EmptyReason.NO_PAPERS: SkipReason.NO_PAPERS,
    EmptyReason.NO_PROFILE: SkipReason.NO_PROFILE,
    EmptyReason.NOTHING_FRESH: SkipReason.NOTHING_FRESH,
    EmptyReason.ALL_SEEN: SkipReason.ALL_SEEN,
    EmptyReason.NOTHING_CLOSE: SkipReason.NOTHING_CLOSE,
}


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest of this moment holds, or why it holds nothing."""

    asked: Asked
    ranking: Ranking
    reason: SkipReason | None = None


async def preview_digest(
    context: Context, person_id: PersonId, address: Address, size: int | None = None
) -> Recommendation:
    """The digest of this moment, from now on the list that numbers refer to, not counted as shown.

    Size and threshold are those of the person's subscription where nothing else is asked for.
    """
    async with context.store.read() as uow:
        subscription = await uow.subscriptions.find(person_id)
        asked = await digest_asked(context, uow, person_id, subscription, size)
    return await recommend(context, person_id, address, asked, surface="digest preview", show=False)


async def digest_asked(
    context: Context, uow: UnitOfWork, person_id: PersonId, subscription: Subscription | None, size: int | None = None
) -> Asked:
    """What a digest for this person asks the ranking for: so many papers that reach the threshold of today."""
    day = context.clock.now().toordinal()
    history = (await uow.score_histories.of([person_id])).get(person_id, b"")
    kind = subscription.threshold if subscription else Threshold.NORMAL
    (least,) = Histories([history]).thresholds([kind], day)
    n = size or (subscription.size if subscription else DIGEST_SIZE)
    return Asked(n=n, days=context.fresh_days, day=day, least=least)


async def choose_digest(context: Context, subscription: Subscription) -> Digest:
    """The papers of a person's digest of this moment; nothing is written."""
    async with context.store.read() as uow:
        asked = await digest_asked(context, uow, subscription.person_id, subscription)
    if subscription.content is Content.TRENDING:
        ranking, reason = await choose_general(context, subscription.person_id, asked.n)
        return Digest(asked, ranking, reason)
    ranking, empty = await choose(context, subscription.person_id, asked)
    return Digest(asked, ranking, None if empty is None else skip_reason(context, empty))


async def digest_of(context: Context, subscription: Subscription, keys: Sequence[PaperKey]) -> Digest:
    """A digest of exactly these papers, in this order, with the reasons that hold for them now.

    Of papers that are no longer stored there is no entry; the ranks of the others stay.
    """
    person_id = subscription.person_id
    async with context.store.read() as uow:
        asked = await digest_asked(context, uow, person_id, subscription)
    if subscription.content is Content.TRENDING:
        return Digest(asked, await general_of(context, keys))
    async with context.store.read() as uow:
        standing = await standing_of(context, uow, person_id, asked, unseen=frozenset(keys))
    # As ranked now they come with the steps that were taken; the others, without.
    ranked = await rank(context, standing, asked.n)
    ranker = Ranker(standing.index, context.ranking)
    known = {entry.key for entry in ranked.entries}
    others = ranker.arrange(standing.profile, [key for key in keys if key not in known], 0, len(keys))
    found = {entry.key: entry for entry in [*ranked.entries, *(replace(one, steps=()) for one in others.entries)]}
    async with context.store.read() as uow:
        listed = RankedList(tuple(found[key] for key in keys if key in found), ranked.candidates)
        hydrated = await hydrate(uow, listed, standing.profile)
    by_key = {entry.paper.stored_key: entry for entry in hydrated.entries}
    entries = _placed([by_key.get(key) for key in keys])
    return Digest(asked, Ranking(entries, hydrated.candidates))


def _placed(entries: Sequence[Entry | None]) -> tuple[Entry, ...]:
    return tuple(replace(entry, rank=rank) for rank, entry in enumerate(entries, start=1) if entry is not None)


def skip_reason(context: Context, empty: EmptyReason) -> SkipReason:
    """The reason of an empty ranking as a digest gives it: on a day without an announcement that is why."""
    reason = _REASONS[empty]
    settled = reason in (SkipReason.NO_PAPERS, SkipReason.NO_PROFILE)
    if not settled and nothing_announced(context, context.clock.now()):
        return SkipReason.NOTHING_ANNOUNCED
    return reason


def nothing_announced(context: Context, now: datetime) -> bool:
    """Whether arXiv's feeds hold nothing for this day, by arXiv's own clock."""
    return context.sources.calendar.announced_for(now.astimezone(EASTERN).date()) is None
