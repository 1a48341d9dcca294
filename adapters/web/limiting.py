"""How often one address may ask, in the memory of one process."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from bot.domain.latest import Latest
from bot.domain.limits import Limit

REMEMBERED = 10_000
"""Addresses; beyond them the one that was quiet longest is forgotten, and so begins anew."""

NETWORK_BITS = 64
"""Of an IPv6 address: whoever has one has all that begin so."""


def network_of(address: str) -> str:
    """What counts as one asker: an IPv4 address, the network of an IPv6 one, or whatever else an address may be."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> NETWORK_BITS << NETWORK_BITS)}/{NETWORK_BITS}"


class AddressLimiter:
    """The generic cell rate algorithm, as in the store's limiter: of each asker one moment, when the next request is
    free. Who asks too early is not counted, only told how long to wait."""

    def __init__(self, limit: Limit, monotonic: Callable[[], float]) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._free_at: Latest[str, float] = Latest(REMEMBERED)

    def take(self, address: str) -> float:
        """0 where the request may go on, else the seconds after which it may."""
        asker, now = network_of(address), self._monotonic()
        free_at = max(self._free_at.pop(asker, now), now)
        wait_s = free_at - now - (self._limit.burst - 1) * self._limit.interval_s
        # What one ulp makes of a sum of intervals is nothing to wait for.
        late = wait_s > 1e-9
        self._free_at[asker] = free_at if late else free_at + self._limit.interval_s
        return wait_s if late else 0.0
