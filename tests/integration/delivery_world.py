"""A world that delivers: people with subscriptions, fake platforms, a sender, and a clock that the test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Literal

from bot.domain.chat import Address
from bot.domain.delivery import Delivery
from bot.domain.person import Account, PersonId
from bot.domain.planning import schedule_of, scheduled
from bot.domain.schedule import next_run
from bot.domain.subscription import Subscription
from bot.evaluation.fake_platform import KINDS, FakePlatform, FakePlatformAdapter, Faults, Kept
from bot.ports import ChatAdapter
from bot.scheduler import SendLoop
from bot.usecases.compose_digests import Composer
from bot.usecases.context import Context
from bot.usecases.delivery_record import DeliveryRecord, Patience
from bot.usecases.plan_deliveries import plan_deliveries
from bot.usecases.send_deliveries import Sender
from tests.factories import make_subscription
from tests.integration.world import World


class NoLimits:
    """Implements bot.ports.RateLimiter for platforms without limits; `asked` is for what."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def wait(self, key: str, count: int = 1) -> float:
        self.asked.append(key)
        return 0.0


@dataclass
class Post:
    """Delivery in one process: what it needs besides the world, and words to drive it with."""

    world: World
    platforms: dict[str, FakePlatform]
    forms: dict[str, Literal["one", "cards"]] = field(default_factory=dict)
    limits: NoLimits = field(default_factory=NoLimits)
    patience: Patience = field(default_factory=Patience)
    operator: Address | None = None

    @property
    def context(self) -> Context:
        return self.world.context

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def seconds(self) -> float:
        return self.now.timestamp()

    def record(self) -> DeliveryRecord:
        return DeliveryRecord(self.context, self.patience, random=lambda: 0.5, operator=self.operator)

    def sender(
        self, *platforms: str, only: PersonId | None = None, adapters: Mapping[str, ChatAdapter] | None = None
    ) -> Sender:
        """For these platforms, or all."""
        if adapters is None:
            chosen = platforms or tuple(self.platforms)
            adapters = {name: FakePlatformAdapter(self.platforms[name], self.forms.get(name, "one")) for name in chosen}
        return Sender(self.context, adapters, self.limits, self.record(), only)

    def calm(self) -> None:
        """From now on the platforms work."""
        for platform in self.platforms.values():
            platform.faults = Faults()

    async def person(self, account: Account, *lines: str) -> PersonId:
        """Somebody who has said these things."""
        for line in lines:
            await self.world.ask(line, account)
        async with self.context.store.write() as uow:
            return (await uow.people.ensure(account, self.now)).id

    async def subscribe(self, person_id: PersonId, address: Address, **changes: object) -> Subscription:
        """A daily subscription whose first digest is due in a minute."""
        at = self.now + timedelta(minutes=1)
        usual: dict[str, object] = {
            "days": tuple(range(7)),
            "local_time": time(at.hour, at.minute),
            "zone": "UTC",
            "address": address,
            "size": 2,
        }
        subscription = make_subscription(person_id, **{**usual, **changes})
        subscription = scheduled(subscription, next_run(schedule_of(subscription), self.now))
        async with self.context.store.write() as uow:
            return replace(subscription, id=await uow.subscriptions.put(subscription))

    async def due(
        self, person_id: PersonId, address: Address, *, faults: Faults | None = None, **changes: object
    ) -> None:
        """A subscription with its first digest composed and ready to be claimed; platforms with these faults."""
        await self.subscribe(person_id, address, **changes)
        self.world.later(minutes=1)
        await self.plan()
        await self.compose()
        for platform in self.platforms.values():
            platform.faults = faults or platform.faults

    async def plan(self) -> int:
        return await plan_deliveries(self.context)

    async def compose(self) -> int:
        async with self.context.store.read() as uow:
            due = await uow.deliveries.due_ids(self.now)
        return await Composer(self.context).compose(due)

    async def turn(self, *platforms: str) -> None:
        """What senders do once: look up what is unknown, send what is due."""
        await SendLoop(self.sender(*platforms)).turn()

    async def deliver(self) -> None:
        """From what is due to what is sent."""
        await self.plan()
        await self.compose()
        await self.turn()

    async def log(self, person_id: PersonId) -> list[Delivery]:
        async with self.context.store.read() as uow:
            return await uow.deliveries.log(person_id, 1_000)

    async def last(self, person_id: PersonId) -> Delivery:
        return (await self.log(person_id))[0]

    def kept(self, platform: str = "discord") -> list[Kept]:
        return self.platforms[platform].kept


def open_post(world: World, faults: Faults | None = None) -> Post:
    def now() -> float:
        return world.clock.now().timestamp()

    return Post(world, {kind: FakePlatform(kind, now, faults or Faults()) for kind in KINDS})
