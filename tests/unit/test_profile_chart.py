from datetime import UTC, datetime

import pytest

from bot.domain.profile import Interest, InterestKind
from bot.messages.profile_chart import history_data, movement, profile_chart, profile_image

ADDED = datetime(2026, 3, 7, tzinfo=UTC)
DAYS = (0.0, 0.0, 0.0, 1.0, 1.0)


def interest(text: str, kind: InterestKind = InterestKind.TEXT) -> Interest:
    return Interest(kind, text, ADDED)


def test_the_chart_says_what_was_told_what_was_learned_and_what_is_less_wanted() -> None:
    told = [
        interest("ducks"),
        interest("Jane Doe", InterestKind.AUTHOR),
        interest("cs.LG", InterestKind.CATEGORY),
        interest("crypto", InterestKind.MUTE),
    ]
    chart = profile_chart(
        told,
        [(one.text, DAYS) for one in told],
        [("duck", (0.0, 1.0)), ("duck ponds", (0.1, 0.9)), ("reeds", (0.5, 0.5))],
        [("geese", (0.9, 0.4))],
    )
    stated, learned, less = chart.sections
    assert [(row.label, row.note) for row in stated.rows] == [
        ("ducks", "since 7 Mar"),
        ("by Jane Doe", "since 7 Mar"),
        ("in cs.LG", "since 7 Mar"),
    ]
    assert [(row.label, row.value, row.note) for row in learned.rows] == [
        ("duck ponds", 0.9, "rising"),
        ("reeds", 0.5, "steady"),
    ]
    assert [(row.label, row.note) for row in less.rows] == [("mute: crypto", "never"), ("geese", "fading")]
    assert less.rows[0].history == DAYS
    assert chart.subtitle == "3 interests told, the rest learned"


def test_an_empty_profile_says_in_each_section_what_to_do() -> None:
    chart = profile_chart([], [], [], [])
    assert chart.subtitle == "Still blank"
    assert all(section.empty and not section.rows for section in chart.sections)


@pytest.mark.parametrize(
    ("history", "word"),
    [((), "new"), ((0.0, 0.4), "new"), ((0.1, 0.9), "rising"), ((0.9, 0.1), "fading"), ((0.5, 0.9, 0.6), "steady")],
)
def test_a_movement_is_one_word(history: tuple[float, ...], word: str) -> None:
    assert movement(history) == word


def test_the_picture_has_a_name_for_its_theme_and_the_history_is_data() -> None:
    assert profile_image(b"png", "dark").name == "profile-dark.png"
    assert history_data((7, 0), [("ducks", (0.5, 1.0))], []) == {
        "days_ago": [7, 0],
        "learned": {"ducks": [0.5, 1.0]},
        "less": {},
    }
