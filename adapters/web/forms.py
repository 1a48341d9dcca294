"""Forms that change something: each is sent back by the browser that was given it, and by no other page."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.desk import Desk
from bot.domain.ticket import Purpose

COOKIE = "paperboy_form"
FIELD = "csrf"
OWN = "same-origin"
"""What a browser says of a form that it was given here (Sec-Fetch-Site). A site whose name ends as ours, which might
set cookies for us, is another one."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A random name in a cookie, and in the form the same name signed: another site knows neither, and a browser sends
    the cookie with no form of another site (SameSite). It does with a link: one that is opened from a mail does not
    make the forms of other tabs void."""

    desk: Desk

    def token(self, request: Request) -> tuple[str, str]:
        """(the browser's name, what its form carries)."""
        browser = request.cookies.get(COOKIE, "")
        if len(browser) != 32 or not browser.isalnum():
            browser = secrets.token_hex(16)
        return browser, self.desk.make(Purpose.FORM, browser)

    async def fields(self, request: Request) -> dict[str, str]:
        """What was filled in. A 403 for a form that this browser was not given, or that another site has sent."""
        form = await read_form(request)
        ticket = self.desk.read(Purpose.FORM, form.get(FIELD, ""))
        is_own = request.headers.get("sec-fetch-site", OWN) == OWN
        if ticket is None or ticket.is_expired or ticket.subject != request.cookies.get(COOKIE) or not is_own:
            raise HTTPException(403, "This form is too old, or not from here: load its page again. It needs a cookie")
        return form


async def read_form(request: Request) -> dict[str, str]:
    async with request.form(max_files=0, max_fields=30) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def set_cookie(
    response: Response,
    name: str,
    value: str,
    path: str,
    lives: timedelta,
    *,
    secure: bool,
    same_site: Literal["strict", "lax"] = "strict",
) -> None:
    """Only for this site, never for scripts; `secure` over TLS alone."""
    response.set_cookie(
        name,
        value,
        max_age=int(lives.total_seconds()),
        path=path,
        httponly=True,
        samesite=same_site,
        secure=secure,
    )
