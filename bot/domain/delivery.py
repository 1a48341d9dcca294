"""The ledger of deliveries: one row for each period of each subscription, written before anything is sent.

    due -> composed -> sending -> sent | retry (at) | unknown | failed | skipped (reason)

A delivery is brought in parts, each a message with a token of its own by which the platform can be asked whether it
arrived. Whatever happens to a process, the row says what may be done next.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.chat import Address
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId

SubscriptionId = NewType("SubscriptionId", int)
DeliveryId = NewType("DeliveryId", int)

DIGEST_SURFACE = "digest"
"""What impressions of digests say that they were shown by."""

INSTALLATION = "installation"
"""The value of the store by which an installation tells its messages from those of others; made when it is missing."""


class DeliveryState(StrEnum):
    DUE = "due"
    """Its time has come; nothing is composed yet."""
    COMPOSED = "composed"
    """What it may hold is known; whoever claims it sends it."""
    SENDING = "sending"
    """A sender has it until its lease ends."""
    SENT = "sent"
    RETRY = "retry"
    """Not brought, and surely not: it may be claimed again from `retry_at` on."""
    UNKNOWN = "unknown"
    """A part went out and no answer came: it is looked up before anything is sent again, or left where it cannot be."""
    FAILED = "failed"
    SKIPPED = "skipped"


OPEN = frozenset(
    {
        DeliveryState.DUE,
        DeliveryState.COMPOSED,
        DeliveryState.SENDING,
        DeliveryState.RETRY,
        DeliveryState.UNKNOWN,
    }
)
"""States in which something may still happen."""


class DeliveryKind(StrEnum):
    DIGEST = "digest"
    NOTICE = "notice"
    """A word about the subscription itself, brought elsewhere: that its digests cannot be brought any more."""


class SkipReason(StrEnum):
    """Why a period brought nothing, as a value; `bot.messages` has the words."""

    MISSED = "missed"
    """Paperboy was not running at its time, nor within a day of it."""
    PAUSED = "paused"
    STOPPED = "stopped"
    """Digests were stopped after this one was planned."""
    RESUMED = "resumed"
    """A notice that digests have stopped came to nothing: they go on."""
    NO_PAPERS = "no papers"
    NO_PROFILE = "no profile"
    NOTHING_ANNOUNCED = "nothing announced"
    """arXiv announced nothing for this day: a weekend or one of its holidays."""
    NOTHING_FRESH = "nothing fresh"
    ALL_SEEN = "all seen"
    NOTHING_CLOSE = "nothing close"


@dataclass(frozen=True, slots=True)
class DeliveryPart:
    """One message of a delivery. `attempted_at` is written before the request, `message_id` after the answer."""

    token: str
    attempted_at: datetime | None = None
    message_id: str = ""

    @property
    def is_sent(self) -> bool:
        return bool(self.message_id)

    @property
    def is_open(self) -> bool:
        """Asked for without an answer: it may be there or not."""
        return self.attempted_at is not None and not self.message_id


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the ledger.

    `shortlist` holds the papers it may show, best first (before they are diversified, and before what the person saw
    meanwhile is left out); `entries` those that it does show, fixed before the first part is sent. Entries keep their
    places, to which parts may belong, also where a paper is gone by then and no longer found under its key.
    `candidates` is how many papers were looked at. `reason` says why it was skipped, failed or is to be tried again.
    `retry_at` is when it may be claimed (of a composed one its time), `lease_until` until when it is a sender's.
    `attempts` counts claims.
    """

    id: DeliveryId
    subscription_id: SubscriptionId
    person_id: PersonId
    period: date
    due_at: datetime
    address: Address
    state: DeliveryState
    updated_at: datetime
    kind: DeliveryKind = DeliveryKind.DIGEST
    reason: str = ""
    attempts: int = 0
    retry_at: datetime | None = None
    lease_until: datetime | None = None
    candidates: int = 0
    shortlist: tuple[PaperKey, ...] = ()
    entries: tuple[PaperKey, ...] = ()
    parts: tuple[DeliveryPart, ...] = ()
    sent_at: datetime | None = None

    @property
    def next_part(self) -> int | None:
        """The place of the first part that has not arrived, None if all have."""
        return next((at for at, part in enumerate(self.parts) if not part.is_sent), None)

    def thread_of(self, at: int) -> str:
        """The message below which the part at this place belongs; empty for the first."""
        return self.parts[0].message_id if at else ""

    def with_part(self, at: int, part: DeliveryPart) -> "Delivery":
        return replace(self, parts=(*self.parts[:at], part, *self.parts[at + 1 :]))


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """A period whose time has come: a new row in the state `due`, or `skipped` at once."""

    subscription_id: SubscriptionId
    person_id: PersonId
    period: date
    due_at: datetime
    address: Address
    state: DeliveryState = DeliveryState.DUE
    reason: str = ""
    kind: DeliveryKind = DeliveryKind.DIGEST


@dataclass(frozen=True, slots=True)
class Composed:
    """What composing made of a due delivery: a shortlist, or a reason to skip it. With `tell` an empty one is sent all
    the same, to say the reason."""

    id: DeliveryId
    candidates: int
    shortlist: tuple[PaperKey, ...] = ()
    skipped: str = ""
    tell: bool = False
