"""HTTP mode: signed requests are answered, everything else is turned away, and what is told again acts once."""

import json
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest

from bot.domain.chat import Incoming, Message, Text
from bot.evaluation.fake_slack_people import Told
from tests.discord_peer import until
from tests.slack_peer import Peer, called, slack_peer

JSON = {"Content-Type": "application/json"}


async def echo(incoming: Incoming) -> Message:
    return Message((Text(f"heard {incoming.text}"),))


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with slack_peer() as peer, called(peer, echo):
        await until(lambda: any(method == "auth.test" for method, _ in peer.fake.requests))
        yield peer


def body_of(told: Told) -> str:
    return json.dumps(told.payload)


async def test_what_slack_calls_us_with_is_answered(peer: Peer) -> None:
    told = await peer.server.tell(peer.people.message("U42", "D42", "status"))
    await until(lambda: "heard status" in peer.fake.shown_in("D42"))
    assert (told.status, told.attempts) == (200, 1)


async def test_slack_is_told_that_the_address_is_ours(peer: Peer) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "a-challenge", "token": "legacy"})
    status, answer = await peer.server.call(body, {**peer.server.signed(body), **JSON})
    assert (status, json.loads(answer)) == (200, {"challenge": "a-challenge"})


async def test_a_request_without_slacks_signature_is_turned_away(peer: Peer) -> None:
    body = body_of(peer.people.message("U42", "D42", "status"))
    good = peer.server.signed(body)
    for headers in (
        {},
        peer.server.signed(body, secret="another"),
        peer.server.signed(body + " "),
        {**good, "X-Slack-Request-Timestamp": "yesterday"},
        {**good, "X-Slack-Request-Timestamp": str(int(time.time()) + 1)},
    ):
        assert (await peer.server.call(body, {**headers, **JSON}))[0] == 401
    assert peer.fake.in_channel("D42")[1:] == []


@pytest.mark.parametrize("late_s", [-301, 301])
async def test_a_stale_signature_is_turned_away(peer: Peer, late_s: int) -> None:
    body = body_of(peer.people.message("U42", "D42", "status"))
    headers = peer.server.signed(body, at=time.time() + late_s)
    assert (await peer.server.call(body, {**headers, **JSON}))[0] == 401


async def test_a_request_that_is_replayed_is_turned_away(peer: Peer) -> None:
    body = body_of(peer.people.message("U42", "D42", "status"))
    headers = {**peer.server.signed(body), **JSON}
    assert [(await peer.server.call(body, headers))[0] for _ in range(3)] == [200, 401, 401]
    await until(lambda: "heard status" in peer.fake.shown_in("D42"))
    assert peer.adapter.heard == 1


async def test_a_command_that_is_replayed_as_if_slack_told_it_again_is_turned_away(peer: Peer) -> None:
    """Slack does not sign what it says of a retry."""
    body = urlencode(peer.people.command("U42", "C1", "like 1").payload)
    headers = {**peer.server.signed(body), "Content-Type": "application/x-www-form-urlencoded"}
    again = [{}, {"X-Slack-Retry-Num": "1"}, {"X-Slack-Retry-Num": "7"}]
    assert [(await peer.server.call(body, {**headers, **more}))[0] for more in again] == [200, 401, 401]
    await until(lambda: peer.adapter.heard == 1)


async def test_an_event_that_slack_tells_again_is_acknowledged_and_acts_once(peer: Peer) -> None:
    body = body_of(peer.people.message("U42", "D42", "status"))
    headers = {**peer.server.signed(body), **JSON}
    assert (await peer.server.call(body, headers))[0] == 200
    again = {**headers, "X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert [(await peer.server.call(body, again))[0] for _ in range(2)] == [200, 401]
    assert (await peer.server.call(body, {**headers, "X-Slack-Retry-Num": "4"}))[0] == 401
    await until(lambda: "heard status" in peer.fake.shown_in("D42"))
    await peer.server.tell(peer.people.message("U42", "D42", "help"))
    await until(lambda: "heard help" in peer.fake.shown_in("D42"))
    assert peer.adapter.heard == 2


async def test_a_body_without_end_is_not_read_to_it(peer: Peer) -> None:
    body = "x" * (2 << 20)
    assert (await peer.server.call(body, {**peer.server.signed(body), **JSON}))[0] == 413


async def test_where_nobody_answers_yet_slack_is_told_to_come_back() -> None:
    async with slack_peer() as peer, called(peer, echo) as adapter:
        await adapter.close()
        body = body_of(peer.people.message("U42", "D42", "status"))
        status, _ = await peer.server.call(body, {**peer.server.signed(body), **JSON})
    assert status == 503
