"""Words on papers from a mail: each link opens a page that asks for one click."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.mail_views import MailViews, lines_of
from bot.domain.paper import Paper, PaperId
from bot.domain.ticket import Purpose, Ticket

QUESTIONS = {
    "like": ("Like this paper?", "👍 Like it"),
    "dislike": ("Less like this paper?", "👎 Dislike it"),
    "save": ("Keep this paper in your list?", "🔖 Save it"),
}
GONE = "This address gets no mails from Paperboy (any more), so nothing was changed."


@dataclass(frozen=True, slots=True)
class Voting:
    views: MailViews

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/react/{token}", self._ask, methods=["GET"]),
            Route("/react/{token}", self._react, methods=["POST"]),
            Route("/why/{token}", self._why, methods=["GET"]),
        ]

    async def _ask(self, request: Request) -> Response:
        ticket, paper = await self._meant(request, Purpose.REACT)
        if ticket is None or paper is None:
            return self._not_meant(ticket)
        heading, button = QUESTIONS[ticket.details[1]]
        return self.views.told(heading, paper.title, button=button, to=request.url.path)

    async def _react(self, request: Request) -> Response:
        ticket, paper = await self._meant(request, Purpose.REACT)
        if ticket is None or paper is None:
            return self._not_meant(ticket)
        options = {"paper": paper.id, "state": "on"}
        message = await self.views.desk.say(ticket.subject, ticket.details[1], options)
        return self.views.told("Thank you", *lines_of(message), "Your next papers go by it.")

    async def _why(self, request: Request) -> Response:
        ticket, paper = await self._meant(request, Purpose.WHY)
        if ticket is None or paper is None:
            return self._not_meant(ticket)
        message = await self.views.desk.say(ticket.subject, "why", {"paper": paper.id})
        return self.views.told("Why this paper", *lines_of(message))

    async def _meant(self, request: Request, purpose: Purpose) -> tuple[Ticket | None, Paper | None]:
        ticket = self.views.ticket(request, purpose)
        if ticket is None or ticket.is_expired:
            return ticket, None
        return ticket, await self.views.desk.paper(ticket.subject, PaperId(ticket.details[0]))

    def _not_meant(self, ticket: Ticket | None) -> Response:
        if ticket is None or ticket.is_expired:
            return self.views.refusal(ticket)
        return self.views.told("Nothing to do", GONE, status=404)
