"""A reader with a mailbox and a browser: the pages on a real store, mails in a folder, every click a request."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from adapters.mail import MailAdapter, MailFolder
from adapters.tickets import Tickets
from adapters.web import Rules, Site, StaticFiles, Templates, create_app
from adapters.web.mail_pages import mail_routes
from adapters.web.public import error_pages
from adapters.web.subscribing import Letterbox
from bot.bootstrap.mail import Mail, PagePlace, ReadersDesk, SignedLinks
from bot.dispatch import Dispatcher
from bot.domain.person import Account
from bot.usecases.context import Context
from tests.integration.delivery_world import NoLimits
from tests.integration.world import World
from tests.mail_parts import SENDER, plain_of
from tests.mail_peer import parse

SITE = "http://127.0.0.1"
ADDRESS = "ada@example.org"
ADA_BY_MAIL = Account("mail", ADDRESS)


@dataclass
class Visitor:
    """`page` is the last one that was answered."""

    world: World
    mail: Mail
    desk: ReadersDesk
    app: ASGIApp
    browser: httpx.AsyncClient
    folder: Path
    letterbox: Letterbox
    answer: httpx.Response = field(init=False)

    @property
    def page(self) -> str:
        return unescape(self.answer.text)

    @property
    def said(self) -> str:
        """The words of the page, without its markup."""
        main = self.page.partition("<main")[2].partition("</main>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())

    async def open(self, address: str) -> httpx.Response:
        self.answer = await self.browser.get(address, follow_redirects=True)
        return self.answer

    async def press(self, action: str = "", /, **fields: str) -> httpx.Response:
        """Post a form of the page that is open: its only one, or that with the given action."""
        path = re.escape(action) if action else '[^"]+'
        form = re.search(rf'<form method="post" action="({path})".*?</form>', self.answer.text, re.DOTALL)
        assert form, self.answer.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        return await self.post(
            unescape(form[1]), {**{name: unescape(value) for name, value in hidden.items()}, **fields}
        )

    async def post(self, address: str, fields: Mapping[str, str]) -> httpx.Response:
        self.answer = await self.browser.post(address, data=dict(fields), follow_redirects=True)
        await self.letterbox.settled()
        return self.answer

    @property
    def mails(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [parse(file.read_bytes()) for file in files]

    def link(self, path: str, mail: EmailMessage | None = None) -> str:
        """The link to a page in the latest mail, or in the given one."""
        found = re.search(rf"{SITE}/{path}\S*", plain_of(mail or self.mails[-1]))
        assert found, plain_of(mail or self.mails[-1])
        return found[0]

    async def subscribe(self, **fields: str) -> None:
        """Ask for mails, open the link that comes and press its button."""
        await self.open("/subscribe")
        await self.press(address=ADDRESS, **{"zone": "UTC", "rhythm": "daily", "about": "trending", **fields})
        await self.open(self.link("confirm/"))
        await self.press()

    async def enter(self) -> None:
        """Open the own page, as a link from a mail does."""
        await self.open(self.mail.links.manage(ADDRESS))
        await self.press()


@asynccontextmanager
async def visiting(world: World, folder: Path) -> AsyncIterator[Visitor]:
    context: Context = world.context
    tickets = Tickets("a key of this test", world.clock.now)
    links = SignedLinks(tickets, PagePlace(SITE))
    mail = Mail(MailAdapter(MailFolder(folder), SENDER, links, world.clock.now), tickets, links)
    desk = ReadersDesk(context, mail, Dispatcher(context).handle, NoLimits())
    templates = Templates(Site(SITE), StaticFiles())
    letterbox = Letterbox(world.clock.monotonic)
    routes = mail_routes(desk, templates, letterbox)
    app = create_app(routes, rules=Rules(), errors=error_pages(templates))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as browser:
        yield Visitor(world, mail, desk, app, browser, folder, letterbox)
