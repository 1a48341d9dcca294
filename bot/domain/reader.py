"""A person who reads by mail, as their own page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.feedback import Reaction
from bot.domain.paper import PaperId
from bot.domain.profile import Interest
from bot.domain.status import DigestStatus


@dataclass(frozen=True, slots=True)
class Said:
    """A word on a paper that holds now."""

    paper: PaperId
    title: str
    reaction: Reaction
    at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """`feed` is the secret of the feed of their own, empty where there is none; `accounts` are the platforms that are
    joined here."""

    address: str
    interests: Sequence[Interest]
    digest: DigestStatus | None
    said: Sequence[Said]
    feed: str
    accounts: Sequence[str]
