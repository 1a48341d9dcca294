"""The Home tab within Slack's limits, whatever is on it."""

from adapters.slack.blocks import said_in
from adapters.slack.home_blocks import home_view
from adapters.slack.showing import values_in
from bot.domain.chat import Button, Message, Text
from bot.domain.home import Home, HomeEntry, HomeSection
from bot.evaluation.slack_validity import view_faults
from tests.chat_blocks import HOSTILE, LONG


def test_the_longest_and_most_hostile_page_is_one_that_slack_takes() -> None:
    entries = tuple(HomeEntry(HOSTILE, Button(LONG, "undo 1"), "https://example.test") for _ in range(80))
    part = HomeSection(
        Message((Text(HOSTILE, "heading"), Text(LONG))), entries, HOSTILE, (Button(LONG, "interests add"),)
    )
    assert view_faults(home_view(Home((part,) * 3), HOSTILE, ())) == []


def test_what_cannot_be_taken_away_by_a_button_is_shown_without_one() -> None:
    remove = Button("Remove", "undo " + "x" * 2_000)
    entries = (
        HomeEntry("one", remove),
        HomeEntry("two", remove, "https://example.test"),
        HomeEntry("three", remove, "x:y"),
    )
    view = home_view(Home((HomeSection(Message(()), entries),)), "", ())
    assert view_faults(view) == []
    assert said_in(view["blocks"]) == "one\ntwo\nthree"
    assert list(values_in(view["blocks"])) == []
