"""Submitting a paper: whoever has their own page open puts one on the page for everybody, and takes it back."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.limiting import AddressLimiter
from adapters.web.mail_views import MailViews
from adapters.web.sessions import Sessions
from bot.domain.limits import Limit
from bot.domain.paper import Paper, PaperId
from bot.domain.paper_path import paper_path
from bot.domain.submission import MAX_NAME, Refused, read_name

PER_READER = Limit(1 / 60, burst=10)
"""Forms of one reader: each may have arXiv asked for a paper."""

MAX_TYPED = 300

WRONG: Mapping[Refused, tuple[str, int]] = {
    Refused.NO_ID: ("That names no paper. Write an arXiv id such as 2503.09566, or a link to the paper.", 422),
    Refused.UNKNOWN: ("arXiv has no such paper. Check the number.", 422),
    Refused.ELSEWHERE: ("That paper is not known here. If it is on arXiv, write its id there.", 422),
    Refused.NOT_REACHED: ("That paper is not known here, and arXiv does not answer. Try again in a while.", 503),
    Refused.LISTED: ("It is on the page already:", 422),
    Refused.TOO_MANY: ("These are enough papers for one day. Come back tomorrow, or withdraw one.", 429),
}
"""What is said beside the field, and the status."""

TOO_FAST = "That is too fast. Wait a few minutes, then send it again."
WRONG_NAME = (
    f"A name of at most {MAX_NAME} characters, please, without a mail address or a link: everybody can read it."
)


@dataclass(frozen=True, slots=True)
class Submitting:
    views: MailViews
    sessions: Sessions
    readers: AddressLimiter = field(default_factory=lambda: AddressLimiter(PER_READER, time.monotonic))

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/submit", self._page, methods=["GET"]),
            Route("/submit", self._submit, methods=["POST"]),
            Route("/submit/withdraw", self._withdraw, methods=["POST"]),
        ]

    async def _submit(self, request: Request) -> Response:
        said = await self.views.guard.fields(request)
        address = self.sessions.address(request)
        if not address:
            return await self._page(request)
        if self.readers.take(address) > 0:
            return await self._page(request, 429, said=said, wrong={"paper": TOO_FAST})
        typed, name = said.get("paper", "")[:MAX_TYPED].strip(), read_name(said.get("name", ""))
        if name is None:
            return await self._page(request, 422, said=said, wrong={"name": WRONG_NAME})
        done = await self.views.desk.submit(address, typed, name)
        if done is None:
            return await self._page(request)
        if done.refused is not None:
            words, status = WRONG[done.refused]
            return await self._page(request, status, said=said, wrong={"paper": words}, paper=done.paper)
        return await self._page(request, done="Submitted:", paper=done.paper)

    async def _withdraw(self, request: Request) -> Response:
        said = await self.views.guard.fields(request)
        address = self.sessions.address(request)
        paper = await self.views.desk.withdraw(address, PaperId(said.get("paper", "")[:MAX_TYPED])) if address else None
        return await self._page(request, done="Withdrawn:" if paper else "It was not there any more.", paper=paper)

    async def _page(
        self,
        request: Request,
        status: int = 200,
        *,
        said: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
        done: str = "",
        paper: Paper | None = None,
    ) -> Response:
        """The form as it stands now; to whom nobody's page is open, how to open one."""
        address = self.sessions.address(request)
        submitter = await self.views.desk.submitter(address) if address else None
        if submitter is None:
            return self.views.with_form(request, "submit_signed_out.html", 403 if request.method == "POST" else 200)
        return self.views.with_form(
            request,
            "submit.html",
            status,
            own=[(one.paper, paper_path(one.paper.id), one.submission) for one in submitter.own],
            said=said or {"name": submitter.name},
            wrong=wrong or {},
            done=done,
            paper=paper,
            path=paper_path(paper.id) if paper else "",
            max_name=MAX_NAME,
        )
