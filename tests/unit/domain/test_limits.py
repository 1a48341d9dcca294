"""Limits by name."""

import pytest

from bot.domain.chat import Address
from bot.domain.limits import DISCORD, SLACK, Limit, limit_of, limits_of, named_limits


def test_a_key_has_the_limit_of_the_longest_name_it_begins_with() -> None:
    limits = {**named_limits(), "slack:T1": Limit(2)}
    assert limit_of(limits, "discord") == DISCORD
    assert limit_of(limits, "slack:T2:C1") == SLACK
    assert limit_of(limits, "slack:T1:C1") == Limit(2)
    assert limit_of(limits, "slacker") is None
    assert limit_of(limits, "console:terminal") is None


def test_the_limits_keep_to_what_the_platforms_say() -> None:
    limits = named_limits(mail=Limit(5, burst=3))
    within_a_second = {name: limit.burst + limit.per_second for name, limit in limits.items()}
    assert within_a_second["discord"] <= 50
    assert limits["arxiv"].interval_s == pytest.approx(3)
    assert limits["mail"] == Limit(5, burst=3)


@pytest.mark.parametrize(("per_second", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_limit_that_lets_nothing_through_is_refused(per_second: float, burst: int) -> None:
    with pytest.raises(ValueError, match="lets something through"):
        Limit(per_second, burst)


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        (Address("discord", "42"), DISCORD),
        (Address("slack", "C1", "T1"), SLACK),
        (Address("console", "terminal"), None),
    ],
)
def test_a_message_counts_against_the_limit_of_its_platform(address: Address, limit: Limit | None) -> None:
    (key,) = limits_of(address)
    assert limit_of(named_limits(), key) == limit
