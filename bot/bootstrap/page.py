"""The public page of a process: where it listens, what it is handed, its end."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.bootstrap.listening import port_taken
from bot.domain.limits import PAGES
from bot.feeds.citation import to_bibtex
from bot.settings import Settings, SettingsError
from bot.usecases.browse import Browser

if TYPE_CHECKING:
    from bot.bootstrap.mail import ReadersDesk

USUAL_PORT = 8080
DAY_S = 86_400


@asynccontextmanager
async def open_page(settings: Settings, browser: Browser, desk: "ReadersDesk | None" = None) -> AsyncIterator[str]:
    """Serve the page to the end of the block, and give its address; an empty one where it is turned off. With a `desk`
    people subscribe to mails there, and from now on mails know where that is.

    It takes the usual port, or any free one where that is taken and nobody asked for it. Raises SettingsError.
    """
    if settings.web_port == 0:
        yield ""
        return
    # Only who serves pages waits for all of this to load.
    from adapters.web import Inside, Rules, Site, StaticFiles, Templates, WebServer, public_app
    from adapters.web.mail_pages import links_at_top, mail_routes

    static = StaticFiles()
    templates = Templates(Site(settings.web_url, links_at_top(submits=settings.web_submit) if desk else ()), static)
    inside = Inside(browser, to_bibtex, settings.curator)
    rules = Rules(
        hosts=frozenset(filter(None, (urlsplit(settings.web_url).hostname, settings.web_host.casefold()))),
        hsts_s=settings.web_hsts_days * DAY_S if settings.web_url.startswith("https:") else 0,
        limit=replace(PAGES, per_second=settings.web_per_s),
    )
    more = mail_routes(desk, templates, submits=settings.web_submit) if desk else ()
    app = public_app(inside, templates, static, rules, more=more)
    try:
        server = WebServer(app, settings.web_host, settings.web_port or USUAL_PORT, proxies=settings.web_proxies)
    except OSError as error:
        if settings.web_port is not None or error.errno != errno.EADDRINUSE:
            wanted = settings.web_port or USUAL_PORT
            said = port_taken("PAPERBOY_WEB_PORT", settings.web_host, wanted, error, otherwise=", or off for no page")
            raise SettingsError(said) from None
        server = WebServer(app, settings.web_host, 0, proxies=settings.web_proxies)
    address = settings.web_url or local_address(settings.web_host, server.port)
    if desk:
        desk.mail.links.place.url = address
    async with server:
        yield address


def local_address(host: str, port: int) -> str:
    """What a browser on this machine opens for a server that listens there."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is compared with
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
