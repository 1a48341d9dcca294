"""Deliveries that end because their subscription does."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import DIGEST_SURFACE, DeliveryKind, DeliveryState
from store.delivery_rows import decode_keys, decode_parts
from store.dialect import insert_many
from store.paper_move import present_keys
from store.tables import HAS_ENTRIES, deliveries, impressions, subscriptions

_NOT_BEGUN = [state.value for state in (DeliveryState.DUE, DeliveryState.COMPOSED, DeliveryState.RETRY)]


def of_disabled() -> ColumnElement[bool]:
    """Digests of subscriptions that are disabled; notices are brought all the same."""
    theirs = and_(subscriptions.c.id == deliveries.c.subscription_id, subscriptions.c.disabled_at.is_not(None))
    return and_(deliveries.c.kind == DeliveryKind.DIGEST.value, exists().where(theirs))


async def close_disabled(connection: AsyncConnection, which: ColumnElement[bool], now: datetime) -> None:
    """Of these deliveries, what nobody is sending and is a disabled subscription's ends as failed, with its reason."""
    ending = and_(which, deliveries.c.state.in_(_NOT_BEGUN), of_disabled())
    await note_shown(connection, ending)
    why = select(subscriptions.c.disabled_reason).where(subscriptions.c.id == deliveries.c.subscription_id)
    await connection.execute(
        update(deliveries)
        .where(ending)
        .values(state=DeliveryState.FAILED.value, reason=why.scalar_subquery(), retry_at=None, updated_at=now)
    )


async def note_shown(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Impressions of what was on its way in these deliveries, before they end or go: where a part arrived, or may have,
    a person counts as shown all of it, since a paper comes once."""
    # An unknown one that is left for good has its impressions.
    unsettled = or_(deliveries.c.state != DeliveryState.UNKNOWN.value, deliveries.c.retry_at.is_not(None))
    under_way = select(deliveries).where(which, HAS_ENTRIES, unsettled)
    shown = [
        (row.person_id, row.updated_at, decode_keys(row.entries))
        for row in await connection.execute(under_way)
        if any(part.is_sent or part.is_open for part in decode_parts(row.parts))
    ]
    places = await present_keys(connection, (key for *_, keys in shown for key in keys)) if shown else {}
    rows = [
        {
            "person_id": person_id,
            "paper_key": places[key],
            "position": position,
            "at": at,
            "surface": DIGEST_SURFACE,
        }
        for person_id, at, keys in shown
        for position, key in enumerate(keys, 1)
        if key in places
    ]
    await insert_many(connection, impressions, rows)
