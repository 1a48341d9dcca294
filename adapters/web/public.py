"""The public page whole: its routes, and what it answers to what goes wrong."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from adapters.web.api import PREFIX, Api, error_answer
from adapters.web.app import ErrorHandlers, create_app
from adapters.web.inside import Inside
from adapters.web.other_methods import OtherMethods
from adapters.web.paper_pages import PaperPages
from adapters.web.search_pages import SearchPages
from adapters.web.shield import Rules
from adapters.web.span_pages import SpanPages
from adapters.web.static_files import StaticFiles
from adapters.web.templating import Templates
from bot.ports import StoreError

NOTES = {
    404: ("Not here", "There is no such page. Papers lie under their arXiv id, days under their date."),
    405: ("Not so", "Pages are for reading, and forms are sent from the page that shows them."),
    503: ("Not just now", "The papers cannot be reached at the moment. Please come back in a minute."),
}


def public_app(
    inside: Inside, templates: Templates, static: StaticFiles, rules: Rules, *, more: Sequence[BaseRoute] = ()
) -> ASGIApp:
    """Everything that anybody may read, and `more` before it. What others may see is compressed; `more` is not: what
    holds a secret beside words of whoever asks must not be (BREACH)."""
    api = Api(inside, templates.site)
    pages = [page(inside, templates) for page in (SearchPages, PaperPages, SpanPages)]
    routes = [*static.routes(), *api.routes(), *(route for page in pages for route in page.routes())]
    shared = Mount("/", routes=routes, middleware=[Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)])
    return create_app([*more, OtherMethods(more), shared], rules=rules, errors=error_pages(templates))


def error_pages(templates: Templates) -> ErrorHandlers:
    """A page for whoever reads, a document for a program."""

    def told(request: Request, status: int, detail: str) -> Response:
        if request.url.path.startswith(PREFIX):
            return error_answer(status, detail)
        heading, text = NOTES.get(status, (detail, "That did not work."))
        return templates.page("note.html", status, heading=heading, text=text)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = told(request, error.status_code, error.detail)
        response.headers.update(error.headers or {})
        return response

    async def unreachable(request: Request, _: Exception) -> Response:
        return told(request, 503, "the database cannot be used just now")

    return {HTTPException: refused, StoreError: unreachable}
