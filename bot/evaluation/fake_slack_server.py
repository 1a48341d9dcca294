"""The fake Slack on a loopback port: its Web API, its sockets, its signed requests, in this process or in its own.

Run as `python -m bot.evaluation.fake_slack_server CONFIG`, as `bot.evaluation.fake_platform_server` is.
"""

import asyncio
import base64
import hashlib
import hmac
import io
import itertools
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from bot.evaluation.fake_platform import Faults, Kept
from bot.evaluation.fake_platform_server import MUTE_FOR_S, SLOWEST_S, ServerConfig, read_config
from bot.evaluation.fake_reply import BROKEN, Fields, Reply
from bot.evaluation.fake_slack import FakeSlack
from bot.evaluation.fake_slack_people import EVENT_SCOPES, People, Told

ACK_S = 3.0
"""How long Slack waits to hear that it was heard."""

RETRIES = 3

MOST_RESPONSES, RESPONSES_S = 5, 1800
"""How many answers a response_url takes, and how long."""


@dataclass(slots=True)
class Delivered:
    """Something that was told, and what came of it. `acked_at` is None where nobody said in time that it was heard;
    `answer` what was said with it, `responses` what was sent to its response_url. Times are those of the fake's
    clock."""

    told: Told
    began_at: float
    number: str
    acked_at: float | None = None
    answer: Fields = field(default_factory=dict)
    status: int = 0
    attempts: int = 0
    responses: list[Fields] = field(default_factory=list)
    responded: asyncio.Event = field(default_factory=asyncio.Event)
    acked: asyncio.Event = field(default_factory=asyncio.Event)
    final_at: float | None = None

    @property
    def acknowledged_at(self) -> float | None:
        return self.acked_at

    @property
    def final(self) -> asyncio.Event:
        """Set once something was sent to its response_url."""
        return self.responded


@dataclass(slots=True)
class SlackServer:
    """A running fake. With `request_url` it calls the app there, else it tells the app's sockets.

    `opened` counts connections, `refusing` how many more are refused; `limited` how many answers to a response_url more
    have to wait; `late` are those whose attempts ran out, or whose
    answer took longer than Slack waits.
    """

    fake: FakeSlack
    people: People
    slowest_s: float = 0.0
    ack_s: float = ACK_S
    retry_pause_s: float = 0.05
    url: str = ""
    request_url: str = ""
    opened: int = 0
    refusing: int = 0
    limited: int = 0
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    delivered: list[Delivered] = field(default_factory=list)
    late: list[Told] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: dict[str, Delivered] = field(default_factory=dict)
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _session: aiohttp.ClientSession | None = None

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    async def tell(self, told: Told, *, again: bool = False) -> Delivered:
        """Tell the app until it says that it heard, an event as often as Slack does; `again` once more even so."""
        number = str(told.payload.get("response_url", "")).rpartition("/")[2] or f"n{next(self._count)}"
        made = Delivered(told, self.fake.now(), number)
        self.delivered.append(made)
        if self._is_wanted(told):
            for attempt in range(RETRIES + 1 if told.kind == "events_api" else 1):
                await self._attempt(made, attempt)
                if made.acked_at is not None and not (again and attempt == 0):
                    return made
                await asyncio.sleep(self.retry_pause_s)
            self.late.append(told)
        return made

    async def drop(self, reason: str = "") -> None:
        """End every connection; with a reason Slack says so first, and the app comes back before it is closed."""
        for socket in list(self.sockets):
            if reason:
                await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            else:
                await socket.close()

    def signed(self, body: str, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        """The headers by which Slack proves that a request is its own."""
        stamp = str(int(self.fake.now() if at is None else at))
        secret = secret or self.fake.signing_secret
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def call(self, body: str, headers: Mapping[str, str], path: str = "") -> tuple[int, str]:
        """One request to the app; status and body of its answer."""
        assert self._session is not None
        async with self._session.post(
            self.request_url + path, data=io.BytesIO(body.encode()), headers=headers
        ) as response:
            return response.status, await response.text()

    def _is_wanted(self, told: Told) -> bool:
        """Whether the app may hear of it at all: of what is done there, also by who is from elsewhere."""
        found = [one for one in self.fake.workspaces if told.team in (one.team, *one.others.values())]
        scope = EVENT_SCOPES.get(told.name, "")
        if told.name in ("app_uninstalled", "tokens_revoked"):
            return True
        return bool(found) and (not scope or scope in found[0].scopes)

    async def _attempt(self, made: Delivered, attempt: int) -> None:
        made.attempts += 1
        try:
            async with asyncio.timeout(self.ack_s):
                if self.request_url:
                    await self._by_request(made, attempt)
                else:
                    await self._by_socket(made, attempt)
        except (TimeoutError, aiohttp.ClientError, ConnectionError):
            return

    async def _by_socket(self, made: Delivered, attempt: int) -> None:
        while not (open_sockets := [one for one in self.sockets if not one.closed]):
            await self._somebody_came()
        envelope = f"envelope-{next(self._count)}"
        told: Fields = {"envelope_id": envelope, "type": made.told.kind, "payload": made.told.payload}
        told["accepts_response_payload"] = made.told.kind != "events_api"
        if made.told.kind == "events_api":
            told |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        self._waiting[envelope] = made
        made.acked.clear()
        await open_sockets[attempt % len(open_sockets)].send_json(told)
        await made.acked.wait()

    async def _somebody_came(self) -> None:
        self.came.clear()
        await self.came.wait()

    async def _by_request(self, made: Delivered, attempt: int) -> None:
        payload = made.told.payload
        match made.told.kind:
            case "events_api":
                body, form = json.dumps(payload), "application/json"
            case "slash_commands":
                body, form = urlencode(payload), "application/x-www-form-urlencoded"
            case _:
                body, form = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
        headers = {**self.signed(body), "Content-Type": form}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        made.status, text = await self.call(body, headers)
        if made.status == 200:
            self._acknowledge(made, json.loads(text) if text.startswith("{") else {})

    def _acknowledge(self, made: Delivered, answer: Fields) -> None:
        if made.acked_at is None:
            made.acked_at, made.answer = self.fake.now(), answer
        made.acked.set()

    async def serve_api(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(random.random() * self.slowest_s)
        try:
            body = await _body(request)
        except ConnectionResetError:
            # Who asked was killed in the middle of it: nobody is there to hear this, either.
            raise web.HTTPBadRequest from None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(body.pop("token", ""))
        if token.startswith("Basic "):
            token = ""
        body |= _client(request)
        reply = self.fake.answer(request.match_info["method"], body, token)
        return await self._send(request, self._addressed(reply))

    def _addressed(self, reply: Reply) -> Reply:
        """With addresses of this server in the place of the fake's words for them."""
        if isinstance(reply.body, dict) and reply.body.get("url") == "socket":
            ticket = f"ticket-{next(self._count)}"
            self.tickets.add(ticket)
            return Reply(body={**reply.body, "url": self.url.replace("http", "ws", 1) + f"/link?ticket={ticket}"})
        if isinstance(reply.body, dict) and "upload_url" in reply.body:
            name = str(reply.body["upload_url"]).removeprefix("upload:")
            return Reply(body={**reply.body, "upload_url": f"{self.url}/upload/{name}"})
        return reply

    async def _send(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        if reply.status == BROKEN and request.transport is not None:
            request.transport.abort()
        if not reply.status:
            await asyncio.sleep(MUTE_FOR_S)
            return web.Response(status=504)
        if isinstance(reply.body, str):
            return web.Response(
                status=reply.status, text=reply.body, content_type="application/json", headers=reply.headers
            )
        return web.json_response(reply.body, status=reply.status, headers=reply.headers)

    async def serve_upload(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        content = await request.read()
        self.fake.uploads[name] = (self.fake.uploads[name][0], content)
        return web.Response(text=f"OK - {len(content)}")

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        """A file that somebody sent, for who has a token."""
        tokens = [f"Bearer {one.token}" for one in self.fake.workspaces if "files:read" in one.scopes]
        if request.headers.get("Authorization") not in tokens:
            return web.HTTPFound(f"{self.url}/login")
        sent = self.fake.uploads.get(request.match_info["name"])
        if sent is None and request.transport is not None:
            request.transport.abort()
        return web.Response(body=sent[1] if sent else b"")

    async def serve_response(self, request: web.Request) -> web.StreamResponse:
        """The response_url of an interaction."""
        body = await request.json()
        made = next((one for one in self.delivered if one.number == request.match_info["number"]), None)
        refused = self.fake.checked("response_url", body)
        if made is None or refused is not None:
            return web.Response(status=404 if made is None else 400, text="no")
        if self.limited:
            self.limited -= 1
            return web.Response(status=429, text="no", headers={"Retry-After": "1"})
        if len(made.responses) == MOST_RESPONSES or self.fake.now() - made.began_at > RESPONSES_S:
            return web.Response(status=404, text="used_url" if made.responses else "expired_url")
        made.responses.append(body)
        made.final_at = made.final_at or self.fake.now()
        made.responded.set()
        return web.Response(text="ok")

    async def serve_socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403)
        self.tickets.remove(ticket)
        if self.refusing:
            self.refusing -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.opened += 1
        self.sockets.append(socket)
        self.came.set()
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets), "debug_info": {}})
        self.ready.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                said = message.json()
                made = self._waiting.pop(str(said.get("envelope_id")), None)
                if made is not None:
                    self._acknowledge(made, said.get("payload") or {})
        self.sockets.remove(socket)
        return socket


@asynccontextmanager
async def running_slack(fake: FakeSlack, *, slowest_s: float = 0.0) -> AsyncIterator[SlackServer]:
    """Serve the fake on a free loopback port to the end of the block."""
    server = SlackServer(fake, People(fake), slowest_s)
    application = web.Application(client_max_size=64 * 2**20)
    application.router.add_route("*", "/api/{method}", server.serve_api)
    application.router.add_post("/upload/{name}", server.serve_upload)
    application.router.add_post("/respond/{number}", server.serve_response)
    application.router.add_get("/files/{name}", server.serve_file)
    application.router.add_get("/link", server.serve_socket)

    async def change(request: web.Request) -> web.Response:
        fake.platform.faults = Faults(**await request.json())
        return web.Response(status=204)

    application.router.add_put("/faults", change)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = server.people.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as session:
            server._session = session
            yield server
    finally:
        await runner.cleanup()


def _client(request: web.Request) -> Fields:
    """Who asks, where it says so by Basic authentication."""
    said = request.headers.get("Authorization", "")
    if not said.startswith("Basic "):
        return {}
    client, _, secret = base64.b64decode(said.removeprefix("Basic ")).decode().partition(":")
    return {"client_id": client, "client_secret": secret}


async def _body(request: web.Request) -> Fields:
    """What was said, wherever in the request."""
    said: Fields = dict(request.query)
    if request.content_type == "application/json":
        return {**said, **cast(dict[str, Any], await request.json())}
    return {**said, **{key: str(value) for key, value in (await request.post()).items()}}


async def _serve(config: ServerConfig) -> None:
    with Path(config.log).open("a", encoding="utf-8") as log:  # noqa: ASYNC230

        def keep(kept: Kept) -> None:
            log.write(json.dumps({"platform": "slack", **asdict(kept)}) + "\n")
            log.flush()

        fake = FakeSlack(time.time, config.faults, config.seed, keep=keep)
        async with running_slack(fake, slowest_s=SLOWEST_S) as server:
            print(server.url.rpartition(":")[2], flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(read_config(sys.argv[1])))
