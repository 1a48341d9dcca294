"""`paperboy run` on Discord: it answers there beside its other work, and says in one line what keeps it out."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.evaluation.fake_discord import DM_BASE, FakeDiscord
from bot.evaluation.fake_discord_server import DiscordServer, running_discord
from tests.discord_peer import until
from tests.e2e.program import Program
from tests.e2e.serving import ROOT


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with running_discord(FakeDiscord(time.time), channels=(8_000,)) as server:
        yield server


def pointed(program: Program, server: DiscordServer, token: str) -> Program:
    here = {
        "PAPERBOY_DISCORD_TOKEN": token,
        "PAPERBOY_DISCORD_API_URL": server.api_url,
        "PAPERBOY_DISCORD_GATEWAY_URL": server.gateway_url,
    }
    return Program(program.folder, {**program.env, **here})


@asynccontextmanager
async def serving(program: Program, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=ROOT,
        env=program.environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()


@pytest.mark.parametrize("command", ["run", "start"])
async def test_with_a_token_people_are_answered_and_commands_are_registered(
    program: Program, server: DiscordServer, command: str
) -> None:
    async with serving(pointed(program, server, server.fake.token), command) as process:
        await server.ready.wait()
        await server.type_in_conversation(42, "status")
        await until(lambda: bool(server.fake.in_channel(DM_BASE + 42)))
        process.send_signal(signal.SIGTERM)
        output, log = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert output == b""
    assert "papers" in server.fake.shown_in(DM_BASE + 42)
    assert {"recommend", "help"} <= {registered["name"] for registered in server.fake.commands}
    assert (b'"platforms": ["discord"]' in log) is (command == "run"), "`start` logs warnings alone"
    assert b'"level": "warning"' not in log
    assert server.fake.token.encode() not in log
    assert b"Traceback" not in log


async def test_a_wrong_token_is_one_line_that_says_what_to_click(program: Program, server: DiscordServer) -> None:
    done = await asyncio.to_thread(pointed(program, server, "wrong").run, "run", code=2)
    *_, last = done.stderr.splitlines()
    assert last.startswith("paperboy: PAPERBOY_DISCORD_TOKEN: Discord does not know this token")
    assert "Reset Token" in last
    assert "Traceback" not in done.stderr
