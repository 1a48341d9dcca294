"""The pages of a day, a week, a month: for reading, and as lists to take away."""

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.asking import list_address, read_asked, span_title
from adapters.web.caching import cached
from adapters.web.entries import entry, within
from adapters.web.inside import Inside
from adapters.web.lists import LIST_FORMS, PaperList, list_forms
from adapters.web.templating import Templates
from bot.domain.page import Order, Page
from bot.domain.span import Span, SpanKind, parse_span

PAGE_BYTES = 98_000
"""A page stays below a hundred kilobytes, uncompressed, with whatever papers."""

FRAME_BYTES = 7_000
"""The most of them that are around the papers."""

OFFERED = 40
"""Categories to choose from: the largest of the span."""


class SpanPages:
    def __init__(self, inside: Inside, templates: Templates) -> None:
        self._inside = inside
        self._templates = templates
        self._forms = list_forms(inside.bibtex)

    def routes(self) -> list[BaseRoute]:
        """The last of them takes every name that stands alone: they go behind all others."""
        return [
            Route("/", partial(self._latest, SpanKind.DAY)),
            Route("/week", partial(self._latest, SpanKind.WEEK)),
            Route("/month", partial(self._latest, SpanKind.MONTH)),
            Route("/trending.{form}", partial(self._latest, SpanKind.DAY)),
            Route("/week/{name}", partial(self._named, SpanKind.WEEK)),
            Route("/month/{name}", partial(self._named, SpanKind.MONTH)),
            Route("/{name}", partial(self._named, SpanKind.DAY)),
        ]

    async def _latest(self, kind: SpanKind, request: Request) -> Response:
        span = await self._inside.library.latest(kind)
        return await self._answer(request, span, request.path_params.get("form", ""), "/trending.{}", latest=True)

    async def _named(self, kind: SpanKind, request: Request) -> Response:
        name, _, form = request.path_params["name"].partition(".")
        span = parse_span(name)
        if span is None or span.kind is not kind:
            raise HTTPException(404)
        return await self._answer(request, span, form, f"{span.path}.{{}}", latest=False)

    async def _answer(self, request: Request, span: Span, form: str, forms: str, *, latest: bool) -> Response:
        asked = read_asked(request.query_params)
        if form and form not in self._forms:
            raise HTTPException(404)
        page = await self._inside.library.page(span, asked)
        if asked.number > page.pages:
            raise HTTPException(404)
        if form:
            write, media_type = self._forms[form]
            return cached(request, write(self._list(request, page, forms, latest=latest)), media_type)
        response = cached(request, self._html(page, forms), "text/html")
        if not page.total and not page.categories and not latest and response.status_code == 200:
            # The days without papers have no end; nobody needs to remember them.
            response.status_code = 404
        return response

    def _list(self, request: Request, page: Page, forms: str, *, latest: bool) -> PaperList:
        title = "Trending papers" if latest else f"Papers of {span_title(page.span)}"
        of = f" in {page.asked.category}" if page.asked.category else ""
        return PaperList(
            f"Paperboy: {title}{of}",
            self._templates.site.base(request),
            list_address("/" if latest else page.span.path, page.asked),
            lambda form: list_address(forms.format(form), page.asked),
            [shown.paper for shown in page.shown],
        )

    def _html(self, page: Page, forms: str) -> str:
        entries = within([entry(shown) for shown in page.shown], PAGE_BYTES - FRAME_BYTES)
        return self._templates.render("span.html", entries=entries, **_values(page, self._inside.curator, forms))


def _values(page: Page, curator: str, forms: str) -> dict[str, object]:
    asked, path = page.asked, page.span.path
    return {
        "title": span_title(page.span),
        "page": page,
        "path": path,
        "curator": page.curator or curator,
        "orders": [(order, list_address(path, asked, sort=order)) for order in Order],
        "categories": page.categories[:OFFERED],
        "before": page.before and (span_title(page.before), page.before.path),
        "after": page.after and (span_title(page.after), page.after.path),
        "newer": list_address(path, asked, page=asked.number - 1) if asked.number > 1 else "",
        "older": list_address(path, asked, page=asked.number + 1) if asked.number < page.pages else "",
        "feeds": [(label, list_address(forms.format(form), asked)) for label, form in LIST_FORMS],
    }
