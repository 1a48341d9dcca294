"""Pages that say a thing, and perhaps ask for a confirming click; and an answer of Paperboy's as lines for a page."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.desk import Desk
from adapters.web.forms import COOKIE, Guard, set_cookie
from adapters.web.templating import Templates
from bot.domain.chat import Bullets, Message, Table, Text
from bot.domain.ticket import FORM_LIVES, Purpose, Ticket
from bot.domain.untyped import without_commands


@dataclass(frozen=True, slots=True)
class MailViews:
    """`submits` says whether readers submit papers here."""

    desk: Desk
    templates: Templates
    submits: bool = True

    @property
    def guard(self) -> Guard:
        return Guard(self.desk)

    def is_secure(self, request: Request) -> bool:
        """Whether readers come by TLS, whoever ends it."""
        return self.templates.site.base(request).startswith("https:") or request.url.scheme == "https"

    def told(self, heading: str, *lines: str, status: int = 200, button: str = "", to: str = "") -> Response:
        """A page that says it, with a button that posts `to` an address."""
        return self.templates.page("told.html", status, heading=heading, lines=lines, button=button, to=to, csrf="")

    def with_form(self, request: Request, name: str, status: int = 200, **values: object) -> Response:
        """A page whose forms carry this browser's token."""
        browser, token = self.guard.token(request)
        response = self.templates.page(name, status, csrf=token, **values)
        set_cookie(response, COOKIE, browser, "/", FORM_LIVES, secure=self.is_secure(request), same_site="lax")
        return response

    def ticket(self, request: Request, purpose: Purpose) -> Ticket | None:
        """What the link says that was opened; None for one that is not ours."""
        return self.desk.read(purpose, request.path_params["token"])

    def refusal(self, ticket: Ticket | None) -> Response:
        """What is said of a link that is not ours, or too old."""
        if ticket is None:
            line = "It is not one of ours, or not whole. Copy all of it."
            return self.told("This link is not good", line, status=404)
        return self.told("This link is too old", "Links in mails are good for a while only.", status=410)


def lines_of(message: Message) -> list[str]:
    """What an answer says, line by line."""
    lines: list[str] = []
    for block in message.blocks:
        match block:
            case Text(text):
                lines.append(without_commands(text))
            case Bullets(items):
                lines += items
            case Table(_, rows):
                lines += [": ".join(filter(None, row)) for row in rows]
    return [line for line in lines if line]
