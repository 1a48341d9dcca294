"""How often one address may ask."""

import pytest

from adapters.web.limiting import REMEMBERED, AddressLimiter, network_of
from bot.domain.limits import Limit
from tests.fakes import FakeClock


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9%eth0", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_one_asker_is_an_address_or_the_network_of_a_longer_one(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_a_burst_goes_through_and_then_one_an_interval() -> None:
    clock = FakeClock()
    limiter = AddressLimiter(Limit(2, burst=3), clock.monotonic)
    assert [limiter.take("192.0.2.7") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.take("192.0.2.7") == 0.5, "asking too early costs nothing"
    assert limiter.take("192.0.2.8") == 0
    await clock.sleep(0.5)
    assert limiter.take("192.0.2.7") == 0
    assert limiter.take("192.0.2.7") == 0.5
    await clock.sleep(60)
    assert [limiter.take("192.0.2.7") for _ in range(4)] == [0, 0, 0, 0.5]


def test_memory_is_bounded_and_keeps_who_asked_last() -> None:
    limiter = AddressLimiter(Limit(0.001), lambda: 0.0)
    assert limiter.take("early") == 0
    assert limiter.take("kept") == 0
    for number in range(REMEMBERED - 2):
        limiter.take(str(number))
    assert limiter.take("kept") > 0
    limiter.take("one more")
    assert limiter.take("early") == 0, "forgotten"
    assert limiter.take("kept") > 0
