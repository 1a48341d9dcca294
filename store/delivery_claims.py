"""Who has a delivery: claims, leases, and what becomes of those whose holder is gone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Delivery, DeliveryState
from bot.domain.person import PersonId
from store.delivery_closing import close_disabled, of_disabled
from store.delivery_rows import decode_parts, encode_parts, read_deliveries
from store.dialect import among, chunks, update_many
from store.tables import IS_CLAIMABLE, IS_HELD, deliveries, people

LEASE_RAN_OUT = "lease ran out"
_UNKNOWN = DeliveryState.UNKNOWN


async def claim(
    connection: AsyncConnection,
    platforms: Sequence[str],
    now: datetime,
    lease_until: datetime,
    limit: int,
    only: PersonId | None,
) -> list[Delivery]:
    wanted = and_(IS_CLAIMABLE, ~of_disabled(), _of(only))
    taken = {
        "state": DeliveryState.SENDING.value,
        "attempts": deliveries.c.attempts + 1,
        "lease_until": lease_until,
        "updated_at": now,
    }
    return await _take(connection, wanted, platforms, now, limit, taken)


async def take_unknown(
    connection: AsyncConnection,
    platforms: Sequence[str],
    now: datetime,
    lease_until: datetime,
    limit: int,
    only: PersonId | None,
) -> list[Delivery]:
    """The lease also stands in `retry_at`: until then nobody else is given the row."""
    wanted = and_(IS_HELD, deliveries.c.state == _UNKNOWN.value, _of(only))
    taken = {"retry_at": lease_until, "lease_until": lease_until, "updated_at": now}
    return await _take(connection, wanted, platforms, now, limit, taken)


def _of(person_id: PersonId | None) -> ColumnElement[bool]:
    return true() if person_id is None else deliveries.c.person_id == person_id


async def _take(
    connection: AsyncConnection,
    wanted: ColumnElement[bool],
    platforms: Sequence[str],
    now: datetime,
    limit: int,
    taken: Mapping[str, Any],
) -> list[Delivery]:
    # A CTE, so that PostgreSQL runs it once and locks no more rows than the limit.
    chosen = (
        select(deliveries.c.id)
        .where(wanted, deliveries.c.retry_at <= now, deliveries.c.platform.in_(platforms))
        .order_by(deliveries.c.retry_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    statement = update(deliveries).where(deliveries.c.id.in_(select(chosen.c.id))).values(taken)
    rows = (await connection.execute(statement.returning(*deliveries.c))).all()
    return await read_deliveries(connection, sorted(rows, key=lambda row: (row.due_at, row.id)))


async def expire(connection: AsyncConnection, now: datetime) -> int:
    lost = (
        select(deliveries.c.id, deliveries.c.parts)
        .where(IS_HELD, deliveries.c.state == DeliveryState.SENDING.value, deliveries.c.lease_until <= now)
        .with_for_update(skip_locked=True)
    )
    rows = [
        {
            "id": row.id,
            "state": _UNKNOWN.value
            if any(part.is_open for part in decode_parts(row.parts))
            else DeliveryState.RETRY.value,
        }
        for row in await connection.execute(lost)
    ]
    same = {"reason": LEASE_RAN_OUT, "retry_at": now, "lease_until": None, "updated_at": now}
    is_sending = deliveries.c.state == DeliveryState.SENDING.value
    changed = await update_many(connection, deliveries, rows, is_sending, also=same)
    for chunk in chunks([row["id"] for row in rows]):
        await close_disabled(connection, among(connection, deliveries.c.id, chunk), now)
    return changed


async def finish(
    connection: AsyncConnection,
    delivery: Delivery,
    state: DeliveryState,
    now: datetime,
    reason: str,
    retry_at: datetime | None,
) -> bool:
    """Who looks an unknown one up must still have its lease; a sender's word counts as long as nobody claimed after."""
    if (retry_at is None) if state is DeliveryState.RETRY else (retry_at is not None and state is not _UNKNOWN):
        raise ValueError(f"{state} with retry_at {retry_at}")
    ours: ColumnElement[bool] = deliveries.c.state.in_([DeliveryState.SENDING.value, _UNKNOWN.value])
    if delivery.state is _UNKNOWN:
        ours = and_(deliveries.c.state == _UNKNOWN.value, deliveries.c.lease_until == delivery.lease_until)
    await _hold_person(connection, delivery)
    done: Any = await connection.execute(
        update(deliveries)
        .where(is_same_claim(delivery), ours)
        .values(
            state=state.value,
            reason=reason,
            retry_at=retry_at,
            lease_until=None,
            updated_at=now,
            sent_at=now if state is DeliveryState.SENT else None,
            parts=encode_parts(delivery.parts),
        )
    )
    if done.rowcount and state is DeliveryState.RETRY:
        await close_disabled(connection, deliveries.c.id == delivery.id, now)
    return bool(done.rowcount)


def is_same_claim(delivery: Delivery) -> ColumnElement[bool]:
    """Nobody claimed it since: claims are counted, and the count is what tells one holder from the next."""
    return and_(deliveries.c.id == delivery.id, deliveries.c.attempts == delivery.attempts)


async def _hold_person(connection: AsyncConnection, delivery: Delivery) -> None:
    """Whoever erases a person holds the person first and comes to the deliveries then; the same order here, where
    impressions follow in the same transaction, keeps the two from blocking each other."""
    held = (
        select(people.c.id)
        .join(deliveries, deliveries.c.person_id == people.c.id)
        .where(deliveries.c.id == delivery.id)
        .with_for_update(read=True, key_share=True, of=people)
    )
    await connection.execute(held)
