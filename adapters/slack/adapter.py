"""`SlackAdapter`: Paperboy on Slack."""

import asyncio
from datetime import datetime
from typing import Literal

import structlog
from slack_bolt.async_app import AsyncApp
from starlette.routing import BaseRoute

from adapters.slack.access import Access
from adapters.slack.app import make_app
from adapters.slack.authorizing import Authorize
from adapters.slack.busy import Busy
from adapters.slack.client import Web
from adapters.slack.errors import UNKNOWN_BOT_LOGIN, surface_error
from adapters.slack.http import event_routes
from adapters.slack.inbound import attach
from adapters.slack.inside import Inside
from adapters.slack.installations import Installations
from adapters.slack.installing import ManyWorkspaces, forget_leavers, install_routes, oauth_flow
from adapters.slack.looking_up import Finder
from adapters.slack.once import Once
from adapters.slack.outbound import messages
from adapters.slack.places import PLATFORM
from adapters.slack.sending import send_all
from adapters.slack.socket import Socket
from adapters.slack.workspaces import OneWorkspace, Workspaces
from bot.domain.chat import Address, Handler, Message, Receipt
from bot.domain.latest import Latest
from bot.ports import SurfaceError

log = structlog.get_logger()

REMEMBERED = 1_000


class SlackAdapter:
    """Implements bot.ports.ChatAdapter for one Slack app.

    `run` listens; `send` and `look_up` need no listening, so that a process that only brings digests opens no socket.
    """

    def __init__(self, access: Access, inside: Inside) -> None:
        self._access = access
        self._inside = inside
        self._names = tuple(spec.name for spec in inside.commands)
        self._web = Web(access.api_url)
        self._one = OneWorkspace(self._web, access.bot_token)
        self._installations = _installations(access)
        self._workspaces: Workspaces = (
            ManyWorkspaces(self._web, self._installations) if self._installations else self._one
        )
        self._once = Once()
        self._finder = Finder(self._workspaces)
        self._sent: Latest[str, Receipt] = Latest(REMEMBERED)
        self._running = False
        self._called: AsyncApp | None = None
        self._closed = asyncio.Event()

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return "cards"

    def routes(self) -> list[BaseRoute]:
        """Where Slack calls us; none where we hear of everything over a socket. They answer while `run` does."""
        if self._access.app_token:
            return []
        installing = install_routes(lambda: self._called) if self._installations else []
        return [*event_routes(self._access.signing_secret, lambda: self._called), *installing]

    async def run(self, handle: Handler) -> None:
        """Answer what people do until the adapter is closed. Raises SurfaceError where Slack does not let us in."""
        self._running = True
        busy = Busy()
        app = self._make_app(busy)
        attach(app, self._inside, handle)
        serving = asyncio.ensure_future(self._serve(app))
        closed = asyncio.ensure_future(self._closed.wait())
        ends = False
        try:
            await asyncio.wait((serving, closed), return_when=asyncio.FIRST_COMPLETED)
            if not self._closed.is_set():
                await serving
        except SurfaceError:
            ends = True
            raise
        finally:
            closed.cancel()
            self._called = None
            await busy.finish()
            serving.cancel()
            await asyncio.wait((serving,))
            self._running = False
            # Where it only broke, others go on sending, and it is tried again.
            if ends or self._closed.is_set():
                await self._web.close()

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        """As the port says. Slack itself takes a message as often as it is sent; this process remembers its latest."""
        if token in self._sent:
            return self._sent[token]
        payloads = messages(message, commands=self._names)
        receipt = await send_all(self._workspaces, address, payloads, token, thread)
        if token:
            self._sent[token] = receipt
        return receipt

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        return await self._finder.find(address, token, since, thread)

    async def close(self) -> None:
        self._closed.set()
        if not self._running:
            await self._web.close()

    def _make_app(self, busy: Busy) -> AsyncApp:
        client, authorize = self._web.client(patient=True), Authorize(self._workspaces)
        if self._installations is None or self._access.publisher is None:
            return make_app(client, authorize, busy, self._once)
        flow = oauth_flow(client, self._access.publisher, self._installations)
        app = make_app(client, authorize, busy, self._once, flow)
        forget_leavers(app, self._installations)
        return app

    async def _serve(self, app: AsyncApp) -> None:
        if self._installations is None:
            await self._login()
        if not self._access.app_token:
            self._called = app
            await self._closed.wait()
            return
        socket = Socket(app, self._access.app_token, self._web.client())
        try:
            await socket.serve()
        finally:
            await socket.end()

    async def _login(self) -> None:
        try:
            workspace = await self._one.login()
        except Exception as error:
            fatal = surface_error(error, UNKNOWN_BOT_LOGIN)
            if fatal is None:
                raise
            raise fatal from error
        log.info("logged in to slack", workspace=workspace.team)


def _installations(access: Access) -> Installations | None:
    return Installations(access.publisher.shelf, access.publisher.key) if access.publisher else None
