"""The words of a pushed digest."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.chat import Address, Message, PaperCard
from bot.domain.delivery import SkipReason
from bot.domain.profile import PartKind
from bot.domain.ranking import Entry, Part, TermContribution
from bot.messages.digest import Occasion, Told, digest_messages, disabled_notice, empty_digest, reason_words
from bot.messages.lists import recommendation
from tests.factories import make_paper
from tests.integration.world import words_of

MONDAY = date(2026, 3, 16)
SATURDAY = date(2026, 3, 14)


def told(rank: int) -> Told:
    part = Part(PartKind.INTEREST, "retrieval", 2.0, (TermContribution("retriev", 2.0),))
    return Entry(make_paper(), rank, 2.0, (part,)), {"retriev": "retrieval"}


ENTRIES = [told(1), told(2)]


def cards(messages: list[Message]) -> list[PaperCard]:
    return [block for message in messages for block in message.blocks if isinstance(block, PaperCard)]


def test_one_message_holds_a_header_and_a_card_for_each_paper() -> None:
    (message,) = digest_messages("one", Occasion(MONDAY), ENTRIES, 312, 7)
    assert words_of(message).splitlines() == [
        "Your papers for Monday, 16 March",
        "2 of 312 new papers (the last 7 days). `why 1` says more.",
    ]
    assert [card.number for card in cards([message])] == [1, 2]


def test_in_several_messages_each_paper_has_its_own() -> None:
    header, *rest = digest_messages("cards", Occasion(MONDAY), ENTRIES, 312, 7)
    assert words_of(header).startswith("Your papers for Monday, 16 March")
    assert [len(message.blocks) for message in rest] == [1, 1]


@pytest.mark.parametrize("form", ["one", "cards"])
def test_cards_have_the_reasons_and_buttons_of_a_recommendation(form: str) -> None:
    messages = digest_messages(form, Occasion(MONDAY), ENTRIES, 312, 7)  # type: ignore[arg-type]
    assert cards(messages) == cards([recommendation(ENTRIES, 312, days=7, topic="")])


def test_a_paper_that_is_gone_leaves_the_places_of_the_others_as_they_are() -> None:
    entries: list[Told | None] = [told(1), None, told(3)]
    header, first, gone, third = digest_messages("cards", Occasion(MONDAY), entries, 0, 7)
    assert words_of(header).splitlines()[1] == "2 (the last 7 days). `why 1` says more."
    assert words_of(gone) == "The paper of this place is not stored here any more."
    assert [card.number for card in cards([first, third])] == [1, 3]
    (whole,) = digest_messages("one", Occasion(MONDAY), entries, 0, 7)
    assert [card.number for card in cards([whole])] == [1, 3]


def test_samples_are_called_samples() -> None:
    entry, words = told(1)
    sample = replace(entry, paper=make_paper(source="sample"))
    (message,) = digest_messages("one", Occasion(MONDAY), [(sample, words)], 3, 1)
    assert ("samples, not real papers" in words_of(message)) == sample.paper.is_sample


def test_a_digest_before_the_days_announcement_says_when_the_next_comes() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    today = Occasion(MONDAY, datetime(2026, 3, 16, 4, tzinfo=UTC).astimezone(berlin))
    (message,) = digest_messages("one", today, ENTRIES, 312, 7)
    assert words_of(message).splitlines()[-1] == "arXiv's next papers come today at 05:00 (CET)."
    later = Occasion(SATURDAY, today.next_at)
    assert "on Monday, 16 March at 05:00 (CET)" in words_of(empty_digest(later, SkipReason.NOTHING_ANNOUNCED))


def test_an_empty_day_is_told_with_its_reason() -> None:
    message = empty_digest(Occasion(SATURDAY), SkipReason.NOTHING_ANNOUNCED)
    assert words_of(message) == "No papers for you on Saturday, 14 March: arXiv announces nothing on a Saturday."
    assert message.data == {"digest": "2026-03-14", "papers": [], "reason": "nothing announced"}


@pytest.mark.parametrize("reason", list(SkipReason))
def test_every_reason_has_words_of_its_own(reason: SkipReason) -> None:
    words = reason_words(reason, MONDAY)
    assert words.endswith(".")
    assert [other for other in SkipReason if reason_words(other, MONDAY) == words] == [reason]


def test_a_holiday_is_called_one() -> None:
    words = reason_words(SkipReason.NOTHING_ANNOUNCED, date(2026, 11, 27))
    assert words == "arXiv announces nothing for Friday, 27 November, a holiday of its own."


def test_who_cannot_be_reached_is_told_elsewhere_why_and_what_to_do() -> None:
    message = disabled_notice(Address("discord", "general"), "the channel is gone")
    assert "to Discord any more: the channel is gone" in words_of(message)
    assert "`digest resume`" in words_of(message)
    assert message.private
