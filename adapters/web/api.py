"""The read API: papers as JSON, for programs; anybody may ask, from any page. openapi.py describes it."""

import json
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.caching import cached
from adapters.web.inside import Inside, find_paper
from adapters.web.openapi import LAST_PAGE, MOST_FOUND, describe
from adapters.web.paper_links import paper_links
from adapters.web.templating import Site
from bot.domain.chat import Json
from bot.domain.page import MOST_SIMILAR, Order, PageRequest, PaperPage
from bot.domain.paper import Paper
from bot.domain.paper_path import paper_path
from bot.domain.search_query import SearchQueryError
from bot.domain.span import Span, SpanKind, parse_span

PREFIX = "/api/"
ANYBODY = {"access-control-allow-origin": "*"}
SPANS = "day, week or month for the latest, else such as 2026-03-14, 2026-W11 or 2026-03"


class Api:
    def __init__(self, inside: Inside, site: Site) -> None:
        self._library = inside.library
        self._site = site

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/api/v1/openapi.json", self._description),
            Route("/api/v1/papers/{paper_id:path}", self._paper),
            Route("/api/v1/similar/{paper_id:path}", self._similar),
            Route("/api/v1/trending", self._trending),
            Route("/api/v1/search", self._search),
        ]

    async def _description(self, request: Request) -> Response:
        return _answer(request, describe(self._site.base(request)))

    async def _paper(self, request: Request) -> Response:
        found = await self._find(request)
        versions: list[Json] = [
            {"version": old.version, "title": old.title, "replaced_at": old.seen_at.isoformat()}
            for old in found.versions
        ]
        return _answer(request, {**self._data(request, found.paper), "versions": versions})

    async def _similar(self, request: Request) -> Response:
        limit = _number(request, "limit", 5, MOST_SIMILAR)
        paper = (await self._find(request)).paper
        return self._papers(request, {"paper": paper.id}, await self._library.similar(paper, limit))

    async def _trending(self, request: Request) -> Response:
        span = await self._span(request.query_params.get("span", SpanKind.DAY))
        order = request.query_params.get("sort", Order.TRENDING)
        if order not in set(Order):
            raise HTTPException(400, f"sort: one of {', '.join(Order)}")
        category = request.query_params.get("category", "")
        asked = PageRequest(Order(order), category, _number(request, "page", 1, LAST_PAGE))
        page = await self._library.page(span, asked)
        about: dict[str, Json] = {
            "span": span.name,
            "curator": page.curator,
            "total": page.total,
            "page": asked.number,
            "pages": page.pages,
            "previous": page.before.name if page.before else None,
            "next": page.after.name if page.after else None,
        }
        return self._papers(request, about, [shown.paper for shown in page.shown])

    async def _search(self, request: Request) -> Response:
        query = request.query_params.get("q", "")
        limit = _number(request, "limit", 10, MOST_FOUND)
        try:
            papers = await self._library.search(query, limit)
        except SearchQueryError as error:
            raise HTTPException(400, f"q: {error}") from None
        return self._papers(request, {"query": query}, papers)

    async def _span(self, name: str) -> Span:
        if name in set(SpanKind):
            return await self._library.latest(SpanKind(name))
        span = parse_span(name)
        if span is None:
            raise HTTPException(404, f"span: {SPANS}")
        return span

    async def _find(self, request: Request) -> PaperPage:
        return await find_paper(self._library, request.path_params["paper_id"])

    def _papers(self, request: Request, about: dict[str, Json], papers: Sequence[Paper]) -> Response:
        return _answer(request, {**about, "papers": [self._data(request, paper) for paper in papers]})

    def _data(self, request: Request, paper: Paper) -> dict[str, Json]:
        return {
            "id": paper.id,
            "title": paper.title,
            "abstract": paper.abstract,
            "authors": list(paper.authors),
            "categories": list(paper.categories),
            "version": paper.version,
            "announced_at": paper.announced_at.isoformat() if paper.announced_at else None,
            "upvotes": paper.upvotes,
            "sample": paper.is_sample,
            "page": self._site.base(request) + paper_path(paper.id),
            "links": dict(paper_links(paper)),
        }


def error_answer(status: int, detail: str) -> Response:
    return JSONResponse({"error": detail}, status, headers=ANYBODY)


def _answer(request: Request, document: Json) -> Response:
    response = cached(request, json.dumps(document, ensure_ascii=False), "application/json")
    response.headers.update(ANYBODY)
    return response


def _number(request: Request, name: str, usual: int, most: int) -> int:
    """A parameter as a number from 1 to `most`."""
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= most):
        raise HTTPException(400, f"{name}: a number from 1 to {most}")
    return int(text)
