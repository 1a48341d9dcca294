"""How the ledger stands, in numbers for its operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.delivery import DeliveryState


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`deliveries` counts by state (states without any are left out), `recent` those due within the last day;
    `oldest_open` is the due time of the one that waits longest."""

    active: int
    disabled: int
    deliveries: Mapping[DeliveryState, int]
    recent: Mapping[DeliveryState, int]
    oldest_open: datetime | None
    last_sent_at: datetime | None
