"""The public page of a world, as a browser asks for it, and what a reader would see of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx
from starlette.types import ASGIApp

from adapters.web import Inside, Rules, Site, StaticFiles, Templates, WebServer, public_app
from bot.domain.limits import Limit
from bot.feeds.citation import to_bibtex
from bot.usecases.browse import Browser
from bot.usecases.context import Context

BASE = "https://papers.example.org"
UNLIMITED = Rules(hosts=frozenset({"papers.example.org"}), limit=Limit(10_000, burst=10_000))


def open_site(context: Context, *, curator: str = "") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(build_app(context, BASE, curator)), base_url=BASE)


@asynccontextmanager
async def served(context: Context) -> AsyncIterator[str]:
    """The page on a port of this machine; its address."""
    async with WebServer(build_app(context, ""), "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.port}"


def build_app(context: Context, base: str, curator: str = "") -> ASGIApp:
    static = StaticFiles()
    inside = Inside(Browser(context), to_bibtex, curator)
    return public_app(inside, Templates(Site(base), static), static, UNLIMITED)


@dataclass
class Seen(HTMLParser):
    """A page as a browser would take it: every element with its attributes, the text, the titles in the list."""

    html: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._in_title = False
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "h2":
            self._in_title = True
            self.titles.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_title:
            self.titles[-1] += data

    def links(self, rel: str = "") -> list[str]:
        """Where the links lead, those of one relation only if asked."""
        found = [attrs for tag, attrs in self.elements if tag in {"a", "link"} and attrs.get("href")]
        return [attrs["href"] or "" for attrs in found if not rel or attrs.get("rel") == rel]


async def see(site: httpx.AsyncClient, path: str, status: int = 200) -> Seen:
    answer = await site.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Seen(answer.text)
