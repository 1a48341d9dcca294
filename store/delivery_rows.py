"""How the ledger keeps a delivery: keys as bytes, parts as JSON, and what a key leads to by now."""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chat import Address
from bot.domain.delivery import Delivery, DeliveryId, DeliveryKind, DeliveryPart, DeliveryState, SubscriptionId
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from store.paper_move import present_keys
from store.types import from_microseconds, to_microseconds


def encode_keys(keys: Sequence[PaperKey]) -> bytes:
    """64-bit integers, little-endian."""
    return struct.pack(f"<{len(keys)}q", *keys)


def decode_keys(stored: bytes) -> tuple[PaperKey, ...]:
    return tuple(PaperKey(key) for key in struct.unpack(f"<{len(stored) // 8}q", stored))


def encode_parts(parts: Sequence[DeliveryPart]) -> str:
    return json.dumps(
        [
            [part.token, None if part.attempted_at is None else to_microseconds(part.attempted_at), part.message_id]
            for part in parts
        ],
        separators=(",", ":"),
    )


def decode_parts(stored: str) -> tuple[DeliveryPart, ...]:
    return tuple(
        DeliveryPart(token, None if attempted_at is None else from_microseconds(attempted_at), message_id)
        for token, attempted_at, message_id in json.loads(stored)
    )


async def read_deliveries(connection: AsyncConnection, rows: Iterable[Row[Any]]) -> list[Delivery]:
    """Rows of the ledger, with the keys of merged papers led to what they became.

    Papers that are gone are left out of a shortlist. In the entries they keep their place and their old key, which no
    paper has: the parts of a delivery belong to its entries by place.
    """
    found = list(rows)
    shortlists = [decode_keys(row.shortlist) for row in found]
    entries = [decode_keys(row.entries) for row in found]
    keys = [key for some in (*shortlists, *entries) for key in some]
    present = await present_keys(connection, keys, held=False) if keys else {}
    return [
        _delivery(row, shortlist, shown, present)
        for row, shortlist, shown in zip(found, shortlists, entries, strict=True)
    ]


def _delivery(
    row: Row[Any],
    shortlist: Sequence[PaperKey],
    entries: Sequence[PaperKey],
    present: Mapping[PaperKey, PaperKey],
) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        subscription_id=SubscriptionId(row.subscription_id),
        person_id=PersonId(row.person_id),
        period=row.period,
        due_at=row.due_at,
        address=Address(platform=row.platform, channel=row.channel, workspace=row.workspace),
        state=DeliveryState(row.state),
        updated_at=row.updated_at,
        kind=DeliveryKind(row.kind),
        reason=row.reason,
        attempts=row.attempts,
        retry_at=row.retry_at,
        lease_until=row.lease_until,
        candidates=row.candidates,
        shortlist=tuple(dict.fromkeys(present[key] for key in shortlist if key in present)),
        entries=tuple(present.get(key, key) for key in entries),
        parts=decode_parts(row.parts),
        sent_at=row.sent_at,
    )
