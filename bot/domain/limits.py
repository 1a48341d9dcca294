"""How often a platform or a server may be asked, by the name that a key begins with."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.chat import Address


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to `burst` places at once, and `per_second` more as time goes on: no more than burst + per_second * t of them
    within any t seconds."""

    per_second: float
    burst: int = 1

    def __post_init__(self) -> None:
        if self.per_second <= 0 or self.burst < 1:
            raise ValueError(f"a limit lets something through: {self}")

    @property
    def interval_s(self) -> float:
        """Seconds between two places."""
        return 1 / self.per_second


DISCORD = Limit(40, burst=10)
"""A bot has 50 requests a second, over all channels: whichever second is looked at, these are at most 50."""

SLACK = Limit(1)
"""About one message a second to a channel."""

ARXIV = Limit(1 / 3)
"""One request every three seconds, over all machines of an installation."""

MAIL = Limit(2, burst=10)
"""What a small mail server takes, where the operator does not know better (PAPERBOY_MAIL_PER_S)."""

PAGES = Limit(10, burst=100)
"""What one address may ask of the public page: more than anybody reads (PAPERBOY_WEB_PER_S)."""


def named_limits(mail: Limit = MAIL) -> dict[str, Limit]:
    """The limits of everything that is asked; what is not here is not limited."""
    return {"discord": DISCORD, "slack": SLACK, "arxiv": ARXIV, "mail": mail}


def limits_of(address: Address) -> tuple[str, ...]:
    """The keys that a message to this address counts against."""
    if address.platform == "slack":
        return (f"slack:{address.workspace}:{address.channel}",)
    return (address.platform,)


def limit_of(limits: Mapping[str, Limit], key: str) -> Limit | None:
    """The limit of a key like `slack:WORKSPACE:CHANNEL`: that of the longest name it begins with, up to a colon."""
    while key not in limits:
        key, colon, _ = key.rpartition(":")
        if not colon:
            return None
    return limits[key]
