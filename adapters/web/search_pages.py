"""What a search finds: for reading, and as lists to take away or to follow."""

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.caching import cached
from adapters.web.entries import entry, within
from adapters.web.inside import Inside
from adapters.web.lists import LIST_FORMS, PaperList, list_forms
from adapters.web.templating import Templates
from bot.domain.page import Shown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQueryError

FOUND = 50
ABSTRACT_BYTES = 50_000
QUERY_CHARS = 300


class SearchPages:
    def __init__(self, inside: Inside, templates: Templates) -> None:
        self._inside = inside
        self._templates = templates
        self._forms = list_forms(inside.bibtex)

    def routes(self) -> list[BaseRoute]:
        return [Route("/search", self._html), Route("/search.{form}", self._list)]

    async def _html(self, request: Request) -> Response:
        query = read_query(request)
        problem = ""
        papers: list[Paper] = []
        try:
            papers = list(await self._inside.library.search(query, FOUND))
        except SearchQueryError as error:
            problem = str(error)
        html = self._templates.render(
            "search.html",
            text=query,
            problem=problem,
            entries=within([entry(Shown(paper)) for paper in papers], ABSTRACT_BYTES),
            most=FOUND,
            feeds=[(label, _address(form, query)) for label, form in LIST_FORMS],
        )
        return cached(request, html, "text/html")

    async def _list(self, request: Request) -> Response:
        write = self._forms.get(request.path_params["form"])
        query = read_query(request)
        if write is None:
            raise HTTPException(404)
        try:
            papers = await self._inside.library.search(query, FOUND)
        except SearchQueryError as error:
            raise HTTPException(400, str(error)) from None
        found = PaperList(
            f"Paperboy: {query or 'search'}",
            self._templates.site.base(request),
            f"/search?{urlencode({'q': query})}",
            lambda form: _address(form, query),
            papers,
        )
        return cached(request, write[0](found), write[1])


def read_query(request: Request) -> str:
    return request.query_params.get("q", "")[:QUERY_CHARS].strip()


def _address(form: str, query: str) -> str:
    return f"/search.{form}?{urlencode({'q': query})}"
