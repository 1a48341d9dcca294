"""Bounces and feeds of people's own, on both databases."""

from datetime import timedelta

from bot.domain.person import PersonId
from bot.ports import Store
from tests.factories import NOON, make_account

DAY = timedelta(days=1)


async def _person(store: Store) -> PersonId:
    async with store.write() as uow:
        return (await uow.people.ensure(make_account(), NOON)).id


async def test_a_mail_that_came_back_counts_once_and_old_ones_do_not(store: Store) -> None:
    ada, ben = await _person(store), await _person(store)
    async with store.write() as uow:
        boxes = uow.mailboxes
        assert await boxes.bounced(ada, "one", "5.1.1", NOON - 40 * DAY, NOON - 70 * DAY) == 1
        assert await boxes.bounced(ada, "two", "5.1.1", NOON, NOON - 30 * DAY) == 1
        assert await boxes.bounced(ada, "two", "5.1.1", NOON, NOON - 30 * DAY) == 1
        assert await boxes.bounced(ada, "three", "5.1.1", NOON, NOON - 30 * DAY) == 2
        assert await boxes.bounced(ben, "two", "5.1.1", NOON, NOON - 30 * DAY) == 1
        assert [(mail, at) for mail, _, at in await boxes.bounces(ada)] == [
            ("one", NOON - 40 * DAY), ("two", NOON), ("three", NOON),
        ]  # fmt: skip
        await boxes.forget_bounces(ada)
        assert await boxes.bounced(ada, "four", "5.1.1", NOON, NOON - 70 * DAY) == 1


async def test_a_new_secret_takes_the_place_of_the_old_one(store: Store) -> None:
    ada, ben = await _person(store), await _person(store)
    async with store.write() as uow:
        await uow.mailboxes.put_feed(ada, "old", NOON)
        await uow.mailboxes.put_feed(ada, "new", NOON)
        await uow.mailboxes.put_feed(ben, "bens", NOON)
        await uow.mailboxes.put_feed(PersonId(999), "nobodys", NOON)
    async with store.write() as uow:
        assert [await uow.mailboxes.feed_owner(secret) for secret in ("old", "new", "bens", "nobodys")] == [
            None, ada, ben, None,
        ]  # fmt: skip
        await uow.mailboxes.drop_feed(ada)
        assert await uow.mailboxes.feed_of(ada) is None
        assert await uow.mailboxes.feed_of(ben) == "bens"


async def test_joined_people_keep_one_feed_and_every_bounce_once(store: Store) -> None:
    ada, ben = await _person(store), await _person(store)
    async with store.write() as uow:
        for person, secret in ((ada, "adas"), (ben, "bens")):
            await uow.mailboxes.put_feed(person, secret, NOON)
            await uow.mailboxes.bounced(person, "both", "5.1.1", NOON, NOON)
        await uow.mailboxes.bounced(ben, "own", "5.1.1", NOON, NOON)
        await uow.people.join(ada, ben)
        assert await uow.mailboxes.feed_of(ada) == "adas"
        assert await uow.mailboxes.feed_owner("bens") is None
        assert await uow.mailboxes.bounced(ada, "own", "5.1.1", NOON, NOON) == 2


async def test_who_is_erased_leaves_neither(store: Store) -> None:
    ada = await _person(store)
    async with store.write() as uow:
        await uow.mailboxes.put_feed(ada, "adas", NOON)
        await uow.mailboxes.bounced(ada, "one", "5.1.1", NOON, NOON)
        await uow.people.erase(ada)
        assert await uow.mailboxes.feed_owner("adas") is None
