"""What is due at clock.now(): periods to plan, digests to compose and send, feeds to look at, profiles to make anew.

Everything here may run in any number of processes, end at any moment and be done again. What one of them leaves undone,
the next tick of any of them finds in the store.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.domain.chat import Json
from bot.domain.delivery import OPEN, Delivery, DeliveryId, DeliveryState
from bot.domain.pause import pause
from bot.domain.person import Account, PersonId
from bot.domain.schedule import CATCH_UP
from bot.domain.trouble import without_words
from bot.ports import JobHandler, JobQueue, Leadership, StoreError
from bot.usecases.catch_up import catch_up
from bot.usecases.compose_digests import Composer
from bot.usecases.context import Context
from bot.usecases.plan_deliveries import plan_deliveries
from bot.usecases.profile_of import learn
from bot.usecases.prune import prune
from bot.usecases.refresh_profiles import oldest_profiles, outdated_profiles
from bot.usecases.resolve_unknown import resolve_unknown, take_unknown
from bot.usecases.send_deliveries import Sender

log = structlog.get_logger()

_T = TypeVar("_T")

TICK_S = 10.0
"""The longest sleep: another process may have brought work meanwhile."""

SOON_S = 0.2
"""The shortest: what is due all the same, another process is planning."""

GROUP = 2_000
"""Deliveries composed together: those whose ids lie in one range of so many."""

FEEDS = "feeds"
"""What the process is the one for that asks arXiv."""

POLL_AGAIN = timedelta(minutes=10)
"""Between two looks at the feeds, where the first one failed, too."""

PRUNE_EVERY = timedelta(days=1)
KEEP = timedelta(days=90)
"""How long the ledger remembers what ended."""

REFRESH_EVERY = timedelta(hours=1)

LEARN_EVERY = timedelta(seconds=20)
"""With the quiet that it waits for, and a tick: what was said is in a profile within a minute."""

SWEEP = "sweep"
SWEEP_EVERY = timedelta(minutes=10)

LATEST = 10
"""How many of a person's deliveries are looked at beside the chat: of a day there is one."""

COMPOSE, LEARN, REFRESH, PRUNE = "compose", "learn", "refresh profiles", "prune"


def job_handlers(context: Context) -> Mapping[str, JobHandler]:
    """What the jobs of the scheduler do, for whoever works at the queue."""
    composing = Composing(Composer(context))

    async def compose(arguments: Mapping[str, Json]) -> None:
        first = int(str(arguments["group"])) * GROUP
        await composing.compose([DeliveryId(first + at) for at in range(GROUP)])

    async def learn_all(people: Sequence[PersonId]) -> None:
        for person_id in people:
            # One that cannot be learned keeps nobody else waiting.
            await _guarded(learn(context, person_id), "learning a profile", False)

    async def learn_anew(arguments: Mapping[str, Json]) -> None:
        await learn_all(await outdated_profiles(context))

    async def refresh(arguments: Mapping[str, Json]) -> None:
        await learn_all(await oldest_profiles(context))

    async def clear(arguments: Mapping[str, Json]) -> None:
        await prune(context.store, context.clock.now() - KEEP)

    return {COMPOSE: compose, LEARN: learn_anew, REFRESH: refresh, PRUNE: clear}


@dataclass(slots=True)
class Composing:
    """Composes together, and where that fails, in halves: what cannot be composed is told of once, left alone, and
    missed after a day."""

    composer: Composer
    _told: set[DeliveryId] = field(default_factory=set, init=False)

    async def compose(self, ids: Sequence[DeliveryId]) -> None:
        try:
            await self.composer.compose(ids)
        except StoreError:
            raise
        except Exception as error:
            if len(ids) > 1:
                await self.compose(ids[: len(ids) // 2])
                await self.compose(ids[len(ids) // 2 :])
            elif ids[0] not in self._told:
                self._told.add(ids[0])
                log.error("delivery not composed", delivery=ids[0], errors=without_words(error))


@dataclass(slots=True)
class Scheduler:
    """Says what is due. `poll` looks at the feeds, `alert` whether the operator should hear of something."""

    context: Context
    queue: JobQueue
    leadership: Leadership
    poll: Callable[[Context], Awaitable[object]] = catch_up
    alert: Callable[[], Awaitable[object]] | None = None
    _polling: asyncio.Task[None] | None = field(default=None, init=False)
    _done_at: dict[str, datetime] = field(default_factory=dict, init=False)

    async def tick(self) -> float:
        """Do or queue what is due now; in how many seconds to come back."""
        await plan_deliveries(self.context)
        async with self.context.store.read() as uow:
            due = await uow.deliveries.due_ids(self.context.clock.now())
            next_due_at = await uow.subscriptions.next_due_at()
        for group in dict.fromkeys(delivery_id // GROUP for delivery_id in due):
            await self.queue.enqueue(COMPOSE, {"group": group}, key=f"{COMPOSE} {group}", priority=10)
        await self._look_at_feeds()
        if self._is_time(SWEEP, SWEEP_EVERY):
            await self._sweep()
        for job, every in ((LEARN, LEARN_EVERY), (REFRESH, REFRESH_EVERY), (PRUNE, PRUNE_EVERY)):
            if self._is_time(job, every):
                await self.queue.enqueue(job, {}, key=job, priority=-10)
        if next_due_at is None:
            return TICK_S
        return min(max((next_due_at - self.context.clock.now()).total_seconds(), SOON_S), TICK_S)

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until told to stop. A tick that fails is logged, and the next one finds its work again."""
        try:
            while not stop.is_set():
                await pause(stop, await _guarded(self.tick(), "tick", TICK_S))
        finally:
            if self._polling is not None:
                self._polling.cancel()
                await asyncio.gather(self._polling, return_exceptions=True)
            await self.leadership.release()

    async def _sweep(self) -> None:
        """What nobody has brought a day after its time is missed; senders see to those of their platforms alone."""
        now = self.context.clock.now()
        async with self.context.store.write() as uow:
            await uow.deliveries.miss(now - CATCH_UP, now)

    async def _look_at_feeds(self) -> None:
        if self._polling is not None and not self._polling.done():
            return
        if await self.leadership.hold(FEEDS) and self._is_time(FEEDS, POLL_AGAIN):
            self._polling = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        await _guarded(self.poll(self.context), "poll", None)
        if self.alert is not None:
            await _guarded(self.alert(), "alert", None)

    def _is_time(self, name: str, every: timedelta) -> bool:
        """Whether something was done long enough ago; from now on it counts as done. A clock that went back makes
        nothing wait."""
        now = self.context.clock.now()
        before = self._done_at.get(name)
        if before is not None and timedelta(0) <= now - before < every:
            return False
        self._done_at[name] = now
        return True


@dataclass(frozen=True, slots=True)
class SendLoop:
    """Brings what is due, `at_once` deliveries side by side, and looks up what is unknown."""

    sender: Sender
    at_once: int = 16
    idle_s: float = 2.0

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; what is being brought is brought to its end."""
        while not stop.is_set():
            await pause(stop, await _guarded(self.turn(), "sending", self.idle_s))

    async def turn(self) -> float:
        """Bring what is due now; in how many seconds to come back."""
        unknown = await take_unknown(self.sender, self.at_once)
        await asyncio.gather(*map(self._resolve, unknown))
        claimed = await self.sender.claim(self.at_once)
        await asyncio.gather(*map(self._bring, claimed))
        return 0.0 if unknown or claimed else self.idle_s

    async def _resolve(self, delivery: Delivery) -> None:
        await _guarded(resolve_unknown(self.sender, delivery), "looking up a delivery", None)

    async def _bring(self, delivery: Delivery) -> None:
        await _guarded(self.sender.bring(delivery), "bringing a delivery", None)


@dataclass(slots=True)
class OnePerson:
    """Plans, composes and sends for one person alone, beside the chat that they are in."""

    sender: Sender
    account: Account
    ready: Callable[[], Awaitable[None]]
    """Awaited before composing: papers may still be coming in."""

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await pause(stop, await _guarded(self.turn(), "delivering here", 2.0))

    async def turn(self) -> float:
        """Everything that is due for the person now; in how many seconds to come back."""
        context = self.sender.context
        async with context.store.read() as uow:
            person = await uow.people.find(self.account)
        if person is None:
            return 2.0
        await plan_deliveries(context, person.id)
        async with context.store.read() as uow:
            latest = await uow.deliveries.log(person.id, LATEST)
        now = context.clock.now()
        due = [one.id for one in latest if one.state is DeliveryState.DUE]
        if due:
            await self.ready()
            await Composer(context).compose(due)
        elif not any(_may_go_on(one, now) and one.address.platform in self.sender.adapters for one in latest):
            return 1.0
        # People become one with others, so whose deliveries these are may change while the chat goes on.
        sender = Sender(context, self.sender.adapters, self.sender.limiter, self.sender.record, person.id)
        return await SendLoop(sender, at_once=1, idle_s=1.0).turn()


@dataclass(frozen=True, slots=True)
class Everybody:
    """Plans, composes and sends for everybody on the sender's platforms, where there is no process that serves: beside
    a chat. While nothing is due it keeps nobody from writing."""

    sender: Sender
    ready: Callable[[], Awaitable[None]]
    """Awaited before composing: papers may still be coming in."""

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await pause(stop, await _guarded(self.turn(), "delivering", 2.0))

    async def turn(self) -> float:
        """Everything that is due now; in how many seconds to come back."""
        context = self.sender.context
        now = context.clock.now()
        async with context.store.read() as uow:
            planned_at = await uow.subscriptions.next_due_at()
            due = await uow.deliveries.due_ids(now)
        if planned_at is not None and planned_at <= now:
            await plan_deliveries(context)
            async with context.store.read() as uow:
                due = await uow.deliveries.due_ids(now)
        if due:
            await self.ready()
            await Composer(context).compose(due)
        async with context.store.read() as uow:
            next_at = await uow.deliveries.next_at(list(self.sender.adapters))
        if next_at is None or next_at > context.clock.now():
            return 2.0
        return await SendLoop(self.sender, at_once=4).turn()


def _may_go_on(delivery: Delivery, now: datetime) -> bool:
    """Whether something may be done about one that is composed now, or whose holder is gone."""
    at = delivery.lease_until if delivery.state is DeliveryState.SENDING else delivery.retry_at
    return delivery.state in OPEN and at is not None and at <= now


async def _guarded(work: Awaitable[_T], name: str, after_trouble: _T) -> _T:
    """What comes of the work; after trouble a line in the log, and `after_trouble`."""
    try:
        return await work
    except StoreError as error:
        log.error("store unusable", during=name, reason=str(error))
    except Exception as error:
        log.error("unexpected trouble", during=name, errors=without_words(error))
    return after_trouble
