import numpy as np
import pytest

from bot.evaluation.intervals import estimate, halves


def test_an_interval_holds_the_mean_and_narrows_with_the_number_of_readers() -> None:
    draw = np.random.default_rng(5)
    few, many = estimate(draw.normal(1.0, 1.0, 20), 1), estimate(draw.normal(1.0, 1.0, 2_000), 1)
    assert few.low < few.mean < few.high
    assert many.high - many.low < (few.high - few.low) / 4
    # 1.96 standard errors to each side, for a normal distribution
    assert many.high - many.low == pytest.approx(2 * 1.96 / np.sqrt(2_000), rel=0.15)


def test_the_same_seed_gives_the_same_interval_and_a_constant_has_none() -> None:
    values = np.random.default_rng(9).random(40)
    assert estimate(values, 3) == estimate(values, 3)
    assert estimate(values, 3) != estimate(values, 4)
    assert estimate(np.full(7, 0.25), 1) == estimate(np.full(7, 0.25), 2)
    assert estimate(np.full(7, 0.25), 1).high == 0.25


def test_a_difference_that_every_reader_has_is_sure_however_much_readers_differ() -> None:
    values = np.linspace(0.0, 1.0, 30)
    shifted = estimate((values + 0.1) - values, 1)
    assert (shifted.low, shifted.high) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize("count", [1, 2, 7, 250])
def test_halves_share_no_reader_and_leave_none_out(count: int) -> None:
    first, second = halves(count, 1)
    assert sorted([*first.tolist(), *second.tolist()]) == list(range(count))
    assert 0 <= len(first) - len(second) <= 1


def test_halves_are_drawn_by_seed() -> None:
    assert halves(40, 1)[0].tolist() == halves(40, 1)[0].tolist()
    assert halves(40, 1)[0].tolist() != halves(40, 2)[0].tolist()
