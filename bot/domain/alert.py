"""What an operator is told unasked: that something which should happen has not happened for too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.chat import Address


class AlertKind(StrEnum):
    FEED = "feed"
    """Nothing was fetched from arXiv although it was time."""
    DELIVERIES = "deliveries"
    """Digests were due, and for a whole day not one was brought."""


@dataclass(frozen=True, slots=True)
class Alert:
    """`since` is when it was last well (of a feed that never was: when that was first seen; of digests at the latest
    yesterday); `detail` is what is known of the cause. `cleared` says that it is over."""

    kind: AlertKind
    since: datetime
    detail: str = ""
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator knows of an alert: since when there is trouble, when a word was last tried, and whether it
    arrived."""

    since: datetime
    tried_at: datetime | None = None
    arrived: bool = False


AGAIN = timedelta(days=1)
"""How long a word that arrived is good for."""

RETRY = timedelta(minutes=15)
"""When a word that did not arrive is tried again."""


def is_to_be_told(told: Told, now: datetime) -> bool:
    """Whether to speak of a trouble that goes on: at once, and then once a day."""
    if told.tried_at is None:
        return True
    return now - told.tried_at >= (AGAIN if told.arrived else RETRY)


def parse_address(text: str) -> Address | None:
    """`platform:channel` or `platform:workspace:channel`; None for anything else. Platforms are written in any case."""
    pieces = [piece.strip() for piece in text.split(":")]
    if len(pieces) not in {2, 3} or not all(pieces):
        return None
    platform, *workspace, channel = pieces
    return Address(platform.lower(), channel, "".join(workspace))
