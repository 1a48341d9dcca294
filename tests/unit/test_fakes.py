"""The fake clock keeps the promises of a clock."""

from datetime import timedelta

import pytest

from bot.ports import Clock
from tests.factories import NOON
from tests.fakes import FakeClock


async def test_sleeping_moves_both_hands_and_is_noted() -> None:
    fake = FakeClock()
    clock: Clock = fake
    await clock.sleep(1.5)
    assert (clock.now(), clock.monotonic(), fake.slept) == (NOON + timedelta(seconds=1.5), 1.5, [1.5])


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="go back"):
        FakeClock().advance(timedelta(seconds=-1))
