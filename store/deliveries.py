"""The ledger of deliveries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Address
from bot.domain.delivery import (
    Composed,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    PlannedDelivery,
    SkipReason,
    SubscriptionId,
)
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from store.delivery_claims import claim, expire, finish, is_same_claim, take_unknown
from store.delivery_planning import compose, plan, readdress
from store.delivery_rows import encode_keys, encode_parts, read_deliveries
from store.dialect import among, chunks
from store.open_entries import open_entries
from store.tables import HAS_ENDED, IS_CLAIMABLE, IS_DUE, IS_HELD, deliveries, people

_UNKNOWN = and_(IS_HELD, deliveries.c.state == DeliveryState.UNKNOWN.value)
_SENDING = and_(IS_HELD, deliveries.c.state == DeliveryState.SENDING.value)


class SqlDeliveryRepository:
    """`bot.ports.DeliveryRepository`. A row is its holder's as long as its `attempts`, which counts claims, stays."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, planned: Sequence[PlannedDelivery], now: datetime) -> int:
        return await plan(self._connection, planned, now)

    async def due_ids(self, now: datetime) -> list[DeliveryId]:
        waiting = select(deliveries.c.id).where(IS_DUE, deliveries.c.kind == DeliveryKind.DIGEST.value)
        rows = await self._connection.execute(waiting.where(deliveries.c.due_at <= now).order_by(deliveries.c.id))
        return [DeliveryId(number) for number in rows.scalars()]

    async def due_among(self, ids: Sequence[DeliveryId]) -> list[Delivery]:
        """Their people are held too, so that composing and erasing cannot block each other."""
        found: list[Delivery] = []
        for chunk in chunks(sorted(set(ids))):
            theirs = (
                select(deliveries)
                .join(people, people.c.id == deliveries.c.person_id)
                .where(IS_DUE, among(self._connection, deliveries.c.id, chunk))
                .order_by(deliveries.c.id)
                .with_for_update(skip_locked=True, of=deliveries)
                .suffix_with("FOR KEY SHARE OF people SKIP LOCKED", dialect="postgresql")
            )
            found += await self._read(theirs)
        return found

    async def composed(self, results: Sequence[Composed], now: datetime) -> int:
        return await compose(self._connection, results, now)

    async def readdress(self, subscription_id: SubscriptionId, address: Address) -> int:
        return await readdress(self._connection, subscription_id, address)

    async def claim(
        self,
        platforms: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        only: PersonId | None = None,
    ) -> list[Delivery]:
        return await claim(self._connection, platforms, now, lease_until, limit, only)

    async def start(self, delivery: Delivery) -> bool:
        return await self._change_own(
            delivery, entries=encode_keys(delivery.entries), parts=encode_parts(delivery.parts)
        )

    async def save_parts(self, delivery: Delivery, now: datetime) -> bool:
        return await self._change_own(
            delivery, parts=encode_parts(delivery.parts), lease_until=delivery.lease_until, updated_at=now
        )

    async def _change_own(self, delivery: Delivery, **values: object) -> bool:
        changed = update(deliveries).where(is_same_claim(delivery), _SENDING).values(values)
        done: Any = await self._connection.execute(changed)
        return bool(done.rowcount)

    async def finish(
        self,
        delivery: Delivery,
        state: DeliveryState,
        now: datetime,
        *,
        reason: str = "",
        retry_at: datetime | None = None,
    ) -> bool:
        """A digest of a disabled subscription that is to be tried again ends as failed instead."""
        return await finish(self._connection, delivery, state, now, reason, retry_at)

    async def expire(self, now: datetime) -> int:
        return await expire(self._connection, now)

    async def miss(self, before: datetime, now: datetime) -> int:
        # A composed one may be claimed from its due time on.
        late = and_(IS_CLAIMABLE, deliveries.c.state == DeliveryState.COMPOSED.value, deliveries.c.retry_at < before)
        skipped = {"state": DeliveryState.SKIPPED.value, "reason": SkipReason.MISSED.value, "retry_at": None}
        digests = deliveries.c.kind == DeliveryKind.DIGEST.value
        done: Any = await self._connection.execute(
            update(deliveries).where(late, digests).values(**skipped, updated_at=now)
        )
        return int(done.rowcount)

    async def unknown(
        self,
        platforms: Sequence[str],
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        only: PersonId | None = None,
    ) -> list[Delivery]:
        return await take_unknown(self._connection, platforms, now, lease_until, limit, only)

    async def open_entries(self, people: Sequence[PersonId]) -> list[tuple[PersonId, PaperKey]]:
        return await open_entries(self._connection, people)

    async def log(self, person_id: PersonId, limit: int) -> list[Delivery]:
        theirs = select(deliveries).where(deliveries.c.person_id == person_id)
        return await self._read(theirs.order_by(deliveries.c.due_at.desc(), deliveries.c.id.desc()).limit(limit))

    async def counts(
        self, due_from: datetime | None = None, due_until: datetime | None = None
    ) -> dict[DeliveryState, int]:
        when = [deliveries.c.due_at >= due_from] if due_from is not None else []
        when += [deliveries.c.due_at < due_until] if due_until is not None else []
        # One after the other, so that each is read from its own index: the ledger is long.
        counted = union_all(
            *(
                select(deliveries.c.state, func.count()).where(those, *when).group_by(deliveries.c.state)
                for those in (IS_DUE, IS_CLAIMABLE, IS_HELD, HAS_ENDED)
            )
        )
        return {DeliveryState(state): count for state, count in await self._connection.execute(counted)}

    async def oldest_open(self) -> datetime | None:
        first_due = select(func.min(deliveries.c.due_at))
        moments = [await self._moment(first_due.where(those)) for those in (IS_DUE, IS_CLAIMABLE)]
        return min((moment for moment in moments if moment is not None), default=None)

    async def last_sent_at(self) -> datetime | None:
        sent = and_(HAS_ENDED, deliveries.c.state == DeliveryState.SENT.value)
        # Nothing changes after it is sent.
        return await self._moment(select(func.max(deliveries.c.updated_at)).where(sent))

    async def next_at(self, platforms: Sequence[str]) -> datetime | None:
        here = deliveries.c.platform.in_(platforms)
        moments = [
            await self._moment(select(func.min(deliveries.c.retry_at)).where(IS_CLAIMABLE, here)),
            await self._moment(select(func.min(deliveries.c.retry_at)).where(_UNKNOWN, here)),
            await self._moment(select(func.min(deliveries.c.lease_until)).where(_SENDING)),
        ]
        return min((moment for moment in moments if moment is not None), default=None)

    async def prune(self, before: datetime) -> int:
        for_good = and_(_UNKNOWN, deliveries.c.retry_at.is_(None))
        gone = 0
        for those in (HAS_ENDED, for_good):
            ended: Any = await self._connection.execute(
                delete(deliveries).where(those, deliveries.c.updated_at < before)
            )
            gone += ended.rowcount
        return gone

    async def _read(self, chosen: Select[Any]) -> list[Delivery]:
        return await read_deliveries(self._connection, await self._connection.execute(chosen))

    async def _moment(self, chosen: Select[Any]) -> datetime | None:
        moment: datetime | None = (await self._connection.execute(chosen)).scalar_one()
        return moment
