"""A reader's own page: opened by a link from a mail, it lasts a while in the browser that opened it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web.lists import FEEDS, LIST_FORMS
from adapters.web.mail_views import MailViews, lines_of
from adapters.web.sessions import Sessions
from adapters.web.subscribing import ON_ITS_WAY, Letterbox
from bot.domain.chat import File, Message
from bot.domain.command import OptionValue
from bot.domain.mail_address import parse_mail_address
from bot.domain.subscription import Content, Subscription, Threshold
from bot.domain.ticket import Purpose

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

COMMANDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "interest": ("interests add", ("text",)),
    "mute": ("interests mute", ("text",)),
    "forget-interest": ("interests remove", ("text",)),
    "pause": ("digest pause", ("until",)),
    "resume": ("digest resume", ()),
    "stop": ("digest stop", ()),
    "undo": ("undo", ("paper",)),
    "link": ("link", ("code",)),
    "unlink": ("unlink", ()),
}
"""What a form's address ends with -> the command that it is, and the options that it has fields for."""

NO_DAY = "Choose one day at least. For no mails at all there is a button to stop them."


@dataclass(frozen=True, slots=True)
class Managing:
    views: MailViews
    sessions: Sessions
    letterbox: Letterbox

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/manage", self._way_in, methods=["GET"]),
            Route("/manage", self._send_way_in, methods=["POST"]),
            Route("/manage/{token}", self._door, methods=["GET"]),
            Route("/manage/{token}", self._enter, methods=["POST"]),
            Route("/manage/{token}/again", self._again, methods=["POST"]),
            Route("/me", self._show, methods=["GET"]),
            Route("/me/export", self._export, methods=["POST"]),
            Route("/me/erase", self._erase, methods=["POST"]),
            Route("/me/leave", self._leave, methods=["POST"]),
            Route("/me/{what}", self._back, methods=["GET"]),
            Route("/me/{what}", self._change, methods=["POST"]),
        ]

    async def _way_in(self, request: Request) -> Response:
        return self.views.with_form(request, "way_in.html")

    async def _send_way_in(self, request: Request) -> Response:
        said = await self.views.guard.fields(request)
        address = parse_mail_address(said.get("address", ""))
        return self._sent(request, address) if address else self.views.told("That is no mail address", status=422)

    def _sent(self, request: Request, address: str) -> Response:
        self.letterbox.post(request, address, self.views.desk.send_way_in)
        return self.views.told("Look into your mailbox", ON_ITS_WAY)

    async def _door(self, request: Request) -> Response:
        ticket = self.views.ticket(request, Purpose.MANAGE)
        if ticket is None:
            return self.views.refusal(ticket)
        path = request.url.path
        if ticket.is_expired:
            line = "A new one can come to the same address."
            return self.views.told("This link is too old", line, status=410, button="Send it", to=f"{path}/again")
        lines = (f"For {ticket.subject}.",)
        return self.views.with_form(request, "told.html", heading="Your page", lines=lines, button="Open it", to=path)

    async def _again(self, request: Request) -> Response:
        ticket = self.views.ticket(request, Purpose.MANAGE)
        return self._sent(request, ticket.subject) if ticket else self.views.refusal(ticket)

    async def _enter(self, request: Request) -> Response:
        ticket = self.views.ticket(request, Purpose.MANAGE)
        if ticket is None or ticket.is_expired:
            return self.views.refusal(ticket)
        # Else another site could open its own page here, for somebody to fill with what they care about.
        await self.views.guard.fields(request)
        answer = RedirectResponse("/me", 303)
        self.sessions.open(request, answer, ticket.subject)
        return answer

    async def _show(
        self,
        request: Request,
        said: Message | None = None,
        *,
        schedule: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> Response:
        """`schedule` is what was filled in for days and time and must stand there again, `wrong` what is said beside
        its fields."""
        address = self.sessions.address(request)
        reader = await self.views.desk.reader(address) if address else None
        if reader is None:
            return RedirectResponse("/manage", 303)
        digest = reader.digest
        feeds = [(label, f"/feeds/{reader.feed}.{form}") for label, form in LIST_FORMS if form in FEEDS]
        return self.views.with_form(
            request,
            "me.html",
            422 if wrong else 200,
            reader=reader,
            order=digest.subscription if digest else None,
            standing=lines_of(await self.views.desk.say(address, "digest show", {})) if digest else [],
            said=_told(said) if said else [],
            is_wrong=said is not None and not said.ok,
            days=DAYS,
            submits=self.views.submits,
            schedule=_filled(digest.subscription if digest else None) if schedule is None else schedule,
            wrong=wrong or {},
            thresholds=list(Threshold),
            feeds=[(label, self.views.templates.site.base(request) + path) for label, path in feeds if reader.feed],
        )

    async def _posted(self, request: Request) -> tuple[str, dict[str, str]]:
        """Whose page it is and what was filled in. A 403 where it is nobody's."""
        said = await self.views.guard.fields(request)
        address = self.sessions.address(request)
        if not address or await self.views.desk.reader(address) is None:
            raise HTTPException(403, "Your page is closed; a new link opens it")
        return address, said

    async def _back(self, _: Request) -> Response:
        """What a change answers with stands at its address; who opens that once more means the page."""
        return RedirectResponse("/me", 303)

    async def _change(self, request: Request) -> Response:
        address, said = await self._posted(request)
        desk, what = self.views.desk, request.path_params["what"]
        answer: Message | None = None
        if what in COMMANDS:
            command, names = COMMANDS[what]
            answer = await desk.say(address, command, {name: said.get(name, "") for name in names})
        elif what == "schedule":
            return await self._reschedule(request, address, said)
        elif what == "content":
            await desk.choose_content(
                address, Content(said["content"]) if said.get("content") in set(Content) else Content.PERSONAL
            )
        elif what == "new-feed":
            await desk.make_feed(address)
        elif what == "no-feed":
            await desk.drop_feed(address)
        else:
            raise HTTPException(404)
        return await self._show(request, answer)

    async def _reschedule(self, request: Request, address: str, said: Mapping[str, str]) -> Response:
        options = _schedule(said)
        if not options["days"]:
            # To the command no days are those of before: who has unchecked them all means something else.
            return await self._show(request, schedule=said, wrong={"days": NO_DAY})
        answer = await self.views.desk.say(address, "digest subscribe", options)
        return await self._show(request, answer, schedule=None if answer.ok else said)

    async def _export(self, request: Request) -> Response:
        address, _ = await self._posted(request)
        message = await self.views.desk.say(address, "privacy export", {})
        file = next((block for block in message.blocks if isinstance(block, File)), None)
        if file is None:
            return await self._show(request, message)
        headers = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.content, media_type=file.media_type, headers=headers)

    async def _erase(self, request: Request) -> Response:
        address, said = await self._posted(request)
        if said.get("yes") != "yes":
            message = await self.views.desk.say(address, "privacy forget", {})
            return await self._show(request, message)
        message = await self.views.desk.say(address, "privacy forget", {"yes": True})
        answer = self.views.told("Erased", *lines_of(message))
        self.sessions.close(answer)
        return answer

    async def _leave(self, request: Request) -> Response:
        await self._posted(request)
        answer = self.views.told("Closed", "Your page is closed in this browser.")
        self.sessions.close(answer)
        return answer


def _told(answer: Message) -> list[str]:
    """What an answer says; of one whose point is a command to type elsewhere, that command."""
    code = answer.data.get("code") if isinstance(answer.data, Mapping) else None
    return (
        [f"Your code: {code}. Type /link {code} there within 15 minutes; it works once."] if code else lines_of(answer)
    )


def _filled(order: Subscription | None) -> dict[str, str]:
    """The form for days and time, as its fields would send the order."""
    fields = {f"day-{number}": "on" for number in (order.days if order else range(len(DAYS)))}
    if order is None:
        return {**fields, "time": "08:00", "n": "5"}
    return {
        **fields,
        "time": f"{order.local_time:%H:%M}",
        "zone": order.zone,
        "n": str(order.size),
        "threshold": order.threshold.value,
        "empty": "tell" if order.tell_empty else "quiet",
    }


def _schedule(said: Mapping[str, str]) -> dict[str, OptionValue]:
    """The options of `digest subscribe`; a day is a box of its own."""
    days = ",".join(name[:3].lower() for number, name in enumerate(DAYS) if f"day-{number}" in said)
    fields = {name: said.get(name, "") for name in ("time", "zone", "n", "threshold", "empty")}
    return {"days": days, **fields}
