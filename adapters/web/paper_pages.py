"""The page of one paper, with papers like it and its older texts; its BibTeX."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.caching import cached
from adapters.web.entries import entry, html_bytes, within
from adapters.web.inside import Inside, find_paper
from adapters.web.lists import list_forms
from adapters.web.templating import Templates
from bot.domain.page import PaperVersion, Shown
from bot.domain.paper_path import paper_path, path_text

SIMILAR_BYTES = 20_000
"""What the abstracts of papers like it may take together."""

VERSIONS_BYTES = 40_000
"""What its older texts may take: some twenty of them."""

VERSION_MARKUP = 150
"""Bytes of the template around one."""


class PaperPages:
    def __init__(self, inside: Inside, templates: Templates) -> None:
        self._inside = inside
        self._templates = templates
        _, self._bibtex_type = list_forms(inside.bibtex)["bib"]

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/papers/{paper_id:path}", self._html),
            Route("/bibtex/{paper_id:path}", self._bibtex),
        ]

    async def _html(self, request: Request) -> Response:
        asked = request.path_params["paper_id"]
        found = await find_paper(self._inside.library, asked)
        if asked != path_text(found.paper.id):
            # A link, a version, an id of former times: one paper has one page.
            return RedirectResponse(paper_path(found.paper.id), 308)
        shown = latest_versions(found.versions, VERSIONS_BYTES)
        html = self._templates.render(
            "paper.html",
            entry=entry(Shown(found.paper, submitter=found.submitter)),
            similar=within([entry(Shown(paper)) for paper in found.similar], SIMILAR_BYTES),
            versions=shown,
            unshown=len(found.versions) - len(shown),
            bibtex=paper_path(found.paper.id).replace("/papers/", "/bibtex/", 1),
        )
        return cached(request, html, "text/html")

    async def _bibtex(self, request: Request) -> Response:
        found = await find_paper(self._inside.library, request.path_params["paper_id"])
        return cached(request, self._inside.bibtex([found.paper]), self._bibtex_type)


def latest_versions(versions: Sequence[PaperVersion], budget: int) -> list[PaperVersion]:
    """Of older texts, oldest first, as many of the latest as take at most `budget` bytes of HTML, the latest first."""
    shown: list[PaperVersion] = []
    for old in reversed(versions):
        budget -= VERSION_MARKUP + html_bytes(old.title) + html_bytes(old.abstract)
        if budget < 0:
            break
        shown.append(old)
    return shown
