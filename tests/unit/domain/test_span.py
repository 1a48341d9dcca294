"""Days, weeks and months under the names that they have in addresses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.span import SpanKind, parse_span, span_of


@pytest.mark.parametrize(
    ("name", "kind", "first", "last", "path"),
    [
        ("2026-03-14", SpanKind.DAY, date(2026, 3, 14), date(2026, 3, 14), "/2026-03-14"),
        ("2026-W11", SpanKind.WEEK, date(2026, 3, 9), date(2026, 3, 15), "/week/2026-W11"),
        ("2026-W01", SpanKind.WEEK, date(2025, 12, 29), date(2026, 1, 4), "/week/2026-W01"),
        ("2024-02", SpanKind.MONTH, date(2024, 2, 1), date(2024, 2, 29), "/month/2024-02"),
    ],
)
def test_a_name_stands_for_its_days(name: str, kind: SpanKind, first: date, last: date, path: str) -> None:
    span = parse_span(name)
    assert span is not None
    assert (span.kind, span.first, span.last, span.path) == (kind, first, last, path)


@pytest.mark.parametrize(
    "name",
    [
        *("", "2026", "2026-3-4", "2026-02-30", "2026-13", "2026-W54", "2025-W53", "2026-W00", "0001-01-01"),
        *("9999-12-31", "2026-03-14\n", "２０２６-03-14", "2026-03-14.bib", "2026-w11"),
    ],
)
def test_other_names_stand_for_nothing(name: str) -> None:
    assert parse_span(name) is None


@given(st.dates(date(1991, 1, 7), date(2199, 12, 24)), st.sampled_from(SpanKind))
def test_every_day_lies_in_the_span_whose_name_leads_back_to_it(day: date, kind: SpanKind) -> None:
    span = span_of(kind, day)
    assert span.first <= day <= span.last
    assert parse_span(span.name) == span
    assert span_of(kind, span.last + timedelta(days=1)).first == span.last + timedelta(days=1)
