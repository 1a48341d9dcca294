"""The ledger before anything is sent: periods whose time came, what composing made of them, and where they go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Address
from bot.domain.delivery import Composed, DeliveryKind, DeliveryState, PlannedDelivery, SubscriptionId
from store.delivery_rows import encode_keys, encode_parts
from store.dialect import chunks, told_rows, update_many, upsert_into
from store.tables import IS_CLAIMABLE, IS_DUE, deliveries, subscriptions


async def plan(connection: AsyncConnection, planned: Sequence[PlannedDelivery], now: datetime) -> int:
    """The person is whoever has the subscription now; where nobody has, nothing is written."""
    written = 0
    for chunk in chunks(planned):
        rows = [_new_row(one) for one in chunk]
        told, parameters = told_rows(connection, deliveries, rows)
        same = {
            "person_id": subscriptions.c.person_id,
            "attempts": literal(0),
            "updated_at": literal(now, deliveries.c.updated_at.type),
            "candidates": literal(0),
            "shortlist": literal(encode_keys(())),
            "entries": literal(encode_keys(())),
            "parts": literal(encode_parts(())),
        }
        columns = {**{name: told[name] for name in rows[0]}, **same}
        # Held, so that neither the subscription nor its person can go before the row is there.
        source = (
            select(*columns.values())
            .where(subscriptions.c.id == told["subscription_id"])
            .with_for_update(read=True, key_share=True, of=subscriptions)
        )
        statement = upsert_into(connection, deliveries).from_select(list(columns), source).on_conflict_do_nothing()
        counting = statement.execution_options(preserve_rowcount=True)
        done: Any = await connection.execute(counting, parameters)
        written += done.rowcount
    return written


def _new_row(planned: PlannedDelivery) -> dict[str, Any]:
    state = planned.state
    if state is DeliveryState.DUE and planned.kind is DeliveryKind.NOTICE:
        # There is nothing to compose in a notice.
        state = DeliveryState.COMPOSED
    return {
        "subscription_id": planned.subscription_id,
        "kind": planned.kind.value,
        "period": planned.period,
        "due_at": planned.due_at,
        "platform": planned.address.platform,
        "workspace": planned.address.workspace,
        "channel": planned.address.channel,
        "state": state.value,
        "reason": planned.reason,
        "retry_at": planned.due_at if state is DeliveryState.COMPOSED else None,
    }


async def compose(connection: AsyncConnection, results: Sequence[Composed], now: datetime) -> int:
    sent = [
        {
            "id": one.id,
            "candidates": one.candidates,
            "reason": one.skipped,
            "shortlist": encode_keys(one.shortlist),
        }
        for one in results
        if one.tell or not one.skipped
    ]
    skipped = [
        {"id": one.id, "candidates": one.candidates, "reason": one.skipped}
        for one in results
        if one.skipped and not one.tell
    ]
    composed = {"state": DeliveryState.COMPOSED.value, "retry_at": deliveries.c.due_at, "updated_at": now}
    ended = {"state": DeliveryState.SKIPPED.value, "updated_at": now}
    return await update_many(connection, deliveries, sent, IS_DUE, also=composed) + await update_many(
        connection, deliveries, skipped, IS_DUE, also=ended
    )


async def readdress(connection: AsyncConnection, subscription_id: SubscriptionId, address: Address) -> int:
    waiting = and_(
        deliveries.c.subscription_id == subscription_id,
        deliveries.c.kind == DeliveryKind.DIGEST.value,
        or_(IS_DUE, IS_CLAIMABLE),
        deliveries.c.parts == encode_parts(()),
    )
    place = {"platform": address.platform, "workspace": address.workspace, "channel": address.channel}
    done: Any = await connection.execute(update(deliveries).where(waiting).values(place))
    return int(done.rowcount)
