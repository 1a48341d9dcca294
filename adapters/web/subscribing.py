"""Subscribing by mail: asked for on a page, confirmed by a link in a mail, stopped by another one.

Opening a link changes nothing, since programs that read mail open links, too: what changes something is posted.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.web.forms import read_form
from adapters.web.limiting import AddressLimiter
from adapters.web.mail_views import MailViews, lines_of
from bot.domain.limits import Limit
from bot.domain.mail_address import mailbox_key, parse_mail_address
from bot.domain.mail_wish import RHYTHMS, MailWish
from bot.domain.ticket import Purpose

PER_MAILBOX = Limit(1 / 7200, burst=3)
"""Mails that strangers may cause to one mailbox: a few, then one in two hours."""

PER_ASKER = Limit(1 / 30, burst=10)
"""Forms of one network address."""

MOST_UNDER_WAY = 500
"""Mails that strangers may have wait at once: digests go at the same pace, behind them."""

MAX_INTERESTS = 600
ON_ITS_WAY = "If that address can get mail from us, a mail is on its way. The link in it does the rest."


@dataclass(slots=True)
class Letterbox:
    """How often strangers may have mails sent."""

    monotonic: Callable[[], float] = time.monotonic
    _mailboxes: AddressLimiter = field(init=False)
    _askers: AddressLimiter = field(init=False)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._mailboxes = AddressLimiter(PER_MAILBOX, self.monotonic)
        self._askers = AddressLimiter(PER_ASKER, self.monotonic)

    def post(self, request: Request, address: str, send: Callable[[str], Coroutine[Any, Any, None]]) -> None:
        """Have a mail sent to the address, unless it got enough of them; nobody is told. A 429 for who asks again and
        again, and for everybody while too many mails wait.

        It is sent beside the answer, not before or after it: what comes when tells nobody whether the address is known.
        """
        asker = request.client.host if request.client else ""
        if self._askers.take(asker):
            raise HTTPException(429, "Too many forms from your address; try again in a while")
        if len(self._under_way) >= MOST_UNDER_WAY:
            raise HTTPException(429, "Too many people ask for mails just now; try again in a while")
        if not self._mailboxes.take(mailbox_key(address)):
            task = asyncio.create_task(send(address))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Return when everything that was posted is sent."""
        await asyncio.gather(*self._under_way)


@dataclass(frozen=True, slots=True)
class Subscribing:
    views: MailViews
    letterbox: Letterbox

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/subscribe", self._form, methods=["GET"]),
            Route("/subscribe", self._ask, methods=["POST"]),
            Route("/confirm/{token}", self._confirm_page, methods=["GET"]),
            Route("/confirm/{token}", self._confirm, methods=["POST"]),
            Route("/unsubscribe/{token}", self._unsubscribe_page, methods=["GET"]),
            Route("/unsubscribe/{token}", self._unsubscribe, methods=["POST"]),
        ]

    async def _form(self, request: Request) -> Response:
        return self._asked(request, {}, {})

    async def _ask(self, request: Request) -> Response:
        said = await self.views.guard.fields(request)
        desk = self.views.desk
        address = parse_mail_address(said.get("address", ""))
        zone = desk.zone(said.get("zone", "")[:80])
        interests = " ".join(said.get("interests", "").split())
        wrong = {}
        if address is None:
            wrong["address"] = "That is no mail address."
        if zone is None:
            wrong["zone"] = "I know no such time zone: write a city, or a name such as Europe/Berlin."
        if said.get("about") == "interests" and not interests:
            wrong["interests"] = "Say in a few words what you care about."
        if len(interests) > MAX_INTERESTS:
            wrong["interests"] = f"That is too long: {MAX_INTERESTS} characters at most."
        if wrong or address is None or zone is None:
            return self._asked(request, said, wrong, 422)
        rhythm = said.get("rhythm", "")
        wish = MailWish(
            rhythm if rhythm in RHYTHMS else RHYTHMS[0], interests if said.get("about") == "interests" else "", zone
        )
        self.letterbox.post(request, address, lambda to: desk.ask(to, wish))
        return self.views.told("Look into your mailbox", ON_ITS_WAY)

    def _asked(self, request: Request, said: dict[str, str], wrong: dict[str, str], status: int = 200) -> Response:
        return self.views.with_form(request, "subscribe.html", status, said=said, wrong=wrong)

    async def _confirm_page(self, request: Request) -> Response:
        ticket = self.views.ticket(request, Purpose.CONFIRM)
        if ticket is None or ticket.is_expired:
            return self.views.refusal(ticket)
        line = f"One more click, and Paperboy's mails come to {ticket.subject}."
        return self.views.told("Start the mails?", line, button="Start them", to=request.url.path)

    async def _confirm(self, request: Request) -> Response:
        ticket = self.views.ticket(request, Purpose.CONFIRM)
        if ticket is None or ticket.is_expired:
            return self.views.refusal(ticket)
        message = await self.views.desk.confirm(ticket.subject, MailWish.of(ticket.details))
        return self.views.told("It is set up", *lines_of(message), "Each mail has a link to change or to stop it.")

    async def _unsubscribe_page(self, request: Request) -> Response:
        ticket = self.views.ticket(request, Purpose.UNSUBSCRIBE)
        if ticket is None:
            return self.views.refusal(ticket)
        line = f"No more digests will come to {ticket.subject}."
        return self.views.told("Stop the mails?", line, button="Stop them", to=request.url.path)

    async def _unsubscribe(self, request: Request) -> Response:
        """A press on the page, or a mail program's one click (RFC 8058), which has neither cookie nor session."""
        ticket = self.views.ticket(request, Purpose.UNSUBSCRIBE)
        if ticket is None:
            return self.views.refusal(ticket)
        await read_form(request)
        message = await self.views.desk.unsubscribe(ticket.subject)
        return self.views.told("Stopped", *lines_of(message))
