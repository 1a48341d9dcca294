from datetime import date, timedelta

import pytest

from bot.domain.chat import Address
from bot.messages.wording import day_words, place_words, span_words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "in less than a minute"),
        (timedelta(seconds=40), "in 1 minute"),
        (timedelta(minutes=119), "in 119 minutes"),
        (timedelta(minutes=125), "in 2 hours"),
        (timedelta(hours=47), "in 47 hours"),
        (timedelta(hours=48), "in 2 days"),
        (timedelta(days=301), "in 301 days"),
    ],
)
def test_a_span_is_told_as_exactly_as_one_cares(span: timedelta, words: str) -> None:
    assert span_words(span) == words


def test_days_and_places_are_told_in_words() -> None:
    assert day_words(date(2026, 11, 26)) == "Thursday, 26 November"
    assert [place_words(Address(platform, "x")) for platform in ("console", "mail", "discord")] == [
        "the terminal",
        "your mailbox",
        "Discord",
    ]
    assert place_words(Address("discord", "user:42")) == "your direct messages on Discord"
