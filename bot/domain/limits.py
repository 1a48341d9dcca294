"""How fast a platform may be written to: the names of its limits."""

from bot.domain.chat import Address


def limits_of(address: Address) -> tuple[str, ...]:
    """The limits that a message to this address counts against."""
    if address.platform == "slack":
        return (f"slack/{address.workspace}/{address.channel}",)
    return (address.platform,)
