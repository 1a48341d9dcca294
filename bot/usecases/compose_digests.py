"""Compose digests: for each delivery whose time has come, whether there is something to bring, and what it may be.

The papers are chosen once more when the digest is sent, by the same ranking: here everybody is looked at in one pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.delivery import Composed, Delivery, DeliveryId, SkipReason, SubscriptionId
from bot.domain.person import PersonId
from bot.domain.profile_vector import decode_queries
from bot.domain.schedule import CATCH_UP
from bot.domain.subscription import Content, Subscription
from bot.ports import UnitOfWork
from bot.ranking.score_history import SCORES, Histories
from bot.usecases.compose_digest import nothing_announced
from bot.usecases.context import Context
from bot.usecases.general_digest import compose_general
from bot.usecases.profile_of import profile_of
from bot.usecases.score_profiles import Everybody, Shortlist, score_everybody, score_few

FEW = 40
"""Up to so many people the ranker is quicker than making the batch scorer ready."""

FIRST = 2 * SCORES
"""Papers looked at for each person: those met first today are remembered, and others may stand before them."""

READY = timedelta(minutes=1)
"""How long a pass goes on with the papers of its start: a chunk later is not another day."""


@dataclass(slots=True)
class Composer:
    """Composes chunk after chunk. What is ready for one chunk serves the next ones, too, for a minute."""

    context: Context
    _ready: Everybody | None = field(default=None, init=False)
    _made_at: datetime | None = field(default=None, init=False)

    async def compose(self, ids: Sequence[DeliveryId]) -> int:
        """Compose those of the deliveries that are still due; how many it was. Two that do it at once change nothing
        twice. A few thousand at a time: they are all held in memory."""
        now = self.context.clock.now()
        async with self.context.store.write() as uow:
            due = await uow.deliveries.due_among(ids)
            subscriptions = await uow.subscriptions.find_many([one.subscription_id for one in due])
        results, wanted = _sorted_out(due, subscriptions, now)
        general = [one for one in wanted if subscriptions[one.subscription_id].content is Content.TRENDING]
        results += await compose_general(self.context, general, subscriptions)
        wanted = [one for one in wanted if subscriptions[one.subscription_id].content is Content.PERSONAL]
        histories: dict[PersonId, bytes] = {}
        if wanted:
            scoring = await self._scoring(len(wanted))
            chunk = _Chunk(self.context, scoring, now, wanted, subscriptions)
            results += await chunk.composed()
            histories = chunk.histories
        async with self.context.store.write() as uow:
            await uow.score_histories.put(histories)
            return await uow.deliveries.composed(results, now)

    async def _scoring(self, people: int) -> Everybody:
        if people <= FEW or self.context.compiled is None:
            return await score_few(self.context, FIRST, for_lists=False)
        now = self.context.clock.now()
        if self._ready and self._made_at and timedelta(0) <= now - self._made_at < READY:
            async with self.context.store.read() as uow:
                if await self.context.terms.current(uow) is self._ready.index:
                    return self._ready
        self._ready, self._made_at = await score_everybody(self.context, FIRST, for_lists=False), now
        return self._ready


def _sorted_out(
    due: Sequence[Delivery], subscriptions: Mapping[SubscriptionId, Subscription], now: datetime
) -> tuple[list[Composed], list[Delivery]]:
    """Those that bring nothing whatever was announced, and those to score."""
    settled: list[Composed] = []
    wanted: list[Delivery] = []
    for delivery in due:
        subscription = subscriptions.get(delivery.subscription_id)
        if subscription is None:
            continue
        reason = still_wanted(delivery, subscription, now)
        if reason is None:
            wanted.append(delivery)
        else:
            settled.append(Composed(delivery.id, 0, skipped=reason.value))
    return settled, wanted


def still_wanted(delivery: Delivery, subscription: Subscription, now: datetime) -> SkipReason | None:
    """Why a planned digest is not to be brought any more, None if it is."""
    if subscription.is_disabled:
        return SkipReason.STOPPED
    if subscription.paused_until is not None and delivery.period <= subscription.paused_until:
        return SkipReason.PAUSED
    return SkipReason.MISSED if now - delivery.due_at > CATCH_UP else None


@dataclass(slots=True)
class _Chunk:
    """Some deliveries, of one person each, and what there is for them. `histories` is what to remember of it."""

    context: Context
    scoring: Everybody
    now: datetime
    wanted: Sequence[Delivery]
    subscriptions: Mapping[SubscriptionId, Subscription]
    histories: dict[PersonId, bytes] = field(default_factory=dict)

    async def composed(self) -> list[Composed]:
        deliveries = {delivery.person_id: delivery for delivery in self.wanted}
        shortlists = await self.scoring.of(list(deliveries))
        least = await self._least(shortlists)
        results = []
        empty: list[Shortlist] = []
        for shortlist in shortlists:
            delivery = deliveries[shortlist.person_id]
            needed = least[shortlist.person_id]
            keys = tuple(key for key, score in shortlist.papers if score >= needed)
            if keys:
                results.append(Composed(delivery.id, shortlist.candidates, keys))
            else:
                empty.append(shortlist)
        reasons = await self._reasons(empty, least)
        for shortlist in empty:
            delivery = deliveries[shortlist.person_id]
            reason = reasons[shortlist.person_id]
            tell = self.subscriptions[delivery.subscription_id].tell_empty
            results.append(Composed(delivery.id, shortlist.candidates, skipped=reason.value, tell=tell))
        return results

    async def _least(self, shortlists: Sequence[Shortlist]) -> dict[PersonId, float]:
        """What a paper must score for each person; and today's scores are put down for the days to come."""
        people = [shortlist.person_id for shortlist in shortlists]
        kinds = {one.person_id: self.subscriptions[one.subscription_id].threshold for one in self.wanted}
        day = self.now.toordinal()
        async with self.context.store.read() as uow:
            known = await uow.score_histories.of(people)
        histories = Histories([known.get(person, b"") for person in people])
        least = histories.thresholds([kinds[person] for person in people], day)
        fresh = self.scoring.index.fresh_days(self.scoring.since)
        best = [
            [score for key, score in shortlist.papers if fresh.get(key, 0) > last][:SCORES]
            for shortlist, last in zip(shortlists, histories.last_days(day), strict=True)
        ]
        histories.record(day, best)
        self.histories = dict(zip(people, histories.encoded(), strict=True))
        return dict(zip(people, least, strict=True))

    async def _reasons(self, empty: Sequence[Shortlist], least: Mapping[PersonId, float]) -> dict[PersonId, SkipReason]:
        """Why there is nothing for these people: the first that holds of no papers at all, no profile, nothing
        announced for the day, nothing fresh, everything seen, nothing close."""
        if not empty:
            return {}
        people = [shortlist.person_id for shortlist in empty]
        async with self.context.store.read() as uow:
            if not await uow.papers.count():
                return dict.fromkeys(people, SkipReason.NO_PAPERS)
            unknown = await self._without_profile(uow, people)
        announced = not nothing_announced(self.context, self.now)
        fresh = bool(self.scoring.index.count_fresh(self.scoring.since))
        again = {one.person_id: one for one in await self.scoring.of(people, again=True)} if fresh and announced else {}
        reasons = {}
        for person in people:
            if person in unknown:
                reasons[person] = SkipReason.NO_PROFILE
            elif not announced:
                reasons[person] = SkipReason.NOTHING_ANNOUNCED
            elif not fresh:
                reasons[person] = SkipReason.NOTHING_FRESH
            else:
                seen = any(score >= least[person] for _, score in again[person].papers)
                reasons[person] = SkipReason.ALL_SEEN if seen else SkipReason.NOTHING_CLOSE
        return reasons

    async def _without_profile(self, uow: UnitOfWork, people: Sequence[PersonId]) -> set[PersonId]:
        stored = {vector.person_id: vector.data for vector in await uow.profiles.vectors_of(people)}
        bare = [person for person in people if not decode_queries(stored.get(person, b""))]
        return {person for person in bare if (await profile_of(self.context, uow, person)).is_empty}
