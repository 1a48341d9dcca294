"""What time it is elsewhere, or None."""

from datetime import UTC, datetime

import pytest

from adapters.http_date import http_date
from tests.fakes import FakeClock
from tests.integration.http_peer import DROP, answer, running_peer


async def test_the_host_is_asked_for_nothing_but_its_time() -> None:
    async with running_peer(FakeClock()) as peer:
        peer.script = [answer(404, date="Mon, 16 Mar 2026 12:00:00 GMT", content_length="0")]
        assert await http_date(peer.url("/api/query?a=b"), "Paperboy", 2) == datetime(2026, 3, 16, 12, tzinfo=UTC)
        assert [(asked.path, asked.headers["user-agent"]) for asked in peer.asked] == [("/", "Paperboy")]


@pytest.mark.parametrize("reply", [DROP, answer(content_length="0"), answer(date="soon", content_length="0")])
async def test_a_host_that_does_not_say_is_as_good_as_none(reply: bytes) -> None:
    async with running_peer(FakeClock()) as peer:
        peer.script = [reply]
        assert await http_date(peer.url(), "Paperboy", 2) is None


async def test_a_host_that_is_not_there_is_none() -> None:
    assert await http_date("http://127.0.0.1:9/api", "Paperboy", 2) is None
