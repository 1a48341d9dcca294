"""Delivery when clocks jump, people go, and the store is away: a defined state, and nothing lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.chat import Address, Message, Receipt, direct
from bot.domain.delivery import DeliveryKind, DeliveryState, PlannedDelivery
from bot.evaluation.fake_platform import FakePlatformAdapter
from bot.ports import Store, StoreError, UnitOfWork
from bot.scheduler import SendLoop
from bot.usecases.delivery_record import Patience
from bot.usecases.privacy import forget_person
from tests.fakes import FakeClock
from tests.integration.delivery_world import NoLimits, Post, open_post
from tests.integration.world import ADA, World

GENERAL = Address("discord", "general")


class JumpingClock(FakeClock):
    """A clock that somebody sets."""

    def set_back(self, by: timedelta) -> None:
        self._now -= by


@pytest.fixture
def clock() -> FakeClock:
    return JumpingClock()


@pytest.fixture
def post(read: World) -> Post:
    return open_post(read)


class SlowLimits(NoLimits):
    """Limits that let nobody through before they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()

    async def wait(self, key: str, count: int = 1) -> float:
        self.asked.append(key)
        await self.open.wait()
        return 1.0


async def test_who_waits_long_for_a_limit_keeps_the_delivery(post: Post) -> None:
    post.patience = Patience(lease=timedelta(seconds=0.05))
    post.limits = limits = SlowLimits()
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    sender = post.sender()
    (claimed,) = await sender.claim(1)
    bringing = asyncio.create_task(sender.bring(claimed))
    post.world.later(minutes=5)
    for _ in range(1_000):
        lease_until = (await post.last(ada)).lease_until
        if lease_until is not None and lease_until > post.now:
            break
        await asyncio.sleep(0.01)
    async with post.context.store.write() as uow:
        assert await uow.deliveries.expire(post.now) == 0
    limits.open.set()
    await bringing
    assert (await post.last(ada)).state is DeliveryState.SENT
    assert len(post.kept()) == 1


async def test_who_lost_the_delivery_while_waiting_sends_nothing(post: Post) -> None:
    post.patience = Patience(lease=timedelta(seconds=0.05))
    post.limits = SlowLimits()
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    sender = post.sender()
    (claimed,) = await sender.claim(1)
    post.world.later(minutes=5)
    async with post.context.store.write() as uow:
        assert await uow.deliveries.expire(post.now) == 1
    async with asyncio.timeout(30):
        await sender.bring(claimed)
    assert (await post.last(ada)).state is DeliveryState.RETRY
    assert post.kept() == []


class AwayStore:
    """A store that cannot be written to while `away` is above 0; it counts down with each try."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = 0
        self.read = store.read

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        if self.away:
            self.away -= 1
            raise StoreError("The disk is full.")
        async with self._store.write() as uow:
            yield uow

    async def check(self) -> None:
        await self._store.check()

    async def close(self) -> None:
        await self._store.close()


class Interrupted(FakePlatformAdapter):
    """Does something of the test's own just after a message was taken."""

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        receipt = await super().send(address, message, token, thread=thread)
        await self.meanwhile()
        return receipt

    async def meanwhile(self) -> None:
        raise NotImplementedError


async def test_a_clock_that_jumps_back_an_hour_repeats_nothing(post: Post, clock: JumpingClock) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    await post.turn()
    clock.set_back(timedelta(hours=1))
    for _ in range(3):
        await post.deliver()
        post.world.later(minutes=30)
    assert [one.state for one in await post.log(ada)] == [DeliveryState.SENT]
    assert len(post.kept()) == 1
    post.world.later(days=1)
    await post.deliver()
    assert len(post.kept()) == 2, "the next day comes as ever"


async def test_a_clock_that_jumps_forward_a_day_and_back_brings_each_period_once(
    post: Post, clock: JumpingClock
) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL, size=1)
    await post.turn()
    post.world.later(days=1)
    await post.deliver()
    clock.set_back(timedelta(days=1))
    for _ in range(5):
        await post.deliver()
        post.world.later(hours=12)
    periods = sorted(one.period for one in await post.log(ada))
    assert periods == [date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)]
    assert len(post.kept()) == len(periods)


async def test_a_delivery_that_a_wrong_clock_put_off_comes_when_the_clock_is_right(
    post: Post, clock: JumpingClock
) -> None:
    """A lease that was taken in the future is waited out, and no longer."""
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    assert len(await post.sender().claim(1)) == 1
    clock.set_back(timedelta(hours=1))
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENDING
    post.world.later(hours=1, minutes=4)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT


async def test_a_person_who_is_erased_while_their_digest_goes_out_leaves_nothing_behind(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)

    class Erasing(Interrupted):
        async def meanwhile(self) -> None:
            await forget_person(post.context, ada)

    await SendLoop(post.sender(adapters={"discord": Erasing(post.platforms["discord"])})).turn()
    async with post.context.store.read() as uow:
        assert await uow.deliveries.log(ada, 9) == []
        assert await uow.impressions.log(ada) == []
        assert await uow.people.find(ADA) is None
    await post.deliver()
    assert len(post.kept()) == 1


async def test_a_subscription_of_a_person_who_is_gone_is_no_trouble(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    (claimed,) = await post.sender().claim(1)
    await forget_person(post.context, ada)
    await post.sender().bring(claimed)
    await post.deliver()
    assert post.kept() == []


@pytest.mark.parametrize("tries", [1, 5])
async def test_an_answer_is_written_down_once_the_store_is_back(post: Post, tries: int) -> None:
    """The disk was full, or the database restarted, just when the platform answered: nothing becomes unknown."""
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, Address("mail", "ada@example.org"))
    store = AwayStore(post.context.store)
    post.world.context = replace(post.context, store=store)

    class Failing(Interrupted):
        async def meanwhile(self) -> None:
            store.away = tries

    await SendLoop(post.sender(adapters={"mail": Failing(post.platforms["mail"])})).turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    assert post.world.clock.slept[-tries:] == [1.0] * tries


async def test_a_store_that_stays_away_leaves_what_was_under_way_to_be_looked_up(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    store = AwayStore(post.context.store)
    calm = post.context
    post.world.context = replace(post.context, store=store)

    class Failing(Interrupted):
        async def meanwhile(self) -> None:
            store.away = 1_000

    await SendLoop(post.sender(adapters={"discord": Failing(post.platforms["discord"])})).turn()
    post.world.context = calm
    assert (await post.last(ada)).state == DeliveryState.SENDING
    post.world.later(minutes=4)
    await post.turn()
    assert (await post.last(ada)).state == DeliveryState.SENT
    assert len(post.kept()) == 1


async def test_a_claim_that_was_lost_while_waiting_for_a_limit_sends_nothing(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)

    class Slow:
        async def wait(self, key: str, count: int = 1) -> float:
            post.world.later(minutes=10)
            await SendLoop(post.sender()).turn()
            return 600.0

    sender = post.sender()
    (claimed,) = await sender.claim(1)
    await replace(sender, limiter=Slow()).bring(claimed)
    assert len(post.kept()) == 1
    assert (await post.last(ada)).attempts == 2


class CountingStore(AwayStore):
    """Counts the transactions that the database gave up."""

    troubles = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        try:
            async with super().write() as uow:
                yield uow
        except StoreError:
            self.troubles += 1
            raise


async def test_two_digests_refused_at_once_stop_the_subscription_and_do_not_block_each_other(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    subscription = await post.subscribe(ada, GENERAL)
    periods = [post.now.date() - timedelta(days=back) for back in range(2)]
    async with post.context.store.write() as uow:
        rows = [PlannedDelivery(subscription.id, ada, period, post.now, GENERAL) for period in periods]
        assert await uow.deliveries.plan(rows, post.now) == 2
    assert [await post.compose() for _ in periods] == [1, 1]
    claimed = await post.sender().claim(9)
    store = CountingStore(post.context.store)
    record = replace(post.record(), context=replace(post.context, store=store))
    await asyncio.gather(*(record.refused(one, "the channel is gone") for one in claimed))
    assert store.troubles == 0
    log = await post.log(ada)
    assert [one.state for one in log if one.kind is DeliveryKind.DIGEST] == [DeliveryState.FAILED] * 2
    assert [one.address for one in log if one.kind is DeliveryKind.NOTICE] == [direct(ADA)], "the person is told once"


async def test_a_place_that_is_gone_stops_no_digest_that_moved_away_meanwhile(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.due(ada, GENERAL)
    (claimed,) = await post.sender().claim(1)
    await post.subscribe(ada, Address("slack", "C1", "T1"))
    await post.record().refused(claimed, "the channel is gone")
    assert (await post.last(ada)).state == DeliveryState.FAILED
    async with post.context.store.read() as uow:
        subscription = await uow.subscriptions.find(ada)
    assert subscription is not None
    assert not subscription.is_disabled
