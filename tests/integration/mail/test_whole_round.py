"""Subscribe, confirm, digest, vote, change, unsubscribe, erase: a real browser, a real SMTP server, real HTTP."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage

import httpx
import pytest
from playwright.async_api import Browser, Page

from adapters.mail import MailAdapter
from adapters.tickets import Tickets
from adapters.web import Inside, Rules, Site, StaticFiles, Templates, WebServer, public_app
from adapters.web.mail_pages import LINKS, mail_routes
from bot.bootstrap.mail import Mail, PagePlace, ReadersDesk, SignedLinks
from bot.dispatch import Dispatcher
from bot.domain.limits import Limit
from bot.domain.mail_wish import MailWish
from bot.domain.person import Account
from bot.feeds.citation import to_bibtex
from bot.scheduler import Everybody
from bot.usecases.browse import Browser as Library
from tests.browser import PHONE, barriers, needs_browser, open_tab, overflow
from tests.integration.delivery_world import NoLimits, open_post
from tests.integration.world import World
from tests.mail_parts import SENDER, at_port
from tests.mail_peer import Mailroom, mail_server

pytestmark = needs_browser

ADDRESS = "ada@example.org"


@pytest.fixture
def backend() -> str:
    """What the database is makes no difference to a browser."""
    return "sqlite"


@dataclass
class Round:
    world: World
    base: str
    room: Mailroom
    mail: Mail
    desk: ReadersDesk

    async def deliver(self) -> None:
        """What beside a chat brings digests, once."""

        async def ready() -> None: ...

        sender = open_post(self.world).sender(adapters={"mail": self.mail.adapter})
        await Everybody(sender, ready).turn()

    @property
    def latest(self) -> EmailMessage:
        return self.room.parsed[-1]

    def link(self, path: str) -> str:
        """An address in the latest mail, as a mail program would open it."""
        html = self.latest.get_body(("html",))
        assert html is not None
        found = re.search(rf'href="({self.base}/{path}[^"]*)"', html.get_content())
        assert found
        return found[1]


@asynccontextmanager
async def played(world: World) -> AsyncIterator[Round]:
    async with mail_server() as room:
        tickets = Tickets("a key of this test", world.clock.now)
        links = SignedLinks(tickets, PagePlace(""))
        mail = Mail(MailAdapter(at_port(room.port), SENDER, links, world.clock.now), tickets, links)
        desk = ReadersDesk(world.context, mail, Dispatcher(world.context).handle, NoLimits())
        static = StaticFiles()
        templates = Templates(Site(links=LINKS), static)
        rules = Rules(limit=Limit(1_000, burst=1_000))
        inside = Inside(Library(world.context), to_bibtex)
        server = WebServer(
            public_app(inside, templates, static, rules, more=mail_routes(desk, templates)), "127.0.0.1", 0
        )
        links.place.url = f"http://127.0.0.1:{server.port}"
        try:
            async with server:
                yield Round(world, links.place.url, room, mail, desk)
        finally:
            await mail.adapter.close()


async def pressed(tab: Page, name: str) -> str:
    """The heading of the page that a button leads to; nobody is kept from using either."""
    await tab.get_by_role("button", name=name, exact=True).click()
    await tab.wait_for_load_state()
    return await tab.locator("h1").inner_text()


async def fit(tab: Page, *, scripts: bool) -> None:
    """The page is wide enough for everybody, and nobody is kept from using it."""
    if scripts:
        assert await barriers(tab) == []
        assert await overflow(tab) == 0


async def test_the_time_zone_of_the_browser_is_filled_in(read: World, browser: Browser) -> None:
    async with played(read) as game, open_tab(browser, game.base, PHONE, zone="Asia/Tokyo") as tab:
        await tab.goto("/subscribe")
        assert await tab.get_by_label("Your time zone").input_value() == "Asia/Tokyo"
        await tab.get_by_label("Your mail address").fill(ADDRESS)
        await pressed(tab, "Subscribe")
        await tab.wait_for_timeout(200)
        words = game.latest.get_body(("plain",))
        assert words is not None
        assert "Asia/Tokyo" in words.get_content()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_a_paper_is_submitted_and_withdrawn(read: World, browser: Browser, scripts: bool) -> None:
    async with played(read) as game, open_tab(browser, game.base, PHONE, scripts=scripts) as tab:
        await game.desk.confirm(ADDRESS, MailWish(zone="UTC"))
        await tab.goto("/")
        await tab.get_by_role("link", name="Submit").click()
        await fit(tab, scripts=scripts)
        await tab.get_by_label("Your mail address").fill(ADDRESS)
        assert await pressed(tab, "Send me the link") == "Look into your mailbox"
        await tab.wait_for_timeout(200)
        await tab.goto(game.link("manage/"))
        assert await pressed(tab, "Open it") == "Your page"
        await tab.get_by_role("link", name="Submit it").click()

        await tab.get_by_label("The paper's id or link").fill("laundry")
        await pressed(tab, "Submit")
        await fit(tab, scripts=scripts)
        assert "That names no paper." in await tab.get_by_role("alert").inner_text()
        assert await tab.get_by_label("The paper's id or link").input_value() == "laundry"
        await tab.get_by_label("The paper's id or link").fill("https://www.alphaxiv.org/abs/2603.00011")
        await tab.get_by_label("Your name for everybody, if you like").fill("Ada")
        await pressed(tab, "Submit")
        await fit(tab, scripts=scripts)
        await tab.get_by_role("status").get_by_role("link", name="Robots that fold laundry").click()
        assert "submitted here by Ada" in await tab.locator("main").inner_text()
        await tab.goto("/2026-03-16")
        assert await tab.locator("ol.papers h2").first.inner_text() == "Robots that fold laundry"

        await tab.goto("/submit")
        await tab.get_by_role("button", name="Withdraw Robots that fold laundry").click()
        assert "Withdrawn:" in await tab.get_by_role("status").inner_text()
        await fit(tab, scripts=scripts)
        await tab.goto("/week/2026-W12")
        assert "submitted here" not in await tab.locator("main").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_the_whole_round(read: World, browser: Browser, scripts: bool) -> None:
    async with played(read) as game, open_tab(browser, game.base, PHONE, scripts=scripts) as tab:
        await tab.goto("/")
        await tab.get_by_role("link", name="By mail").click()
        await fit(tab, scripts=scripts)
        await tab.get_by_label("Your mail address").fill(ADDRESS)
        await tab.get_by_label("what I care about:").check()
        await tab.get_by_label("What you care about, in a few words").fill("diffusion models, recommendation")
        await tab.get_by_label("Your time zone").fill("London")
        assert await pressed(tab, "Subscribe") == "Look into your mailbox"
        await tab.wait_for_timeout(200)
        assert game.latest["Subject"] == "Confirm your subscription"

        await tab.goto(game.link("confirm/"))
        assert await pressed(tab, "Start them") == "It is set up"

        read.later(hours=20)
        await game.deliver()
        digest = game.latest
        assert digest["Subject"].startswith("Your papers for Tuesday, 17 March: ")
        html = digest.get_body(("html",))
        assert html is not None
        assert html.get_content().count("why this") == 5

        await tab.goto(game.link("react/"))
        await fit(tab, scripts=scripts)
        assert await pressed(tab, "👍 Like it") == "Thank you"
        await tab.goto(game.link("why/"))
        assert await tab.locator("h1").inner_text() == "Why this paper"

        await tab.goto(game.link("manage/"))
        assert await pressed(tab, "Open it") == "Your page"
        await fit(tab, scripts=scripts)
        assert "like, 2026-03-17:" in await tab.locator("main").inner_text()
        await tab.get_by_label("Time zone").fill("Tokyo")
        assert await pressed(tab, "Save days and time") == "Your page"
        assert "Asia/Tokyo" in await tab.get_by_role("status").first.inner_text()

        async with httpx.AsyncClient() as program:
            target = digest["List-Unsubscribe"].strip("<>")
            answer = await program.post(target, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        sent = len(game.room.mails)
        read.later(days=2)
        await game.deliver()
        assert len(game.room.mails) == sent

        await tab.goto(game.mail.links.manage(ADDRESS))
        await pressed(tab, "Open it")
        assert "No mails come." in await tab.locator("main").inner_text()
        await tab.get_by_label("yes, for good").check()
        assert await pressed(tab, "Erase all of it") == "Erased"
    async with read.context.store.read() as uow:
        assert await uow.people.find(Account("mail", ADDRESS)) is None
