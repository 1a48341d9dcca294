"""What a tick finds to do, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.chat import Address, Json
from bot.domain.delivery import DeliveryState
from bot.domain.person import PersonId
from bot.domain.profile import Profile
from bot.evaluation.fake_platform import Faults
from bot.ports import DeliveryError, Store, UnitOfWork
from bot.scheduler import COMPOSE, LEARN, PRUNE, REFRESH, TICK_S, OnePerson, Scheduler, SendLoop, job_handlers
from bot.usecases import profile_of, score_profiles
from bot.usecases.context import Context
from bot.usecases.delivery_record import Patience
from bot.usecases.profile_of import MAX_AGE
from tests.fakes import Leader
from tests.integration.delivery_world import Post, open_post
from tests.integration.world import ADA, BEN, CLEO, World

GENERAL = Address("discord", "general")


class Queue:
    """Implements bot.ports.JobQueue as a list; jobs run when the test says so."""

    def __init__(self, context: Context) -> None:
        self._handlers = job_handlers(context)
        self.jobs: list[tuple[str, Mapping[str, Json], str]] = []

    async def enqueue(self, name: str, arguments: Mapping[str, Json], *, key: str = "", priority: int = 0) -> bool:
        if any(key and key == waiting for _, _, waiting in self.jobs):
            return False
        self.jobs.append((name, arguments, key))
        return True

    async def run_all(self) -> list[str]:
        names = []
        while self.jobs:
            name, arguments, _ = self.jobs.pop(0)
            await self._handlers[name](arguments)
            names.append(name)
        return names

    async def work(self, handlers: object, *, concurrency: int = 1) -> None:
        raise NotImplementedError

    async def counts(self) -> Mapping[str, int]:
        return {}

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def post(read: World) -> Post:
    return open_post(read)


@pytest.fixture
def queue(post: Post) -> Queue:
    return Queue(post.context)


@pytest.fixture
def scheduler(post: Post, queue: Queue) -> Scheduler:
    async def nothing(context: Context) -> None:
        """The feeds have nothing new."""

    return Scheduler(post.context, queue, Leader(), poll=nothing)


async def test_a_tick_plans_and_queues_one_job_for_what_is_due(post: Post, queue: Queue, scheduler: Scheduler) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    await scheduler.tick()
    await queue.run_all()
    post.world.later(minutes=1)
    await scheduler.tick()
    await scheduler.tick()
    assert [name for name, _, _ in queue.jobs if name != LEARN] == [COMPOSE]
    await queue.run_all()
    assert (await post.last(ada)).state == DeliveryState.COMPOSED
    await scheduler.tick()
    assert queue.jobs == []


async def test_a_job_that_got_lost_is_found_by_the_next_tick(post: Post, queue: Queue, scheduler: Scheduler) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    post.world.later(minutes=1)
    await scheduler.tick()
    queue.jobs.clear()
    await scheduler.tick()
    assert COMPOSE in await queue.run_all()
    assert (await post.last(ada)).state == DeliveryState.COMPOSED


async def test_a_tick_says_when_the_next_is_due_but_never_sleeps_long(post: Post, scheduler: Scheduler) -> None:
    assert await scheduler.tick() == TICK_S
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    assert await scheduler.tick() == TICK_S
    post.world.later(seconds=57)
    assert await scheduler.tick() == 3.0


async def test_only_the_leader_looks_at_the_feeds_and_not_all_the_time(post: Post, queue: Queue) -> None:
    looks: list[Context] = []

    async def poll(context: Context) -> None:
        looks.append(context)

    async def ticked(leader: Leader) -> int:
        scheduler = Scheduler(post.context, queue, leader, poll=poll)
        for _ in range(3):
            await scheduler.tick()
            await asyncio.sleep(0)
        return len(looks)

    assert await ticked(Leader(elsewhere=True)) == 0
    assert await ticked(Leader()) == 1


async def test_profiles_are_made_anew_before_they_are_too_old(post: Post, queue: Queue, scheduler: Scheduler) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    ben = await post.person(BEN, "interests add diffusion models")
    await post.world.ask("recommend 1", ADA)
    post.world.later(days=5)
    await post.world.ask("recommend 1", BEN)
    post.world.later(days=6)
    await scheduler.tick()
    assert REFRESH in await queue.run_all()
    async with post.context.store.read() as uow:
        first, second = await uow.profiles.find(ada), await uow.profiles.find(ben)
    assert first is not None
    assert second is not None
    assert first.built_at == post.now
    assert post.now - second.built_at == timedelta(days=6) < MAX_AGE


async def test_what_was_said_is_learned_within_a_minute_though_nobody_asks(
    post: Post, queue: Queue, scheduler: Scheduler
) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await scheduler.tick()
    await queue.run_all()
    async with post.context.store.read() as uow:
        assert await uow.profiles.find(ada) is None, "who has just said something may go on"
    waited = 0.0
    while waited < 60:
        waited += await scheduler.tick()
        post.world.later(seconds=TICK_S)
        await queue.run_all()
    async with post.context.store.read() as uow:
        learned = await uow.profiles.find(ada)
    assert learned is not None
    assert [query.label for query in learned.queries] == ["diffusion models"]


async def test_what_cannot_be_composed_keeps_nobody_else_waiting(
    post: Post, queue: Queue, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await post.person(who, "interests add diffusion models") for who in (ADA, BEN, CLEO)]
    for person_id in people:
        await post.subscribe(person_id, GENERAL)
    post.world.later(minutes=1)
    await scheduler.tick()

    async def built(context: Context, uow: UnitOfWork, person_id: PersonId) -> Profile:
        if person_id == people[1]:
            raise ArithmeticError("no number")
        return await build(context, uow, person_id)

    build = profile_of.build
    for place in (profile_of, score_profiles):
        monkeypatch.setattr(place, "build", built)
    assert COMPOSE in await queue.run_all()
    states = [(await post.last(person_id)).state for person_id in people]
    assert states == [DeliveryState.COMPOSED, DeliveryState.DUE, DeliveryState.COMPOSED]
    post.world.later(minutes=1)
    await scheduler.tick()
    assert {COMPOSE, LEARN} <= set(await queue.run_all())
    async with post.context.store.read() as uow:
        learned = [await uow.profiles.find(person_id) is not None for person_id in people]
    assert learned == [True, False, True]
    post.world.later(hours=25)
    await scheduler.tick()
    await queue.run_all()
    assert DeliveryState.SKIPPED in {one.state for one in await post.log(people[1])}


async def test_a_digest_for_a_platform_that_nobody_serves_is_missed_after_a_day(
    post: Post, scheduler: Scheduler
) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, Address("matrix", "somewhere"))
    await scheduler.tick()
    assert (await post.last(ada)).state is DeliveryState.COMPOSED
    post.world.later(hours=24, minutes=1)
    await scheduler.tick()
    missed = next(one for one in await post.log(ada) if one.state is DeliveryState.SKIPPED)
    assert missed.reason == "missed"


async def test_the_ledger_forgets_what_ended_long_ago(post: Post, queue: Queue, scheduler: Scheduler) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    await post.turn()
    async with post.context.store.write() as uow:
        assert await uow.subscriptions.disable((await post.last(ada)).subscription_id, "enough", post.now)
    post.world.later(days=91)
    await scheduler.tick()
    assert PRUNE in await queue.run_all()
    assert await post.log(ada) == []


async def test_a_tick_that_fails_does_not_end_the_scheduler(post: Post, queue: Queue) -> None:
    stop = asyncio.Event()
    looks: list[int] = []

    async def poll(context: Context) -> None:
        looks.append(1)
        stop.set()
        raise OSError("the cable is out")

    leader = Leader()
    await asyncio.wait_for(Scheduler(post.context, queue, leader, poll=poll).run(stop), 30)
    assert looks == [1]
    assert leader.held == set(), "whoever ends makes room for another"


async def test_beside_the_chat_only_its_own_person_is_delivered_to(post: Post) -> None:
    """Two people at terminals on one database: neither sees the other's digest."""
    here = Address("console", "terminal")
    ada = await post.person(ADA, "interests add diffusion models")
    account = BEN
    ben = await post.person(account, "interests add recommendation")
    post.platforms["console"] = post.platforms["discord"]
    for person in (ada, ben):
        await post.subscribe(person, here)
    post.world.later(minutes=1)
    waited: list[int] = []

    async def ready() -> None:
        waited.append(1)

    chat = OnePerson(post.sender("console"), account, ready)
    for _ in range(3):
        await chat.turn()
    assert [one.state for one in await post.log(ben)] == [DeliveryState.SENT]
    assert await post.log(ada) == []
    assert waited == [1], "papers that are just coming in are waited for"
    assert len(post.kept("console")) == 1


async def test_a_chat_with_somebody_new_has_nothing_to_deliver(post: Post) -> None:
    async def ready() -> None:
        raise AssertionError("nothing is due")

    stop = asyncio.Event()
    chat = OnePerson(post.sender("discord"), ADA, ready)
    assert await chat.turn() == 2.0
    stop.set()
    await chat.run(stop)


async def test_one_delivery_that_fails_for_a_reason_of_ours_holds_up_no_other(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    ben = await post.person(BEN, "interests add recommendation")
    await post.subscribe(ada, GENERAL)
    await post.due(ben, Address("slack", "C1", "T1"))
    adapters = dict(post.sender().adapters)

    async def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(adapters["discord"], "send", broken)
    await SendLoop(post.sender(adapters=adapters)).turn()
    assert (await post.last(ben)).state == DeliveryState.SENT
    assert (await post.last(ada)).state == DeliveryState.SENDING
    post.world.later(minutes=4)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT


async def unknown_for(post: Post) -> tuple[PersonId, PersonId]:
    """Ada's digest and Ben's, both sent without an answer, when it is time to look them up."""
    ada = await post.person(ADA, "interests add diffusion models")
    ben = await post.person(BEN, "interests add recommendation")
    await post.subscribe(ada, GENERAL)
    await post.due(ben, Address("slack", "C1", "T1"), faults=Faults(mute=1.0))
    await post.turn()
    post.calm()
    assert {(await post.last(one)).state for one in (ada, ben)} == {DeliveryState.UNKNOWN}
    post.world.later(minutes=1)
    return ada, ben


async def test_one_look_up_that_fails_for_a_reason_of_ours_holds_up_no_other(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = await unknown_for(post)
    adapters = dict(post.sender().adapters)

    async def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(adapters["discord"], "look_up", broken)
    assert await SendLoop(post.sender(adapters=adapters)).turn() == 0.0
    assert (await post.last(ben)).state == DeliveryState.SENT
    assert (await post.last(ada)).state == DeliveryState.UNKNOWN


async def test_a_look_up_that_is_never_answered_is_given_up_and_comes_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.patience = Patience(request=timedelta(milliseconds=50))
    ada, ben = await unknown_for(post)
    adapters = dict(post.sender().adapters)

    async def silent(*arguments: object, **options: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(adapters["discord"], "look_up", silent)
    await asyncio.wait_for(SendLoop(post.sender(adapters=adapters)).turn(), 30)
    assert (await post.last(ben)).state == DeliveryState.SENT
    waiting = await post.last(ada)
    assert (waiting.state, waiting.reason) == (DeliveryState.UNKNOWN, "no answer within 0 s")
    post.world.later(minutes=1)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    assert len(post.kept()) == 1


async def test_a_platform_that_wants_a_rest_is_not_asked_for_a_message_before(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, _ = await unknown_for(post)
    adapters = dict(post.sender().adapters)

    async def busy(*arguments: object, **options: object) -> None:
        raise DeliveryError("too many requests", retry_after_s=300.0)

    monkeypatch.setattr(adapters["discord"], "look_up", busy)
    await SendLoop(post.sender(adapters=adapters)).turn()
    assert (await post.last(ada)).retry_at == post.now + timedelta(seconds=300)


class WatchedStore:
    """Counts the transactions that may write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.read = store.read
        self.check = store.check
        self.close = store.close
        self.writes = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        self.writes += 1
        async with self._store.write() as uow:
            yield uow


async def test_a_chat_for_which_nothing_is_due_does_not_keep_others_from_writing(post: Post) -> None:
    async def ready() -> None:
        """Papers are there."""

    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    store = WatchedStore(post.context.store)
    context = replace(post.context, store=store)
    chat = OnePerson(replace(post.sender("discord"), context=context), ADA, ready)
    for _ in range(3):
        await chat.turn()
    assert store.writes == 0
    post.world.later(minutes=1)
    await chat.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    written = store.writes
    post.world.later(minutes=1)
    for _ in range(3):
        await chat.turn()
    assert store.writes == written


async def test_a_chat_leaves_what_goes_elsewhere_alone(post: Post) -> None:
    async def ready() -> None:
        """Papers are there."""

    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, Address("slack", "C1", "T1"))
    store = WatchedStore(post.context.store)
    chat = OnePerson(replace(post.sender("discord"), context=replace(post.context, store=store)), ADA, ready)
    await chat.turn()
    assert store.writes == 0
    assert (await post.last(ada)).state == DeliveryState.COMPOSED


async def test_a_chat_clears_what_waited_for_it_too_long_without_pauses(post: Post) -> None:
    """Somebody else planned and composed while the terminal was closed for days."""

    async def ready() -> None:
        """Papers are there."""

    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    post.world.later(minutes=1)
    for _ in range(4):
        await post.plan()
        await post.compose()
        post.world.later(days=1)
    chat = OnePerson(post.sender("discord"), ADA, ready)
    turns = 0
    while await chat.turn() == 0.0:
        turns += 1
    assert turns <= 6
    became = [(one.state.value, one.reason) for one in await post.log(ada)]
    assert became == [("skipped", "all seen"), ("sent", ""), *[("skipped", "missed")] * 3]


async def test_a_chat_finds_what_a_lost_process_had_begun_for_its_person(post: Post) -> None:
    async def ready() -> None:
        """Papers are there."""

    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    assert len(await post.sender().claim(1)) == 1
    chat = OnePerson(post.sender("discord"), ADA, ready)
    await chat.turn()
    assert (await post.last(ada)).state == DeliveryState.SENDING
    post.world.later(minutes=4)
    await chat.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
