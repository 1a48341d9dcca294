"""`paperboy run` on Slack: it answers there, over a socket or called by it, and says in one line what keeps it out."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.evaluation.fake_slack import APP_TOKEN, CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, TOKEN, FakeSlack
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


async def test_many_workspaces_are_set_up_as_the_page_says(program: Program, server: SlackServer) -> None:
    """The settings of docs/slack.md in files, the address that Slack asks for, and the one where people install."""
    secrets = {"SIGNING_SECRET": SIGNING_SECRET, "CLIENT_SECRET": CLIENT_SECRET}
    given = {f"PAPERBOY_SLACK_{name}_FILE": kept(program, name, text) for name, text in secrets.items()}
    given |= {"PAPERBOY_SLACK_CLIENT_ID": CLIENT_ID, "PAPERBOY_SLACK_BOT_TOKEN": ""}
    given["PAPERBOY_SECRET_KEY_FILE"] = kept(program, "SECRET_KEY", "00ff" * 16)
    port = free_port()
    many = pointed(program, server, **given, PAPERBOY_SLACK_PORT=str(port))
    examined = many.run("admin", "doctor").stdout
    assert f"Slack calls 127.0.0.1:{port}, from every workspace that installs the app" in examined
    assert "on the terminal alone" not in examined
    server.fake.codes["allowed"], server.fake.workspaces = server.fake.workspaces.pop(), []
    here = f"http://127.0.0.1:{port}/slack"
    async with serving(many, "run") as process, httpx.AsyncClient() as browser:
        assert await opened(browser, f"{here}/events") == '{"error":"invalid request"}'
        server.request_url = f"{here}/events"
        challenge = json.dumps({"type": "url_verification", "challenge": "are you there", "token": "legacy"})
        headers = {**server.signed(challenge), "Content-Type": "application/json"}
        assert await server.call(challenge, headers) == (200, '{"challenge": "are you there"}')
        begun = await browser.get(f"{here}/install")
        cookie = begun.headers["Set-Cookie"].partition(";")[0]
        asked = {"code": "allowed", "state": parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]}
        installed = await browser.get(f"{here}/oauth_redirect", params=asked, headers={"Cookie": cookie})
        assert installed.status_code == 200
        await server.tell(server.people.message("U42", "D42", "status"))
        await until(lambda: len(server.fake.in_channel("D42")) > 1)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)
    assert "papers" in server.fake.shown_in("D42")


def kept(program: Program, name: str, text: str) -> str:
    """A file with a secret."""
    file = program.folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{text}\n")
    return str(file)


async def opened(browser: httpx.AsyncClient, address: str) -> str:
    """What it answers to who is not Slack, once it listens and is ready."""
    async with asyncio.timeout(60):
        while True:
            with suppress(httpx.TransportError):
                answer = await browser.post(address)
                if answer.status_code != 503:
                    return answer.text
            await asyncio.sleep(0.1)


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
