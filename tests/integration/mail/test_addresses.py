"""What may stand in an address of the page, whoever made it up: nothing keeps the process from its work."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from adapters.web import Inside, Rules, Site, StaticFiles, Templates, public_app
from adapters.web.mail_pages import mail_routes
from adapters.web.other_methods import OtherMethods
from adapters.web.shield import Shield
from bot.domain.limits import Limit
from bot.feeds.citation import to_bibtex
from bot.usecases.browse import Browser
from tests.integration.mail.visitor import ADDRESS, SITE, Visitor


def whole_page(visitor: Visitor) -> Shield:
    """All routes that the program serves."""
    static, templates = StaticFiles(), Templates(Site(), StaticFiles())
    inside = Inside(Browser(visitor.world.context), to_bibtex)
    rules = Rules(limit=Limit(10_000, burst=10_000))
    app = public_app(inside, templates, static, rules, more=mail_routes(visitor.desk, templates))
    assert isinstance(app, Shield)
    return app


def paths(routes: Sequence[BaseRoute]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, Mount):
            yield from paths(route.routes)
        elif not isinstance(route, OtherMethods):
            assert isinstance(route, Route)
            yield route.path


def test_no_address_takes_long_to_be_recognised(visitor: Visitor) -> None:
    """Two parameters in one piece of a path are searched for at every place of a long one, over and over."""
    app = whole_page(visitor)._app
    assert isinstance(app, Starlette)
    found = list(paths(app.routes))
    assert {"/feeds/{name}", "/me/{what}", "/papers/{paper_id:path}", "/search.{form}"} <= set(found)
    assert [path for path in found if re.search(r"\{[^/]*\{", path)] == []


ODD = ("%00", "a%00b", "%ff", "%ed%a0%80", "%f0%9f%98%80", "%0d%0aSet-Cookie:a=b", "%25", "9" * 5_000)
PLACES = (
    *("/{}", "/week/{}", "/papers/{}", "/papers/local:{}", "/bibtex/{}", "/search?q={}", "/search.atom?q={}"),
    *("/?category={}", "/?page={}", "/api/v1/papers/{}", "/api/v1/search?q={}", "/api/v1/trending?category={}"),
    *("/feeds/{}.atom", "/confirm/{}", "/manage/{}", "/unsubscribe/{}", "/react/{}", "/why/{}", "/static/{}"),
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_odd_signs_in_an_address_find_something_or_nothing(visitor: Visitor, odd: str) -> None:
    transport = httpx.ASGITransport(whole_page(visitor))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as browser:
        for place in PLACES:
            answer = await browser.get(place.format(odd))
            assert answer.status_code in {200, 400, 404}, place
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("odd", ["\0", "a\0b", "\udc80", "\u202e", "x" * 5_000])
async def test_odd_signs_in_a_form_are_words_or_refused(visitor: Visitor, odd: str) -> None:
    await visitor.subscribe()
    await visitor.enter()
    for action, field in (
        *(("interest", "text"), ("mute", "text"), ("forget-interest", "text"), ("pause", "until"), ("undo", "paper")),
        *(("link", "code"), ("schedule", "zone"), ("schedule", "time"), ("schedule", "n"), ("content", "content")),
    ):
        token = re.findall(r'name="csrf" value="([^"]+)"', visitor.answer.text)[0]
        body = urlencode({"csrf": token, "day-0": "on", field: odd}, errors="surrogateescape")
        visitor.answer = await visitor.browser.post(
            f"/me/{action}", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
        )
        assert visitor.answer.status_code == 200, action
        assert "Something went wrong" not in visitor.said, action
        assert ADDRESS in visitor.said


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/subscribe", "GET, HEAD, POST"),
        ("GET", "/submit/withdraw", "POST"),
        ("PUT", "/me/export", "GET, HEAD, POST"),
        ("POST", "/me", "GET, HEAD"),
        ("POST", "/feeds/secret.atom", "GET, HEAD"),
    ],
)
async def test_a_method_that_an_address_has_not_is_told_those_that_it_has(
    visitor: Visitor, method: str, path: str, allowed: str
) -> None:
    transport = httpx.ASGITransport(whole_page(visitor))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as browser:
        answer = await browser.request(method, path)
    assert (answer.status_code, answer.headers.get("allow")) == (405, allowed)
