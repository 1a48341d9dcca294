"""`paperboy run` on Slack: it answers there, over a socket or called by it, and says in one line what keeps it out."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import pytest

from bot.evaluation.fake_slack import APP_TOKEN, SIGNING_SECRET, TOKEN, FakeSlack
from bot.evaluation.fake_slack_server import SlackServer, running_slack
from tests.discord_peer import until
from tests.e2e.program import Program
from tests.e2e.serving import free_port
from tests.e2e.test_discord_program import serving


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with running_slack(FakeSlack(time.time)) as server:
        yield server


def pointed(program: Program, server: SlackServer, **given: str) -> Program:
    here = {"PAPERBOY_SLACK_BOT_TOKEN": TOKEN, "PAPERBOY_SLACK_API_URL": server.api_url, **given}
    return Program(program.folder, {**program.env, **here})


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_with_tokens_people_are_answered(program: Program, server: SlackServer, way: str) -> None:
    port = free_port()
    given = {"PAPERBOY_SLACK_APP_TOKEN": APP_TOKEN}
    if way == "http":
        given = {"PAPERBOY_SLACK_SIGNING_SECRET": SIGNING_SECRET, "PAPERBOY_SLACK_PORT": str(port)}
    async with serving(pointed(program, server, **given), "run") as process:
        if way == "http":
            server.request_url = f"http://127.0.0.1:{port}/slack/events"
            await until(lambda: any(method == "auth.test" for method, _ in server.fake.requests))
        else:
            await server.ready.wait()
        await server.tell(server.people.message("U42", "D42", "status"))
        await until(lambda: len(server.fake.in_channel("D42")) > 1)
        process.send_signal(signal.SIGTERM)
        output, log = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert output == b""
    assert "papers" in server.fake.shown_in("D42")
    assert b'"platforms": ["slack"]' in log
    assert b'"level": "warning"' not in log
    assert not [word for word in (TOKEN, APP_TOKEN, SIGNING_SECRET, "U42") if word.encode() in log]
    assert b"Traceback" not in log
    assert (server.fake.faulty, server.late) == ([], [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PAPERBOY_SLACK_BOT_TOKEN": "xoxb-wrong"}, "PAPERBOY_SLACK_BOT_TOKEN: Slack does not know this token"),
        ({"PAPERBOY_SLACK_APP_TOKEN": "xapp-wrong"}, "PAPERBOY_SLACK_APP_TOKEN: Slack does not know this token"),
        ({"PAPERBOY_SLACK_APP_TOKEN": ""}, "PAPERBOY_SLACK_APP_TOKEN is missing"),
    ],
)
async def test_what_keeps_it_out_is_one_line(
    program: Program, server: SlackServer, given: dict[str, str], words: str
) -> None:
    wrong = pointed(program, server, **{"PAPERBOY_SLACK_APP_TOKEN": APP_TOKEN, **given})
    done = await asyncio.to_thread(wrong.run, "run", code=2)
    *_, last = done.stderr.splitlines()
    assert last.startswith(f"paperboy: {words}")
    assert "Traceback" not in done.stderr
