"""`DiscordAdapter`: Paperboy on Discord."""

import asyncio
from datetime import datetime
from typing import Literal

import discord
import structlog

from adapters.discord.client import Client, Endpoints, make_client
from adapters.discord.errors import delivery_error, surface_error
from adapters.discord.finishing import finish_answers
from adapters.discord.inside import Inside
from adapters.discord.interactions import attach
from adapters.discord.inviting import server_link
from adapters.discord.looking_up import find_message
from adapters.discord.outbound import messages
from adapters.discord.places import PLATFORM
from adapters.discord.registering import register
from adapters.discord.sending import TROUBLE, Threads, send_all
from adapters.discord.typed import answer_typed
from bot.domain.chat import Address, Handler, Message, Receipt

log = structlog.get_logger()


class DiscordAdapter:
    """Implements bot.ports.ChatAdapter for one Discord application.

    `run` holds the gateway connection; `send` and `look_up` need none, so that a process that only brings digests
    opens none. `shards` is how many gateway connections there are, None as many as Discord advises.
    """

    def __init__(
        self,
        token: str,
        inside: Inside,
        *,
        endpoints: Endpoints = Endpoints(),  # noqa: B008
        shards: int | None = 1,
    ) -> None:
        self._token = token
        self._inside = inside
        self._names = tuple(spec.name for spec in inside.commands)
        self._endpoints = endpoints
        self._shards = shards
        self._threads = Threads()
        self._serving: Client | None = None
        self._quiet: Client | None = None
        self._logging_in = asyncio.Lock()
        self._closed = asyncio.Event()

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return "cards"

    def client_for(self, handle: Handler) -> Client:
        """A client that answers by `handle` and registers its commands when it logs in; `run` connects it."""
        client = self._make_client()
        client.tree = tree = attach(client, self._inside, handle)
        answer_typed(client, handle, self._names, self._inside.links)

        async def prepare() -> None:
            assert client.application_id is not None
            await register(tree, client.application_id, self._inside.memory)

        client.prepare = prepare
        return client

    async def run(self, handle: Handler) -> None:
        """Answer what people do until the adapter is closed. Raises SurfaceError where Discord does not let us in."""
        client = self.client_for(handle)
        serving = asyncio.ensure_future(self._serve(client))
        closed = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((serving, closed), return_when=asyncio.FIRST_COMPLETED)
            if not self._closed.is_set():
                await serving
                raise ConnectionError("Discord ended the connection")
        finally:
            closed.cancel()
            await finish_answers()
            self._serving = None
            await client.close()
            serving.cancel()
            await asyncio.wait((serving,))

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        client = await self._client()
        return await send_all(client, self._threads, address, messages(message, token, self._names), token, thread)

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        return await find_message(await self._client(), address, token, since, thread)

    async def close(self) -> None:
        self._closed.set()
        if self._quiet is not None:
            await self._quiet.close()

    async def _serve(self, client: Client) -> None:
        try:
            await client.login(self._token)
            assert client.application_id is not None
            log.info("logged in to discord", invite=server_link(client.application_id))
            self._serving = client
            await client.connect()
        except Exception as error:
            fatal = surface_error(error)
            if fatal is None:
                raise
            raise fatal from error

    async def _client(self) -> discord.Client:
        """The client that is connected, else one that is only logged in. Raises DeliveryError."""
        if self._serving is not None:
            return self._serving
        async with self._logging_in:
            if self._quiet is None:
                client = self._make_client()
                try:
                    await client.login(self._token)
                except (*TROUBLE, discord.LoginFailure) as error:
                    await client.close()
                    raise delivery_error(error, asked=False) from error
                self._quiet = client
        return self._quiet

    def _make_client(self) -> Client:
        return make_client(self._endpoints, shards=self._shards, link_cards=self._inside.links is not None)
