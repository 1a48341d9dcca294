"""A Slack adapter on the fake Slack, for tests."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.slack import Access, Inside, SlackAdapter
from adapters.web import WebServer, create_app
from bot.commands import COMMANDS
from bot.domain.chat import Handler, Incoming, Message
from bot.evaluation.fake_slack import TOKEN, FakeSlack
from bot.evaluation.fake_slack_server import SlackServer, running_slack


class CountingAdapter(SlackAdapter):
    """Counts what was asked of the handler."""

    heard = 0

    async def run(self, handle: Handler) -> None:
        async def counted(incoming: Incoming) -> Message:
            self.heard += 1
            return await handle(incoming)

        await super().run(counted)


class Peer:
    """The fake, its server, and an adapter that talks to it over a socket."""

    def __init__(self, fake: FakeSlack, server: SlackServer, **inside: Any) -> None:
        self.fake = fake
        self.server = server
        self.people = server.people
        self.inside = Inside(COMMANDS, **inside)
        self.adapter = self.another()

    def another(self, **access: Any) -> CountingAdapter:
        given: dict[str, Any] = {"bot_token": TOKEN, "app_token": self.fake.app_token, **access}
        return CountingAdapter(Access(**{"api_url": self.server.api_url, **given}), self.inside)


@asynccontextmanager
async def called(peer: Peer, handle: Handler, **access: Any) -> AsyncIterator[SlackAdapter]:
    """The peer's adapter answers over HTTP, on a port of its own, which the fake calls from here on."""
    peer.adapter = adapter = peer.another(app_token="", signing_secret=peer.fake.signing_secret, **access)
    async with WebServer(create_app(adapter.routes()), "127.0.0.1", 0) as web:
        running = asyncio.create_task(adapter.run(handle))
        peer.server.request_url = f"http://127.0.0.1:{web.port}/slack/events"
        try:
            yield adapter
        finally:
            peer.server.request_url = ""
            await adapter.close()
            await running


@asynccontextmanager
async def slack_peer(fake: FakeSlack | None = None, **inside: Any) -> AsyncIterator[Peer]:
    """A peer to the end of the block. Every payload must be one that Slack takes, and all that was told must have been
    acknowledged in time, unless the test says otherwise by emptying the lists."""
    fake = fake or FakeSlack(time.time)
    async with running_slack(fake) as server:
        peer = Peer(fake, server, **inside)
        try:
            yield peer
        finally:
            await peer.adapter.close()
    assert (fake.faulty, server.late) == ([], [])
