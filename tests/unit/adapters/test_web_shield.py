"""What stands before every public page."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.web import create_app
from adapters.web.shield import PATH_CHARS, Rules
from bot.domain.limits import Limit


async def length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def kept(_: Request) -> Response:
    return PlainTextResponse("kept", headers={"cache-control": "public, max-age=60", "referrer-policy": "no-referrer"})


async def broken(_: Request) -> Response:
    raise ZeroDivisionError("secret words")


def client(rules: Rules, base_url: str = "http://localhost:8080") -> httpx.AsyncClient:
    routes = [Route("/", length, methods=["GET", "POST"]), Route("/kept", kept), Route("/static/x", kept)]
    app = create_app([*routes, Route("/broken", broken)], rules=rules)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=base_url)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8080", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("[2001:db8::1]", 200),
        ("papers.example.org", 200),
        ("Papers.Example.org.:443", 200),
        ("evil.example.org", 421),
        ("papers.example.org.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("papers.example.org@evil.example", 421),
        ("127.0.0.1:80@evil.example", 421),
        ("localhost:evil.example", 421),
        ("[::1]evil.example:80", 421),
        ("", 421),
    ],
)
async def test_only_hosts_that_are_ours_are_served(host: str, status: int) -> None:
    async with client(Rules(hosts=frozenset({"papers.example.org"}))) as http:
        answer = await http.get("/", headers={"host": host})
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/", "/nothing", "/broken"])
async def test_every_answer_tells_the_browser_what_no_page_needs(path: str) -> None:
    async with client(Rules()) as http:
        answer = await http.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers
    assert "secret" not in answer.text


async def test_a_page_may_say_more_for_itself() -> None:
    async with client(Rules()) as http:
        answer = await http.get("/kept")
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_behind_tls_browsers_are_told_to_stay_there() -> None:
    async with client(Rules(hsts_s=86_400)) as http:
        answer = await http.get("/")
    assert answer.headers["strict-transport-security"] == "max-age=86400"


async def test_who_asks_too_often_is_told_when_to_come_back_but_may_load_the_style() -> None:
    async with client(Rules(limit=Limit(0.5, burst=2))) as http:
        assert [(await http.get("/")).status_code for _ in range(3)] == [200, 200, 429]
        refused = await http.get("/")
        assert refused.headers["retry-after"] == "2"
        assert "content-security-policy" in refused.headers
        assert (await http.get("/static/x")).status_code == 200


async def test_a_body_is_taken_up_to_its_limit() -> None:
    async with client(Rules(body_bytes=1_000)) as http:
        assert (await http.post("/", content=b"x" * 1_000)).text == "1000"
        assert (await http.post("/", content=b"x" * 1_001)).status_code == 413


async def test_a_body_that_hides_its_length_is_taken_up_to_its_limit_too() -> None:
    async def pieces(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 100

    async with client(Rules(body_bytes=1_000)) as http:
        assert (await http.post("/", content=pieces(10))).text == "1000"
        answer = await http.post("/", content=pieces(11))
    assert answer.status_code == 413
    assert "content-security-policy" in answer.headers


async def test_a_body_that_never_ends_is_not_waited_for() -> None:
    async def drops() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    async with client(Rules(body_s=0.05)) as http:
        answer = await http.post("/", content=drops())
    assert answer.status_code == 408
    assert answer.headers["connection"] == "close"
    assert "content-security-policy" in answer.headers


async def test_an_address_that_nothing_here_has_is_refused_before_anybody_reads_it() -> None:
    async with client(Rules()) as http:
        assert (await http.get(f"/{'.' * PATH_CHARS}")).status_code == 414
        assert (await http.get(f"/{'.' * (PATH_CHARS - 1)}")).status_code == 404


async def test_a_length_that_is_no_number_is_refused() -> None:
    async with client(Rules()) as http:
        answer = await http.post("/", content=b"x", headers={"content-length": "-1"})
    assert answer.status_code == 413
