"""Subscriptions: one a person."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.person import PersonId
from bot.domain.subscription import Subscription
from store.dialect import person_exists, upsert_into
from store.tables import subscriptions


class SqlSubscriptionRepository:
    """`bot.ports.SubscriptionRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, person_id: PersonId) -> Subscription | None:
        theirs = select(subscriptions).where(subscriptions.c.person_id == person_id)
        row = (await self._connection.execute(theirs)).one_or_none()
        if row is None:
            return None
        return Subscription(
            person_id=person_id,
            days=tuple(int(day) for day in row.days.split(",") if day),
            local_time=row.local_time,
            zone=row.zone,
            size=row.size,
            created_at=row.created_at,
            paused_until=row.paused_until,
        )

    async def put(self, subscription: Subscription) -> None:
        """The row of a person stays the same one, with its ledger. A LookupError for a person who is not there."""
        if not await person_exists(self._connection, subscription.person_id):
            raise LookupError(f"there is no person {subscription.person_id}")
        values = {
            "days": ",".join(str(day) for day in subscription.days),
            "local_time": subscription.local_time,
            "zone": subscription.zone,
            "size": subscription.size,
            "created_at": subscription.created_at,
            "paused_until": subscription.paused_until,
        }
        new = upsert_into(self._connection, subscriptions).values(person_id=subscription.person_id, **values)
        await self._connection.execute(
            new.on_conflict_do_update(index_elements=["person_id"], set_={name: new.excluded[name] for name in values})
        )

    async def remove(self, person_id: PersonId) -> bool:
        gone: Any = await self._connection.execute(delete(subscriptions).where(subscriptions.c.person_id == person_id))
        return bool(gone.rowcount)
