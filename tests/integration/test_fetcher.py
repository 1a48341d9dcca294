"""HttpFetcher against a real HTTP server on loopback; only the waiting is faked."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import httpx
import pytest

from adapters.fetcher import HttpFetcher
from bot.domain.listing import FeedRequest
from bot.ports import FetchError, Validators
from tests.fakes import FakeClock
from tests.integration.http_peer import DROP, Peer, answer, running_peer

MIB = 1024 * 1024


@pytest.fixture
async def peer(clock: FakeClock) -> AsyncIterator[Peer]:
    async with running_peer(clock) as peer:
        yield peer


@pytest.fixture
async def fetcher(clock: FakeClock) -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(clock, user_agent="Paperboy/test", jitter=lambda: 0.0, trust_env=False)
    yield fetcher
    await fetcher.close()


@pytest.fixture
async def polite(clock: FakeClock) -> AsyncIterator[HttpFetcher]:
    hosts = ("127.0.0.1", "localhost")
    fetcher = HttpFetcher(clock, user_agent="t", polite_hosts=hosts, jitter=lambda: 0.0, trust_env=False)
    yield fetcher
    await fetcher.close()


async def test_a_body_comes_with_its_type_and_validators(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, b"<feed/>", etag='"v1"', last_modified="Sat, 14 Mar 2026 00:00:00 GMT")]
    fetched = await fetcher.fetch(FeedRequest(peer.url("/rss/cs.LG?x=1"), accept="application/atom+xml"))
    assert (fetched.body, fetched.content_type) == (b"<feed/>", "application/xml")
    assert fetched.validators == Validators('"v1"', "Sat, 14 Mar 2026 00:00:00 GMT")
    assert fetched.url == peer.url("/rss/cs.LG?x=1")
    asked = peer.asked[0]
    assert asked.path == "/rss/cs.LG?x=1"
    assert asked.headers["user-agent"] == "Paperboy/test"
    assert asked.headers["accept"] == "application/atom+xml"
    assert asked.headers["accept-encoding"] == "gzip, deflate"


async def test_validators_go_back_and_an_unchanged_answer_has_no_body(peer: Peer, fetcher: HttpFetcher) -> None:
    sent = Validators('"v1"', "Sat, 14 Mar 2026 00:00:00 GMT")
    peer.script = [answer(304, etag='"v2"')]
    fetched = await fetcher.fetch(FeedRequest(peer.url()), validators=sent)
    assert peer.asked[0].headers["if-none-match"] == '"v1"'
    assert peer.asked[0].headers["if-modified-since"] == "Sat, 14 Mar 2026 00:00:00 GMT"
    assert fetched.body is None
    assert fetched.validators == Validators('"v2"', sent.last_modified)


async def test_empty_or_unprintable_validators_are_not_sent(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, b"x")]
    await fetcher.fetch(FeedRequest(peer.url()), validators=Validators('"é\r\nx: y"', ""))
    assert not {"if-none-match", "if-modified-since", "x"} & set(peer.asked[0].headers)


async def test_unchanged_without_having_asked_is_an_error(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(304)]
    with pytest.raises(FetchError, match="304"):
        await fetcher.fetch(FeedRequest(peer.url()))


async def test_requests_of_the_group_are_an_interval_apart(peer: Peer, polite: HttpFetcher, clock: FakeClock) -> None:
    peer.script = [answer(200, b"1"), answer(200, b"2"), answer(200, b"3")]
    for host in ("127.0.0.1", "localhost", "127.0.0.1"):
        await polite.fetch(FeedRequest(peer.url(host=host)))
    starts = [asked.at for asked in peer.asked]
    assert starts == [0.0, 3.0, 6.0]
    assert clock.slept == [3.0, 3.0]


async def test_time_that_passed_anyway_is_not_waited_again(peer: Peer, polite: HttpFetcher, clock: FakeClock) -> None:
    peer.script = [answer(200, b"1"), answer(200, b"2")]
    await polite.fetch(FeedRequest(peer.url()))
    clock.advance(timedelta(seconds=2.0))
    await polite.fetch(FeedRequest(peer.url()))
    assert clock.slept == [1.0]


async def test_the_group_never_has_two_requests_or_two_connections(peer: Peer, polite: HttpFetcher) -> None:
    async def slow() -> bytes:
        await asyncio.sleep(0.02)
        return answer(200, b"x")

    peer.script = [slow] * 6
    hosts = ["127.0.0.1", "localhost"] * 3
    await asyncio.gather(*(polite.fetch(FeedRequest(peer.url(host=host))) for host in hosts))
    assert len(peer.asked) == 6
    assert max(asked.in_flight for asked in peer.asked) == 1
    assert max(asked.open_connections for asked in peer.asked) == 1


async def test_the_interval_holds_while_requests_overlap_and_fail(peer: Peer, polite: HttpFetcher) -> None:
    peer.script = [answer(500), answer(200, b"1"), answer(404), answer(200, b"2"), answer(200, b"3")]
    await asyncio.gather(*(polite.fetch(FeedRequest(peer.url(f"/{name}"))) for name in "abcd"), return_exceptions=True)
    starts = [asked.at for asked in peer.asked]
    assert len(starts) == 5
    assert all(later - earlier >= 3.0 for earlier, later in pairwise(starts))


async def test_other_hosts_are_not_slowed_down(peer: Peer, fetcher: HttpFetcher, clock: FakeClock) -> None:
    peer.script = [answer(200, b"1"), answer(200, b"2")]
    await fetcher.fetch(FeedRequest(peer.url()))
    await fetcher.fetch(FeedRequest(peer.url()))
    assert clock.slept == []
    assert [asked.connection for asked in peer.asked] == [1, 1]


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_in_seconds_is_obeyed(
    status: int, peer: Peer, fetcher: HttpFetcher, clock: FakeClock
) -> None:
    peer.script = [answer(status, retry_after="17"), answer(200, b"at last")]
    fetched = await fetcher.fetch(FeedRequest(peer.url()))
    assert fetched.body == b"at last"
    assert clock.slept == [17.0]


async def test_retry_after_as_a_date_is_obeyed(peer: Peer, fetcher: HttpFetcher, clock: FakeClock) -> None:
    peer.script = [
        answer(503, retry_after=format_datetime(clock.now() + timedelta(seconds=40), usegmt=True)),
        answer(200, b"ok"),
    ]
    await fetcher.fetch(FeedRequest(peer.url()))
    assert clock.slept == [40.0]


async def test_a_long_retry_after_is_handed_on_and_nobody_asks_before(
    peer: Peer, fetcher: HttpFetcher, clock: FakeClock
) -> None:
    peer.script = [answer(503, retry_after="900"), answer(200, b"ok")]
    with pytest.raises(FetchError) as busy:
        await fetcher.fetch(FeedRequest(peer.url()))
    assert busy.value.retry_after_s == 900
    assert clock.slept == []
    with pytest.raises(FetchError) as again:
        await fetcher.fetch(FeedRequest(peer.url()))
    assert again.value.retry_after_s == 900
    assert len(peer.asked) == 1
    clock.advance(timedelta(seconds=900))
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == b"ok"


async def test_after_three_tries_the_wait_is_handed_on(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(429, retry_after="5")] * 4
    with pytest.raises(FetchError, match="429") as busy:
        await fetcher.fetch(FeedRequest(peer.url()))
    assert busy.value.retry_after_s == 5
    assert len(peer.asked) == 3


async def test_server_errors_and_drops_are_retried_with_growing_pauses(
    peer: Peer, fetcher: HttpFetcher, clock: FakeClock
) -> None:
    peer.script = [answer(500), DROP, answer(200, b"ok")]
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == b"ok"
    assert clock.slept == [1.0, 2.0]


async def test_jitter_stretches_the_pause_by_at_most_half(peer: Peer, clock: FakeClock) -> None:
    fetcher = HttpFetcher(clock, user_agent="t", jitter=lambda: 1.0, trust_env=False)
    peer.script = [answer(502), answer(200, b"ok")]
    await fetcher.fetch(FeedRequest(peer.url()))
    assert clock.slept == [1.5]
    await fetcher.close()


async def test_an_answer_that_breaks_off_is_retried_then_said(peer: Peer, fetcher: HttpFetcher) -> None:
    cut = answer(200, b"<feed>", content_length="600").replace(b"\r\ncontent-length", b"\r\nContent-Length")
    peer.script = [cut] * 3
    with pytest.raises(FetchError, match="broke off"):
        await fetcher.fetch(FeedRequest(peer.url()))
    assert len(peer.asked) == 3


async def test_a_truncated_gzip_stream_is_broken_not_short(peer: Peer, fetcher: HttpFetcher) -> None:
    half = gzip.compress(b"<feed>" * 1000)[:-20]
    peer.script = [answer(200, half, content_encoding="gzip")] * 3
    with pytest.raises(FetchError, match="broke off"):
        await fetcher.fetch(FeedRequest(peer.url()))


@pytest.mark.parametrize(
    ("encoding", "squeeze"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", lambda body: gzip.compress(body[:40]) + gzip.compress(body[40:])),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("identity", bytes),
    ],
)
async def test_compressed_bodies_arrive_decompressed(
    encoding: str, squeeze: "type[bytes]", peer: Peer, fetcher: HttpFetcher
) -> None:
    body = bytes(range(256)) * 500
    peer.script = [answer(200, squeeze(body), content_encoding=encoding)]
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == body


async def test_zeros_after_a_gzip_stream_are_padding(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, gzip.compress(b"<feed/>") + bytes(100), content_encoding="gzip")]
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == b"<feed/>"


async def test_damaged_compression_is_a_broken_answer(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, b"\x1f\x8b not gzip at all", content_encoding="gzip")] * 3
    with pytest.raises(FetchError, match="broke off"):
        await fetcher.fetch(FeedRequest(peer.url()))


async def test_an_empty_gzip_answer_is_an_empty_body(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, b"", content_encoding="gzip")]
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == b""


async def test_an_encoding_nobody_asked_for_is_refused(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, b"x", content_encoding="br"), answer(200, b"x", content_encoding="gzip, gzip")]
    for _ in range(2):
        with pytest.raises(FetchError, match="cannot read"):
            await fetcher.fetch(FeedRequest(peer.url()))
    assert len(peer.asked) == 2


async def test_a_gzip_bomb_stops_at_the_cap(peer: Peer, fetcher: HttpFetcher) -> None:
    bomb = gzip.compress(bytes(51 * MIB))
    assert len(bomb) < 100_000
    peer.script = [answer(200, bomb, content_encoding="gzip")]
    with pytest.raises(FetchError, match="50 MiB"):
        await fetcher.fetch(FeedRequest(peer.url()))


async def test_the_cap_itself_is_allowed(peer: Peer, clock: FakeClock) -> None:
    fetcher = HttpFetcher(clock, user_agent="t", max_body_bytes=2 * MIB, trust_env=False)
    peer.script = [
        answer(200, gzip.compress(bytes(2 * MIB)), content_encoding="gzip"),
        answer(200, gzip.compress(bytes(2 * MIB + 1)), content_encoding="gzip"),
    ]
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == bytes(2 * MIB)
    with pytest.raises(FetchError, match="2 MiB"):
        await fetcher.fetch(FeedRequest(peer.url()))
    await fetcher.close()


async def test_a_body_announced_too_large_is_not_read(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, b"<", content_length=str(51 * MIB))]
    with pytest.raises(FetchError, match="50 MiB"):
        await fetcher.fetch(FeedRequest(peer.url()))


async def test_a_body_without_length_is_counted_while_it_streams(peer: Peer, clock: FakeClock) -> None:
    fetcher = HttpFetcher(clock, user_agent="t", max_body_bytes=1000, trust_env=False)
    peer.script = [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + b"x" * 100_000]
    with pytest.raises(FetchError, match="more than"):
        await fetcher.fetch(FeedRequest(peer.url()))
    await fetcher.close()


async def test_a_feeds_own_error_answer_is_a_body(peer: Peer, fetcher: HttpFetcher) -> None:
    feed = b"<?xml version='1.0'?><feed><title>Error</title></feed>"
    peer.script = [
        answer(400, feed, content_type="application/atom+xml", etag='"x"'),
        answer(404, b'{"error": "not found"}', content_type="application/json; charset=utf-8"),
    ]
    first = await fetcher.fetch(FeedRequest(peer.url()))
    assert first.body == feed
    assert first.validators == Validators(), "an error answer must not be asked for conditionally later"
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == b'{"error": "not found"}'


@pytest.mark.parametrize(
    ("status", "words"), [(400, "understand"), (401, "login"), (403, "let me in"), (404, "nothing"), (418, "refused")]
)
async def test_other_refusals_are_said_in_plain_words(
    status: int, words: str, peer: Peer, fetcher: HttpFetcher
) -> None:
    peer.script = [answer(status, b"<html>no</html>", content_type="text/html")]
    with pytest.raises(FetchError, match=words) as refused:
        await fetcher.fetch(FeedRequest(peer.url("/x?key=hunter2")))
    assert "hunter2" not in str(refused.value)
    assert not refused.value.offline
    assert len(peer.asked) == 1


async def test_a_redirect_on_the_same_host_is_followed_politely(
    peer: Peer, polite: HttpFetcher, clock: FakeClock
) -> None:
    peer.script = [answer(301, location="/new"), answer(302, location="newer?y"), answer(200, b"here")]
    fetched = await polite.fetch(FeedRequest(peer.url("/old")))
    assert fetched.body == b"here"
    assert fetched.url == peer.url("/newer?y")
    assert [asked.at for asked in peer.asked] == [0.0, 3.0, 6.0]


@pytest.mark.parametrize(
    "location",
    ["http://localhost:{port}/x", "//evil.example/x", "http://127.0.0.1:1/x", "file:///etc/passwd", "ftp://x/", ""],
)
async def test_a_redirect_elsewhere_is_not_followed(location: str, peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(302, location=location.format(port=peer.port))] * (6 if not location else 1)
    with pytest.raises(FetchError, match=r"do not follow|circles|HTTP 302"):
        await fetcher.fetch(FeedRequest(peer.url()))
    assert all(asked.headers["host"].startswith("127.0.0.1") for asked in peer.asked)


async def test_redirects_in_circles_end_after_five(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(302, location="/feed")] * 10
    with pytest.raises(FetchError, match="circles"):
        await fetcher.fetch(FeedRequest(peer.url()))
    assert len(peer.asked) == 6


async def test_nobody_listening_is_offline_at_once(fetcher: HttpFetcher, clock: FakeClock) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(FetchError, match=r"reach 127\.0\.0\.1") as offline:
        await fetcher.fetch(FeedRequest(f"http://127.0.0.1:{port}/"))
    assert offline.value.offline
    assert clock.slept == []


async def test_a_name_that_does_not_resolve_is_offline(fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_such_name(*_args: object, **_kwargs: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_such_name)
    with pytest.raises(FetchError, match=r"reach export\.arxiv\.org") as offline:
        await fetcher.fetch(FeedRequest("http://export.arxiv.org/api/query"))
    assert offline.value.offline


async def test_a_name_server_that_never_answers_is_offline_within_the_timeout(
    fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silence(*_args: object, **_kwargs: object) -> list[object]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", silence)
    with pytest.raises(FetchError) as offline:
        await fetcher.fetch(FeedRequest("http://export.arxiv.org/api/query"), timeout_s=0.1)
    assert offline.value.offline


async def test_a_peer_that_accepts_and_says_nothing_times_out_and_is_not_offline(
    peer: Peer, fetcher: HttpFetcher
) -> None:
    async def silence() -> bytes:
        await asyncio.sleep(30)
        return DROP

    peer.script = [silence]
    with pytest.raises(FetchError, match="in time") as late:
        await fetcher.fetch(FeedRequest(peer.url()), timeout_s=0.1)
    assert not late.value.offline
    assert len(peer.asked) == 1


async def test_a_silent_peer_is_asked_again_after_the_read_timeout(peer: Peer, clock: FakeClock) -> None:
    async def silence() -> bytes:
        await asyncio.sleep(30)
        return DROP

    fetcher = HttpFetcher(clock, user_agent="t", read_timeout_s=0.05, jitter=lambda: 0.0, trust_env=False)
    peer.script = [silence, answer(200, b"awake")]
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == b"awake"
    await fetcher.close()


async def test_a_slow_drip_ends_with_the_timeout(peer: Peer, fetcher: HttpFetcher) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(FetchError, match="in time"):
        await fetcher.fetch(FeedRequest(f"http://127.0.0.1:{port}/"), timeout_s=0.3)
    server.close()
    await server.wait_closed()


async def test_with_a_timeout_nothing_is_retried_beyond_it(peer: Peer, fetcher: HttpFetcher, clock: FakeClock) -> None:
    peer.script = [answer(503, retry_after="4"), answer(500), answer(500), answer(200, b"late")]
    with pytest.raises(FetchError) as busy:
        await fetcher.fetch(FeedRequest(peer.url()), timeout_s=3)
    assert busy.value.retry_after_s == 4
    clock.advance(timedelta(seconds=10))
    with pytest.raises(FetchError, match="HTTP 500"):
        await fetcher.fetch(FeedRequest(peer.url()), timeout_s=2.5)
    assert len(peer.asked) == 3
    assert clock.slept == [1.0]


async def test_with_a_timeout_the_groups_pause_is_not_waited_beyond_it(peer: Peer, polite: HttpFetcher) -> None:
    peer.script = [answer(200, b"1"), answer(200, b"2")]
    await polite.fetch(FeedRequest(peer.url()), timeout_s=2)
    with pytest.raises(FetchError, match="between two requests") as early:
        await polite.fetch(FeedRequest(peer.url()), timeout_s=2)
    assert early.value.retry_after_s == 3
    assert len(peer.asked) == 1


async def test_with_a_timeout_others_in_the_queue_are_not_waited_for(peer: Peer, polite: HttpFetcher) -> None:
    first_asked, release = asyncio.Event(), asyncio.Event()

    async def held() -> bytes:
        first_asked.set()
        await release.wait()
        return answer(200, b"first")

    peer.script = [held]
    first = asyncio.create_task(polite.fetch(FeedRequest(peer.url())))
    await first_asked.wait()
    with pytest.raises(FetchError, match="between two requests"):
        await polite.fetch(FeedRequest(peer.url()), timeout_s=0.05)
    release.set()
    assert (await first).body == b"first"
    assert len(peer.asked) == 1


async def test_a_redirect_does_not_stretch_the_timeout(peer: Peer, fetcher: HttpFetcher, clock: FakeClock) -> None:
    async def late() -> bytes:
        clock.advance(timedelta(seconds=5))
        return answer(302, location="/next")

    peer.script = [late, answer(200, b"too late")]
    with pytest.raises(FetchError, match="in time"):
        await fetcher.fetch(FeedRequest(peer.url()), timeout_s=3)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://arxiv.org/x", "arxiv.org/x", "http://", "http://[::1", "http://a\nb/", ""]
)
async def test_only_http_addresses_are_read(url: str, fetcher: HttpFetcher) -> None:
    with pytest.raises(FetchError, match="address"):
        await fetcher.fetch(FeedRequest(url))


async def test_credentials_stay_out_of_errors_and_answers(peer: Peer, fetcher: HttpFetcher) -> None:
    url = peer.url("/x?token=s3cret").replace("//", "//user:pa55@")
    peer.script = [answer(200, b"ok"), answer(403)]
    fetched = await fetcher.fetch(FeedRequest(url))
    assert peer.asked[0].headers["authorization"].startswith("Basic ")
    assert "pa55" not in fetched.url
    with pytest.raises(FetchError) as refused:
        await fetcher.fetch(FeedRequest(url))
    assert "pa55" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


async def test_something_that_is_not_http_is_an_error_in_words(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [b"SSH-2.0-OpenSSH\r\n\r\n"] * 3
    with pytest.raises(FetchError, match="broke off"):
        await fetcher.fetch(FeedRequest(peer.url()))


async def test_a_peer_that_speaks_no_tls_is_no_connection(fetcher: HttpFetcher) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer(400))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(FetchError, match="secure connection") as refused:
        await fetcher.fetch(FeedRequest(f"https://127.0.0.1:{port}/"))
    assert refused.value.offline
    server.close()
    await server.wait_closed()


async def test_a_closed_fetcher_can_be_closed_again_and_used_anew(peer: Peer, fetcher: HttpFetcher) -> None:
    peer.script = [answer(200, b"1"), answer(200, b"2")]
    await fetcher.fetch(FeedRequest(peer.url()))
    await fetcher.close()
    await fetcher.close()
    assert (await fetcher.fetch(FeedRequest(peer.url()))).body == b"2"


async def test_a_cancelled_fetch_frees_its_place(peer: Peer, polite: HttpFetcher) -> None:
    asked = asyncio.Event()

    async def silence() -> bytes:
        asked.set()
        await asyncio.sleep(30)
        return DROP

    peer.script = [silence, answer(200, b"next")]
    task = asyncio.create_task(polite.fetch(FeedRequest(peer.url())))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await polite.fetch(FeedRequest(peer.url()))).body == b"next"
    assert peer.asked[1].at >= 3.0


def test_httpx_still_decodes_nothing_before_us() -> None:
    response = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"raw"))
    assert b"".join(response.iter_raw()) == b"raw"
