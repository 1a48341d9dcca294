"""Subscriptions: one a person, each with the moment its next digest is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Address
from bot.domain.delivery import SubscriptionId
from bot.domain.person import PersonId
from bot.domain.subscription import Content, Subscription, Threshold
from store.delivery_closing import close_disabled, note_shown
from store.dialect import among, chunks, person_exists, update_many, upsert_into
from store.tables import deliveries, people, subscriptions


class SqlSubscriptionRepository:
    """`bot.ports.SubscriptionRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, person_id: PersonId) -> Subscription | None:
        found = await self._read(select(subscriptions).where(subscriptions.c.person_id == person_id))
        return found[0] if found else None

    async def hold(self, person_id: PersonId) -> Subscription | None:
        """The person is held first, as whoever erases them does."""
        if not await person_exists(self._connection, person_id):
            return None
        found = await self._read(select(subscriptions).where(subscriptions.c.person_id == person_id).with_for_update())
        return found[0] if found else None

    async def find_many(self, ids: Sequence[SubscriptionId]) -> dict[SubscriptionId, Subscription]:
        found: dict[SubscriptionId, Subscription] = {}
        for chunk in chunks(sorted(set(ids))):
            theirs = await self._read(select(subscriptions).where(among(self._connection, subscriptions.c.id, chunk)))
            found.update({subscription.id: subscription for subscription in theirs})
        return found

    async def put(self, subscription: Subscription) -> SubscriptionId:
        """A LookupError for a person who is not there."""
        if not await person_exists(self._connection, subscription.person_id):
            raise LookupError(f"there is no person {subscription.person_id}")
        values = subscription_values(subscription)
        new = upsert_into(self._connection, subscriptions).values(person_id=subscription.person_id, **values)
        stored = new.on_conflict_do_update(
            index_elements=["person_id"], set_={name: new.excluded[name] for name in values}
        )
        return SubscriptionId((await self._connection.execute(stored.returning(subscriptions.c.id))).scalar_one())

    async def remove(self, person_id: PersonId) -> bool:
        """Its ledger goes with it; what was on its way counts as shown."""
        await note_shown(self._connection, deliveries.c.person_id == person_id)
        gone: Any = await self._connection.execute(delete(subscriptions).where(subscriptions.c.person_id == person_id))
        return bool(gone.rowcount)

    async def due(self, now: datetime, limit: int) -> list[Subscription]:
        """Their people are held too, so that planning and erasing cannot block each other."""
        waiting = (
            select(subscriptions)
            .join(people, people.c.id == subscriptions.c.person_id)
            .where(subscriptions.c.next_due_at <= now)
            .order_by(subscriptions.c.next_due_at, subscriptions.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=subscriptions)
            .suffix_with("FOR KEY SHARE OF people SKIP LOCKED", dialect="postgresql")
        )
        return await self._read(waiting)

    async def advance(self, moved: Sequence[Subscription]) -> None:
        rows = [
            {"id": one.id, "next_period": one.next_period, "next_due_at": one.next_due_at}
            for one in sorted(moved, key=lambda one: one.id)
        ]
        await update_many(self._connection, subscriptions, rows)

    async def next_due_at(self) -> datetime | None:
        first = select(func.min(subscriptions.c.next_due_at)).where(subscriptions.c.next_due_at.is_not(None))
        moment: datetime | None = (await self._connection.execute(first)).scalar_one()
        return moment

    async def disable(self, subscription_id: SubscriptionId, reason: str, at: datetime) -> bool:
        """Its digests that nobody is sending end as failed with the reason; one that is being sent ends so if it would
        have to be tried again."""
        stopped = (
            update(subscriptions)
            .where(subscriptions.c.id == subscription_id, subscriptions.c.disabled_at.is_(None))
            .values(disabled_at=at, disabled_reason=reason, next_period=None, next_due_at=None)
        )
        done: Any = await self._connection.execute(stopped)
        if not done.rowcount:
            return False
        theirs = deliveries.c.subscription_id == subscription_id
        # Whoever is just giving one of them back is waited for, so that it is seen as it was given back.
        await self._connection.execute(select(deliveries.c.id).where(theirs).with_for_update())
        await close_disabled(self._connection, theirs, at)
        return True

    async def count(self) -> tuple[int, int]:
        numbers = select(func.count(), func.count(subscriptions.c.disabled_at))
        everybody, disabled = (await self._connection.execute(numbers.select_from(subscriptions))).one()
        return everybody - disabled, disabled

    async def _read(self, chosen: Select[Any]) -> list[Subscription]:
        return [_subscription(row) for row in await self._connection.execute(chosen)]


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        person_id=PersonId(row.person_id),
        days=tuple(int(day) for day in row.days.split(",") if day),
        local_time=row.local_time,
        zone=row.zone,
        size=row.size,
        created_at=row.created_at,
        paused_until=row.paused_until,
        address=Address(platform=row.platform, channel=row.channel, workspace=row.workspace),
        threshold=Threshold(row.threshold),
        tell_empty=row.tell_empty,
        content=Content(row.content),
        next_period=row.next_period,
        next_due_at=row.next_due_at,
        disabled_at=row.disabled_at,
        disabled_reason=row.disabled_reason,
        id=SubscriptionId(row.id),
    )


def subscription_values(subscription: Subscription) -> dict[str, Any]:
    return {
        "days": ",".join(str(day) for day in subscription.days),
        "local_time": subscription.local_time,
        "zone": subscription.zone,
        "size": subscription.size,
        "created_at": subscription.created_at,
        "paused_until": subscription.paused_until,
        "platform": subscription.address.platform,
        "workspace": subscription.address.workspace,
        "channel": subscription.address.channel,
        "threshold": subscription.threshold.value,
        "tell_empty": subscription.tell_empty,
        "content": subscription.content.value,
        "next_period": subscription.next_period,
        "next_due_at": subscription.next_due_at,
        "disabled_at": subscription.disabled_at,
        "disabled_reason": subscription.disabled_reason,
    }
