"""The fake platforms as a process of their own on a loopback port, for tests that kill everybody else.

Run as `python -m bot.evaluation.fake_platform_server CONFIG`, CONFIG being JSON as `ServerConfig` holds it. The port is
printed on a line; the process ends with its standard input. What people see is kept in a file, a line a message, before
any answer.
"""

import asyncio
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.domain.chat import Address, Handler, Message, Receipt
from bot.evaluation.fake_platform import (
    KINDS,
    NONCE_S,
    Answer,
    FakePlatform,
    Faults,
    Kept,
    Kind,
    found_of,
    receipt_of,
    text_of,
)
from bot.ports import DeliveryError

MUTE_FOR_S = 30.0
"""How long a request is left without an answer: longer than any adapter of these tests waits."""

SLOWEST_S = 0.05
"""Answers take up to so long, so that there is always something under way."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    log: str
    faults: Faults = field(default_factory=Faults)
    nonce_s: float = NONCE_S
    seed: int = 0


def make_app(config: ServerConfig, log: TextIO) -> Starlette:
    def keeper(kind: Kind) -> FakePlatform:
        def keep(kept: Kept) -> None:
            log.write(json.dumps({"platform": kind, **asdict(kept)}) + "\n")
            log.flush()

        return FakePlatform(kind, time.time, config.faults, config.nonce_s, config.seed, keep=keep)

    platforms = {kind: keeper(kind) for kind in KINDS}
    draw = random.Random(config.seed)

    async def post(request: Request) -> Response:
        await asyncio.sleep(draw.random() * SLOWEST_S / 2)
        sent = await request.json()
        platform = platforms[request.path_params["kind"]]
        answer = platform.post(sent["channel"], sent["token"], sent["text"], sent["thread"])
        await asyncio.sleep(draw.random() * SLOWEST_S / 2)
        return await respond(answer)

    async def search(request: Request) -> Response:
        asked = request.query_params
        platform = platforms[request.path_params["kind"]]
        return await respond(platform.search(asked["channel"], asked["token"], float(asked["since"])))

    async def respond(answer: Answer) -> Response:
        if not answer.status:
            await asyncio.sleep(MUTE_FOR_S)
        headers = {"Retry-After": str(answer.retry_after_s)} if answer.status == 429 else {}
        return JSONResponse({"id": answer.message_id}, answer.status or 504, headers)

    async def change(request: Request) -> Response:
        faults = Faults(**await request.json())
        for platform in platforms.values():
            platform.faults = faults
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/{kind}/messages", post, methods=["POST"]),
            Route("/{kind}/messages", search),
            Route("/faults", change, methods=["PUT"]),
        ]
    )


class HttpPlatformAdapter:
    """Implements bot.ports.ChatAdapter on a platform of the server. An answer is waited for `timeout_s`."""

    def __init__(self, kind: Kind, url: str, form: Literal["one", "cards"], timeout_s: float) -> None:
        self._kind = kind
        self._form = form
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout_s)

    @property
    def platform(self) -> str:
        return self._kind

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return self._form

    async def run(self, handle: Handler) -> None:
        """Nobody types here."""

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        said = {"channel": address.channel, "token": token, "text": text_of(message), "thread": thread}
        return receipt_of(await self._ask("POST", json=said))

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        asked = {"channel": address.channel, "token": token, "since": str(since.timestamp())}
        return found_of(await self._ask("GET", params=asked))

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(
        self, method: str, *, json: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> Answer:
        try:
            response = await self._client.request(method, f"/{self._kind}/messages", json=json, params=params)
        except httpx.ConnectError as error:
            raise DeliveryError("the platform cannot be reached") from error
        except httpx.HTTPError:
            return Answer(0)
        found = response.json()["id"] if response.content else ""
        return Answer(response.status_code, found, float(response.headers.get("Retry-After", 0)))


@dataclass(frozen=True, slots=True)
class RunningServer:
    url: str
    log: Path

    def kept(self) -> Iterator[tuple[Kind, Kept]]:
        """What people see, oldest first."""
        with self.log.open(encoding="utf-8") as lines:
            for line in lines:
                fields = json.loads(line)
                yield fields.pop("platform"), Kept(**fields)

    def change_faults(self, faults: Faults) -> None:
        httpx.put(f"{self.url}/faults", json=asdict(faults)).raise_for_status()


@contextmanager
def running_server(
    config: ServerConfig, module: str = "bot.evaluation.fake_platform_server"
) -> Iterator[RunningServer]:
    """A server process to the end of the block, of a module that serves as this one does."""
    told = json.dumps(asdict(config))
    process = subprocess.Popen(
        [sys.executable, "-m", module, told],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield RunningServer(f"http://127.0.0.1:{port}", Path(config.log))
        finally:
            # Not in order: that would wait for all the answers that never come. What people see is in the log at once.
            process.kill()


def serve(config: ServerConfig) -> None:
    with Path(config.log).open("a", encoding="utf-8") as log, socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(make_app(config, log), log_level="critical", lifespan="off"))
        print(listening.getsockname()[1], flush=True)
        asyncio.run(server.serve([listening]))


def read_config(text: str) -> ServerConfig:
    fields = json.loads(text)
    return replace(ServerConfig(**fields), faults=Faults(**fields["faults"]))


if __name__ == "__main__":
    serve(read_config(sys.argv[1]))
