from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search_query import MAX_WORDS, SearchQuery, SearchQueryError, parse_search_query


def test_words_phrases_and_fields_are_told_apart() -> None:
    query = parse_search_query('graph "flow matching" author:"Jane Doe" AUTHOR:smith cat:cs.LG since:2026-03')
    assert query == SearchQuery(
        words=("graph",),
        phrases=("flow matching",),
        authors=("Jane Doe", "smith"),
        categories=("cs.LG",),
        since=date(2026, 3, 1),
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [("since:2026", date(2026, 1, 1)), ("since:2026-03", date(2026, 3, 1)), ("since:2026-03-14", date(2026, 3, 14))],
)
def test_since_takes_a_year_a_month_or_a_day(text: str, day: date) -> None:
    assert parse_search_query(text).since == day


@pytest.mark.parametrize("text", ["since:yesterday", "since:", "since:2026-13", "since:0000-01-01"])
def test_a_date_nobody_can_read_says_how_to_write_it(text: str) -> None:
    with pytest.raises(SearchQueryError, match="since:2026-03-14"):
        parse_search_query(text)


@pytest.mark.parametrize("text", ["", "  ", '""', "!!! ???", "author: cat:", "🦆"])
def test_a_query_without_a_word_is_empty(text: str) -> None:
    assert parse_search_query(text).is_empty


def test_metacharacters_are_no_syntax() -> None:
    query = parse_search_query("a.* (b|c) [d] \\e f'; DROP TABLE papers; -- +g -h ~i^2")
    assert query.words == ("a", "b", "c", "d", "e", "f", "DROP", "TABLE", "papers", "g", "h", "i", "2")


def test_only_the_first_words_count() -> None:
    assert len(parse_search_query("word " * 2_000).words) == MAX_WORDS


@given(st.text(max_size=300))
def test_no_text_raises_anything_but_its_own_error(text: str) -> None:
    try:
        parse_search_query(text)
    except SearchQueryError:
        assert "since:" in text.lower()
