"""What was scored lately, and the percentiles of it that few, normal and many stand for."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.subscription import Threshold
from bot.ranking.score_history import DAYS, HISTORY_BYTES, LEAST_DAYS, SCORES, Histories

TODAY = 739_700
KINDS = (Threshold.FEW, Threshold.NORMAL, Threshold.MANY)


def history(*days: Sequence[float], last: int = TODAY - 1) -> bytes:
    """Scores of days in a row, the last of which is `last`."""
    encoded = b""
    for number, best in enumerate(days):
        histories = Histories([encoded])
        histories.record(last - len(days) + 1 + number, [best])
        (encoded,) = histories.encoded()
    return encoded


def needed(encoded: bytes, day: int = TODAY) -> list[float]:
    return [Histories([encoded]).thresholds([kind], day)[0] for kind in KINDS]


def test_few_lets_a_fifth_of_what_was_scored_through_normal_three_fifths_and_many_all() -> None:
    encoded = history(*[[8.0, 7.0, 6.0, 5.0]] * 2, *[[4.0, 3.0, 2.0, 1.0]] * 3)
    few, normal, many = needed(encoded)
    scores = sorted([8.0, 7.0, 6.0, 5.0] * 2 + [4.0, 3.0, 2.0, 1.0] * 3)
    assert sum(score >= few for score in scores) == 4
    assert sum(score >= normal for score in scores) == 14  # with the equals of the twelfth
    assert many == 0.0


def test_with_few_days_on_record_nothing_is_too_far() -> None:
    days = [[5.0, 4.0]] * LEAST_DAYS
    assert needed(history(*days[1:])) == [0.0, 0.0, 0.0]
    assert needed(history(*days))[0] > 0


def test_a_weekly_digest_has_a_threshold_after_four_weeks() -> None:
    encoded = b""
    for week in range(4, 0, -1):
        histories = Histories([encoded])
        histories.record(TODAY - 7 * week, [[3.0]])
        (encoded,) = histories.encoded()
    assert needed(encoded)[0] == 3.0


def test_only_the_last_thirty_days_before_today_count() -> None:
    old = history(*[[100.0]] * 5, last=TODAY - DAYS)
    assert needed(old) == [0.0, 0.0, 0.0]
    today = history(*[[1.0]] * 5, [100.0], last=TODAY)
    assert needed(today)[0] == 1.0, "today's own scores do not raise the bar for today"


def test_what_is_no_history_of_this_form_counts_as_none() -> None:
    assert needed(b"something else") == [0.0, 0.0, 0.0]
    assert Histories([b"", b"x"]).last_days(TODAY) == [0, 0]


def test_a_history_does_not_grow() -> None:
    assert len(history(*[[float(score) for score in range(50, 0, -1)]] * 100)) == HISTORY_BYTES


def test_people_are_told_apart() -> None:
    histories = Histories([history(*[[9.0]] * 4), b"", history(*[[2.0]] * 4)])
    assert histories.thresholds([Threshold.FEW] * 3, TODAY) == [9.0, 0.0, 2.0]
    assert histories.last_days(TODAY) == [TODAY - 1, 0, TODAY - 1]


def test_nobody_is_no_trouble() -> None:
    nobody = Histories([])
    nobody.record(TODAY, [])
    assert (nobody.thresholds([], TODAY), nobody.last_days(TODAY), nobody.encoded()) == ([], [], [])


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=SCORES))
def test_a_paper_that_scores_what_is_on_record_passes(scores: list[float]) -> None:
    """Whatever float16 makes of it."""
    best = sorted(scores, reverse=True)
    few, normal, _ = needed(history(*[best] * LEAST_DAYS))
    assert few <= best[0]
    assert normal <= best[0]
    if best[0] < 60_000:
        assert few >= best[-1] * (1 - 2e-3) - 1e-7


@pytest.mark.parametrize("kind", KINDS)
def test_more_days_of_the_same_leave_the_threshold_where_it_is(kind: Threshold) -> None:
    day = [5.0, 4.0, 3.0, 2.0, 1.0]
    short, long = (Histories([history(*[day] * count)]).thresholds([kind], TODAY) for count in (5, 29))
    assert short == long
