"""The operator hears of a dead feed and of a day without deliveries, once a day, until it is over."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

import pytest

from bot.domain.alert import Alert, AlertKind, parse_address
from bot.domain.chat import Address, Handler, Message, Receipt
from bot.domain.delivery import Composed, DeliveryState
from bot.domain.subscription import Subscription
from bot.ports import DeliveryError, FetchError, LookUpUnsupportedError
from bot.usecases.alert_operator import OperatorAlerts
from bot.usecases.catch_up import catch_up
from tests.factories import NOON, make_account, make_planned, make_subscription
from tests.fake_arxiv import FakeArxiv
from tests.integration.world import World, words_of

CHANNEL = Address("slack", "C1", "T1")


@dataclass
class Channel:
    """A platform that keeps what it is sent, unless `trouble` is set."""

    sent: list[tuple[Address, Message]] = field(default_factory=list)
    trouble: DeliveryError | None = None
    platform: str = "slack"
    digest_form: Literal["one", "cards"] = "one"

    async def run(self, handle: Handler) -> None:
        """Nobody types here."""

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        if self.trouble is not None:
            raise self.trouble
        self.sent.append((address, message))
        return Receipt(str(len(self.sent)))

    async def look_up(self, address: Address, token: str, since: object, *, thread: str = "") -> Receipt | None:
        raise LookUpUnsupportedError

    async def close(self) -> None:
        """Nothing is open."""

    def words(self) -> list[str]:
        said = [words_of(message).splitlines()[0] for _, message in self.sent]
        self.sent.clear()
        return said


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def alerts(world: World, channel: Channel) -> OperatorAlerts:
    return OperatorAlerts(world.context, {"slack": channel}, CHANNEL, timedelta(hours=12))


def kinds(alerts: Sequence[Alert]) -> list[tuple[AlertKind, bool]]:
    return [(alert.kind, alert.cleared) for alert in alerts]


async def poll(world: World, *, well: bool) -> None:
    world.fetcher.arxiv = FakeArxiv() if well else None
    world.fetcher.fails = {} if well else {"http": FetchError("arXiv answered 503")}
    await catch_up(world.context)


async def test_a_feed_that_dies_is_told_once_a_day_until_it_is_read_again(
    world: World, channel: Channel, alerts: OperatorAlerts
) -> None:
    await poll(world, well=True)
    assert await alerts.look() == []
    world.later(hours=18)
    await poll(world, well=False)
    assert await alerts.look() == [], "the feed was due for 12 hours only"
    world.later(minutes=1)
    (alert,) = await alerts.look()
    assert alert == Alert(AlertKind.FEED, NOON, "arXiv answered 503")
    ((address, message),) = channel.sent
    assert address == CHANNEL
    assert "No papers come in" in words_of(message)
    assert "2026-03-16 12:00 UTC" in words_of(message)
    assert "arXiv answered 503" in words_of(message)
    assert json.loads(json.dumps(message.data))["alert"] == "feed"

    for _ in range(23):
        world.later(hours=1)
        assert await alerts.look() == []
    world.later(hours=1)
    assert kinds(await alerts.look()) == [(AlertKind.FEED, False)]
    await poll(world, well=True)
    assert kinds(await alerts.look()) == [(AlertKind.FEED, True)]
    assert channel.words() == ["No papers come in", "No papers come in", "Papers come in again."]
    assert await alerts.look() == []


async def test_a_feed_that_was_never_read_is_told_too(world: World, channel: Channel, alerts: OperatorAlerts) -> None:
    await poll(world, well=False)
    for _ in range(12):
        assert await alerts.look() == []
        world.later(hours=1)
    world.later(minutes=1)
    assert kinds(await alerts.look()) == [(AlertKind.FEED, False)]
    assert channel.words() == ["No papers come in"]


async def test_a_feed_that_came_in_time_after_all_is_not_told(
    world: World, channel: Channel, alerts: OperatorAlerts
) -> None:
    await poll(world, well=False)
    await alerts.look()
    world.later(hours=11)
    await poll(world, well=True)
    world.later(hours=2)
    assert await alerts.look() == []
    assert channel.sent == []


async def subscribed(world: World) -> Subscription:
    async with world.context.store.write() as uow:
        person = await uow.people.ensure(make_account(), NOON)
        subscription = make_subscription(person.id)
        return replace(subscription, id=await uow.subscriptions.put(subscription))


async def plan(world: World, subscription: Subscription, days: int, **changes: object) -> None:
    """A digest that is due now, of a day so many after the first."""
    now = world.clock.now()
    period = NOON.date() + timedelta(days=days)
    async with world.context.store.write() as uow:
        await uow.deliveries.plan([make_planned(subscription, period=period, due_at=now, **changes)], now)


async def send(world: World) -> None:
    now = world.clock.now()
    async with world.context.store.write() as uow:
        await uow.deliveries.composed([Composed(one, 1) for one in await uow.deliveries.due_ids(now)], now)
        for delivery in await uow.deliveries.claim(["discord"], now, now + timedelta(minutes=5), 9):
            assert await uow.deliveries.finish(replace(delivery, sent_at=now), DeliveryState.SENT, now)


async def keep_fed(world: World) -> None:
    await poll(world, well=True)


async def test_a_day_without_deliveries_is_told_once_a_day_until_one_arrives(
    world: World, channel: Channel, alerts: OperatorAlerts
) -> None:
    subscription = await subscribed(world)
    await keep_fed(world)
    await plan(world, subscription, 0)
    await send(world)
    world.later(hours=23)
    await plan(world, subscription, 1)
    await keep_fed(world)
    assert await alerts.look() == [], "one was sent within the day"
    world.later(hours=2)
    (alert,) = await alerts.look()
    assert alert == Alert(AlertKind.DELIVERIES, NOON, "Of those due since yesterday: 1 due.")
    world.later(hours=1)
    await keep_fed(world)
    assert await alerts.look() == []
    await send(world)
    assert kinds(await alerts.look()) == [(AlertKind.DELIVERIES, True)]
    assert channel.words() == ["No digests go out", "Digests go out again."]


async def test_days_on_which_nothing_was_due_or_all_was_skipped_are_no_trouble(
    world: World, channel: Channel, alerts: OperatorAlerts
) -> None:
    subscription = await subscribed(world)
    await plan(world, subscription, 0, state=DeliveryState.SKIPPED, reason="paused")
    for _ in range(4):
        world.later(hours=12)
        await keep_fed(world)
        assert await alerts.look() == []


async def test_one_that_is_due_for_a_moment_only_is_no_trouble(world: World, alerts: OperatorAlerts) -> None:
    await keep_fed(world)
    await plan(world, await subscribed(world), 0)
    world.later(minutes=59)
    assert await alerts.look() == []
    world.later(minutes=2)
    assert kinds(await alerts.look()) == [(AlertKind.DELIVERIES, False)]


async def test_a_word_that_does_not_arrive_is_tried_again_after_a_quarter_of_an_hour(
    world: World, channel: Channel, alerts: OperatorAlerts
) -> None:
    await poll(world, well=True)
    world.later(hours=19)
    channel.trouble = DeliveryError("Slack is down")
    assert kinds(await alerts.look()) == [(AlertKind.FEED, False)]
    channel.trouble = None
    world.later(minutes=14)
    assert await alerts.look() == []
    world.later(minutes=1)
    assert kinds(await alerts.look()) == [(AlertKind.FEED, False)]
    assert channel.words() == ["No papers come in"]
    world.later(hours=23)
    assert await alerts.look() == []


async def test_a_trouble_that_nobody_heard_of_ends_without_a_word(
    world: World, channel: Channel, alerts: OperatorAlerts
) -> None:
    await poll(world, well=True)
    world.later(hours=19)
    channel.trouble = DeliveryError("Slack is down")
    await alerts.look()
    channel.trouble = None
    await poll(world, well=True)
    assert kinds(await alerts.look()) == [(AlertKind.FEED, True)]
    assert channel.sent == []


@pytest.mark.parametrize("operator", [None, Address("discord", "9")])
async def test_without_a_channel_that_is_reached_the_log_has_it_all_the_same(
    operator: Address | None, world: World, channel: Channel
) -> None:
    alerts = OperatorAlerts(world.context, {"slack": channel}, operator)
    await poll(world, well=True)
    world.later(hours=19)
    assert kinds(await alerts.look()) == [(AlertKind.FEED, False)]
    assert await alerts.look() == []
    assert channel.sent == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("slack:T1:C1", CHANNEL),
        (" Slack : T1 : C1 ", CHANNEL),
        ("discord:123", Address("discord", "123")),
        ("mail:me@example.org", Address("mail", "me@example.org")),
        ("", None),
        ("discord", None),
        ("discord:", None),
        (":1", None),
        ("a:b:c:d", None),
    ],
)
def test_an_address_is_platform_workspace_if_any_and_channel(text: str, address: Address | None) -> None:
    assert parse_address(text) == address
