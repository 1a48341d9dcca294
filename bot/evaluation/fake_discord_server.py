"""The fake Discord on a loopback port: its HTTP API and its gateway, in this process or in one of its own.

Run as `python -m bot.evaluation.fake_discord_server CONFIG`, as `bot.evaluation.fake_platform_server` is.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from bot.evaluation.fake_discord import (
    ALL_PERMISSIONS,
    APPLICATION_ID,
    BOT_ID,
    GUILD_ID,
    FakeDiscord,
    Files,
    Interaction,
    guild_fields,
    refusal,
    user_fields,
)
from bot.evaluation.fake_platform import Faults, Kept
from bot.evaluation.fake_platform_server import MUTE_FOR_S, SLOWEST_S, ServerConfig, read_config
from bot.evaluation.fake_reply import BROKEN, Fields, Reply

HEARTBEAT_MS = 41_250
RESUMABLE = 200
"""Events that a session remembers for one who comes back."""


@dataclass(slots=True)
class Session:
    """A gateway session: what was told, so that what was missed can be told again."""

    id: str
    intents: int
    shard: tuple[int, int]
    told: list[Fields] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None


@dataclass(slots=True)
class DiscordServer:
    """A running fake. `opened` counts sessions begun and `resumed` those taken up again."""

    fake: FakeDiscord
    channels: Sequence[int] = ()
    slowest_s: float = 0.0
    url: str = ""
    opened: int = 0
    resumed: int = 0
    sessions: dict[str, Session] = field(default_factory=dict)
    identified: list[Fields] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/gateway"

    async def tell(self, event: str, data: Fields) -> None:
        """Tell Paperboy of an event; a session without a connection hears of it when it comes back. The one server and
        all conversations belong to the first shard."""
        for session in self.sessions.values():
            if session.shard[0] == 0:
                await self._tell(session, event, data)

    async def drop(self, code: int) -> None:
        """Close every gateway connection."""
        for session in self.sessions.values():
            if session.socket is not None:
                await session.socket.close(code=code)

    async def press(self, user: int, channel: int, message: Fields, custom_id: str) -> Interaction:
        """Somebody presses a button of a message."""
        data = {"custom_id": custom_id, "component_type": 2}
        return await self._interact(3, user, channel, data, message=message)

    async def command(
        self,
        user: int,
        channel: int,
        name: str,
        options: Sequence[Fields] = (),
        *,
        permissions: int = int(ALL_PERMISSIONS),
    ) -> Interaction:
        """Somebody who has these permissions sends a slash command."""
        registered = next(command for command in self.fake.commands if command["name"] == name)
        data = {"id": registered["id"], "name": name, "type": 1, "options": list(options)}
        return await self._interact(2, user, channel, data, permissions=permissions)

    async def type_in_conversation(self, user: int, text: str) -> None:
        """Somebody writes to Paperboy alone."""
        conversation = self.fake.answer("POST", "users/@me/channels", {}, {"recipient_id": user})
        assert isinstance(conversation.body, dict)
        await self.tell("MESSAGE_CREATE", self.written(user, int(conversation.body["id"]), text))

    def written(self, user: int, channel: int, text: str) -> Fields:
        """A message of a person's, in a conversation or in a channel of the server, as the gateway tells it."""
        number = self.fake.new_id()
        return {
            "id": str(number),
            "channel_id": str(channel),
            "type": 0,
            "author": user_fields(user, f"reader-{user}"),
            "content": text,
            "timestamp": "2026-01-01T00:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "flags": 0,
            "components": [],
            **({"guild_id": str(GUILD_ID)} if channel in self.channels else {}),
        }

    async def _interact(
        self,
        kind: int,
        user: int,
        channel: int,
        data: Fields,
        *,
        message: Fields | None = None,
        permissions: int = int(ALL_PERMISSIONS),
    ) -> Interaction:
        asked = self.fake.interact()
        person = user_fields(user, f"reader-{user}")
        told: Fields = {
            "id": str(asked.id),
            "application_id": str(APPLICATION_ID),
            "type": kind,
            "token": asked.token,
            "version": 1,
            "data": data,
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(GUILD_ID)} if channel in self.channels else {"1": str(user)},
            "app_permissions": ALL_PERMISSIONS,
            "attachment_size_limit": 10_000_000,
            "channel_id": str(channel),
        }
        if channel in self.channels:
            member: Fields = {"user": person, "roles": [], "joined_at": None, "deaf": False, "mute": False, "flags": 0}
            told |= {"guild_id": str(GUILD_ID), "member": {**member, "permissions": str(permissions)}, "context": 0}
            told["channel"] = {"id": str(channel), "type": 0, "name": "channel", "guild_id": str(GUILD_ID)}
        else:
            told |= {"user": person, "context": 1}
            told["channel"] = {"id": str(channel), "type": 1, "recipients": [person]}
        if message is not None:
            told["message"] = message
        await self.tell("INTERACTION_CREATE", told)
        return asked

    async def serve_api(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization", f"Bot {self.fake.token}") != f"Bot {self.fake.token}":
            return _json(refusal(401, 0, "401: Unauthorized"))
        await asyncio.sleep(random.random() * self.slowest_s)
        body, files = await _body(request)
        path = request.match_info["path"]
        if path in ("gateway", "gateway/bot"):
            limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
            return _json(Reply(body={"url": self.gateway_url, "shards": 2, "session_start_limit": limit}))
        reply = self.fake.answer(request.method, path, request.query, body, files)
        if reply.status == BROKEN and request.transport is not None:
            request.transport.abort()
        if not reply.status:
            await asyncio.sleep(MUTE_FOR_S)
            return web.Response(status=504)
        if isinstance(reply.body, str):
            return web.Response(status=reply.status, body=reply.body.encode(), headers=reply.headers)
        return _json(reply)

    async def serve_gateway(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoclose=True)
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._heard(socket, message.json())
        return socket

    async def _heard(self, socket: web.WebSocketResponse, said: Fields) -> None:
        data: Any = said["d"]
        match said["op"]:
            case 1:
                await socket.send_json({"op": 11})
            case 2 | 6 if data["token"] != self.fake.token:
                await socket.close(code=4004)
            case 2 if data["intents"] & ~self.fake.approved_intents:
                await socket.close(code=4014)
            case 2:
                await self._identify(socket, data)
            case 6:
                await self._resume(socket, data)

    async def _identify(self, socket: web.WebSocketResponse, data: Fields) -> None:
        self.opened += 1
        self.identified.append(data)
        shard = tuple(data.get("shard") or (0, 1))
        session = Session(f"session-{self.opened}", data["intents"], (shard[0], shard[1]), socket=socket)
        self.sessions[session.id] = session
        ready = {
            "v": 10,
            "user": user_fields(BOT_ID, "Paperboy", bot=True),
            "guilds": [{"id": str(GUILD_ID), "unavailable": True}] if shard[0] == 0 else [],
            "session_id": session.id,
            "resume_gateway_url": self.gateway_url,
            "application": {"id": str(APPLICATION_ID), "flags": 0},
            "shard": list(shard),
        }
        await self._tell(session, "READY", ready)
        if shard[0] == 0:
            await self._tell(session, "GUILD_CREATE", guild_fields(self.channels))
        self.ready.set()

    async def _resume(self, socket: web.WebSocketResponse, data: Fields) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await socket.send_json({"op": 9, "d": False})
            return
        self.resumed += 1
        session.socket = socket
        for event in session.told:
            if event["s"] > data["seq"]:
                await socket.send_json(event)
        await self._tell(session, "RESUMED", {})

    async def _tell(self, session: Session, event: str, data: Fields) -> None:
        number = session.told[-1]["s"] + 1 if session.told else 1
        session.told.append({"op": 0, "t": event, "s": number, "d": data})
        del session.told[:-RESUMABLE]
        if session.socket is not None and not session.socket.closed:
            await session.socket.send_json(session.told[-1])


@asynccontextmanager
async def running_discord(
    fake: FakeDiscord, *, channels: Sequence[int] = (), slowest_s: float = 0.0
) -> AsyncIterator[DiscordServer]:
    """Serve the fake on a free loopback port to the end of the block."""
    server = DiscordServer(fake, channels, slowest_s)
    application = web.Application(client_max_size=64 * 2**20)
    application.router.add_get("/gateway", server.serve_gateway)
    application.router.add_route("*", "/api/v10/{path:.*}", server.serve_api)

    async def change(request: web.Request) -> web.Response:
        fake.platform.faults = Faults(**await request.json())
        return web.Response(status=204)

    application.router.add_put("/faults", change)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        server.url = f"http://127.0.0.1:{port}"
        yield server
    finally:
        await runner.cleanup()


def _json(reply: Reply) -> web.Response:
    # discord.py reads JSON only from exactly this content type.
    headers = {"Content-Type": "application/json", **reply.headers}
    return web.Response(status=reply.status, body=json.dumps(reply.body).encode(), headers=headers)


async def _body(request: web.Request) -> tuple[Fields, Files]:
    """What was said, and the files with it."""
    if request.content_type == "multipart/form-data":
        form = await request.post()
        parts = [part for part in form.values() if isinstance(part, web.FileField)]
        return json.loads(str(form["payload_json"])), {part.filename: part.file.read() for part in parts}
    text = await request.text()
    return json.loads(text) if text else {}, {}


async def _serve(config: ServerConfig) -> None:
    with Path(config.log).open("a", encoding="utf-8") as log:  # noqa: ASYNC230

        def keep(kept: Kept) -> None:
            log.write(json.dumps({"platform": "discord", **asdict(kept)}) + "\n")
            log.flush()

        fake = FakeDiscord(time.time, config.faults, config.nonce_s, config.seed, keep=keep)
        async with running_discord(fake, slowest_s=SLOWEST_S) as server:
            print(server.url.rpartition(":")[2], flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(read_config(sys.argv[1])))
