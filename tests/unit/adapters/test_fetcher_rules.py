"""The pure rules of the fetcher."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.fetcher import rules

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sat, 14 Mar 2026 12:00:30 GMT", 30.0),
        ("Sat, 14 Mar 2026 12:00:30 -0000", 30.0),
        ("Sat, 14 Mar 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 86400.0),
        ("Sat, 14 Mar 9999 11:00:00 GMT", 86400.0),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header: str, seconds: float | None) -> None:
    assert rules.retry_after_s(header, NOW) == seconds


@given(st.text())
def test_no_retry_after_header_raises(header: str) -> None:
    seconds = rules.retry_after_s(header, NOW)
    assert seconds is None or 0 <= seconds <= 86400


def test_pauses_double() -> None:
    assert [rules.backoff_s(attempt, 0.0) for attempt in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert rules.backoff_s(2, 1.0) == 3.0


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("http://arxiv.org/a", "https://arxiv.org/a", "https://arxiv.org/a"),
        ("http://arxiv.org:80/a", "https://arxiv.org:443/b", "https://arxiv.org:443/b"),
        ("https://arxiv.org/a/b", "../c", "https://arxiv.org/c"),
        ("https://arxiv.org/a", "https://ARXIV.org/b", "https://ARXIV.org/b"),
        ("https://arxiv.org/a", "http://arxiv.org/a", None),
        ("https://arxiv.org/a", "https://arxiv.org:8443/a", None),
        ("http://arxiv.org/a", "https://arxiv.org:8443/a", None),
        ("https://arxiv.org/a", "https://arxiv.org.evil.example/", None),
        ("https://arxiv.org/a", "https://arxiv.org@evil.example/", None),
        ("https://arxiv.org/a", "https://me:pw@arxiv.org/", None),
        ("https://arxiv.org/a", "https://[::1/", None),
        ("https://arxiv.org/a", "https://arxiv.org:99999/", None),
        ("https://arxiv.org/a", "javascript:alert(1)", None),
    ],
)
def test_a_redirect_stays_on_its_host(url: str, location: str, target: str | None) -> None:
    assert rules.redirect_target(url, location) == target


@pytest.mark.parametrize(
    ("content_type", "body", "is_feed"),
    [
        ("application/atom+xml; charset=utf-8", b"<feed/>", True),
        ("text/xml", b"\xef\xbb\xbf\n <?xml version='1.0'?><OAI-PMH/>", True),
        ("application/json", b' [{"error": 1}]', True),
        ("application/problem+json", b"{}", True),
        ("application/xml", b"<!DOCTYPE html><html>", False),
        ("application/xhtml+xml", b"<html/>", False),
        ("text/html", b"<feed/>", False),
        ("application/json", b"oops", False),
        ("application/xml", b"", False),
        ("", b"<feed/>", False),
    ],
)
def test_a_feeds_error_answer_is_told_from_a_web_page(content_type: str, body: bytes, is_feed: bool) -> None:
    assert rules.is_feed_error(content_type, body) is is_feed


def test_what_is_said_of_an_address_holds_no_secret() -> None:
    assert rules.host_of("https://me:pw@arxiv.org/x?key=1") == "arxiv.org"
    assert rules.host_of("https://[::1") == ""
    assert rules.without_credentials("https://me:p@w@arxiv.org:1/x?y") == "https://arxiv.org:1/x?y"
