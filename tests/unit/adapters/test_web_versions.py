"""A paper's older texts on its page: the latest of them, within what a page may take."""

from datetime import UTC, datetime

from adapters.web.paper_pages import VERSIONS_BYTES, latest_versions
from bot.domain.page import PaperVersion

SEEN = datetime(2026, 3, 19, tzinfo=UTC)


def versions(abstracts: list[str]) -> list[PaperVersion]:
    return [PaperVersion(number, "A title", text, SEEN) for number, text in enumerate(abstracts, start=1)]


def test_the_latest_come_first_and_all_of_a_few() -> None:
    assert [old.version for old in latest_versions(versions(["one", "two", "three"]), VERSIONS_BYTES)] == [3, 2, 1]


def test_what_a_page_cannot_take_is_left_out_from_the_oldest_on() -> None:
    shown = latest_versions(versions(["<" * 3_000] * 9), VERSIONS_BYTES)
    assert [old.version for old in shown] == [9, 8, 7], "a character of markup takes four bytes"
    assert latest_versions(versions(["x" * VERSIONS_BYTES]), VERSIONS_BYTES) == []
