"""Whose page is open in a browser: a signed cookie, sent to the pages of one's own alone."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.forms import set_cookie
from adapters.web.mail_views import MailViews
from bot.domain.ticket import SESSION_LIVES, Purpose

COOKIE = "paperboy_reader"
PATHS = ("/me", "/submit")
"""Where the cookie goes; no other page knows who looks at it."""


@dataclass(frozen=True, slots=True)
class Sessions:
    views: MailViews

    def open(self, request: Request, answer: Response, address: str) -> None:
        session = self.views.desk.make(Purpose.SESSION, address, secrets.token_hex(8))
        for path in PATHS:
            set_cookie(answer, COOKIE, session, path, SESSION_LIVES, secure=self.views.is_secure(request))

    def address(self, request: Request) -> str:
        """Whose page is open in this browser, empty if nobody's."""
        ticket = self.views.desk.read(Purpose.SESSION, request.cookies.get(COOKIE, ""))
        return "" if ticket is None or ticket.is_expired else ticket.subject

    def close(self, answer: Response) -> None:
        for path in PATHS:
            answer.delete_cookie(COOKIE, path)
