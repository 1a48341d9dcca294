"""The socket: who is let in, what becomes of a connection that breaks, and that everything is acknowledged in time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from adapters.slack.socket import Socket
from bot.domain.chat import Address, Incoming, Message, Text
from bot.evaluation.fake_reply import Reply
from bot.evaluation.fake_slack import FakeSlack, accepted, refusal
from bot.ports import SurfaceError
from tests.discord_peer import until
from tests.slack_peer import CountingAdapter, Peer, slack_peer

HERE = Address("slack", "C1", "T1")


async def echo(incoming: Incoming) -> Message:
    return Message((Text(f"heard {incoming.text}"),))


@asynccontextmanager
async def running(adapter: CountingAdapter) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(adapter.run(echo))
    try:
        yield task
    finally:
        await adapter.close()
        await task


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with slack_peer() as peer:
        yield peer


async def test_what_somebody_writes_is_answered(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        told = await peer.server.tell(peer.people.message("U42", "D42", "status"))
        await until(lambda: "heard status" in peer.fake.shown_in("D42"))
    assert told.attempts == 1


async def test_an_event_that_is_told_twice_acts_once(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        told = await peer.server.tell(peer.people.message("U42", "D42", "like 1"), again=True)
        await peer.server.tell(peer.people.message("U42", "D42", "status"))
        await until(lambda: "heard status" in peer.fake.shown_in("D42"))
    assert told.attempts == 2
    assert peer.adapter.heard == 2


async def test_what_nobody_wants_is_acknowledged_and_told_once(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        told = await peer.server.tell(peer.people.event("team_rename", {"type": "team_rename", "name": "Readers"}))
    assert (told.attempts, peer.adapter.heard) == (1, 0)


@pytest.mark.parametrize("reason", ["refresh_requested", ""], ids=["announced", "broken"])
async def test_a_connection_that_ends_comes_back(peer: Peer, reason: str) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        peer.server.ready.clear()
        await peer.server.drop(reason)
        await peer.server.ready.wait()
        await peer.server.tell(peer.people.message("U42", "D42", "while away"))
        await until(lambda: "heard while away" in peer.fake.shown_in("D42"))
    assert peer.server.opened == 2


async def test_an_address_that_is_used_up_is_followed_by_another(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.adapter.Socket", partial(Socket, ping_s=0.1, renew_s=0.5))
    peer.server.refusing = 1
    async with running(peer.adapter):
        await peer.server.ready.wait()
    assert sum(method == "apps.connections.open" for method, _ in peer.fake.requests) == 2


async def test_slack_is_not_asked_for_another_address_before_the_time_that_it_says(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.adapter.Socket", partial(Socket, ping_s=0.1, renew_s=0.3))
    limited = Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})
    peer.fake.script["apps.connections.open"].extend([accepted(url="socket"), limited])
    peer.server.refusing = 1
    async with running(peer.adapter):
        await peer.server.ready.wait()
    assert peer.fake.hasty == []


async def test_where_slack_has_no_address_for_a_while_it_is_asked_again(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.adapter.Socket", partial(Socket, ping_s=0.1, renew_s=0.3))
    peer.fake.script["apps.connections.open"].extend([accepted(url="socket"), refusal("internal_error")])
    peer.server.refusing = 1
    async with running(peer.adapter):
        await peer.server.ready.wait()


async def test_a_token_that_is_revoked_while_no_connection_comes_about_ends_the_run(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.adapter.Socket", partial(Socket, ping_s=0.1, renew_s=0.3))
    peer.fake.script["apps.connections.open"].append(accepted(url="socket"))
    peer.server.refusing, peer.fake.app_token = 1, "xapp-a-new-one"
    async with asyncio.timeout(30):
        with pytest.raises(SurfaceError, match="PAPERBOY_SLACK_APP_TOKEN"):
            await peer.adapter.run(echo)


async def test_what_is_sent_while_the_connection_is_down_arrives(peer: Peer) -> None:
    async with running(peer.adapter):
        await peer.server.ready.wait()
        await peer.server.drop()
        await peer.adapter.send(HERE, Message((Text("good morning"),)), "token")
    assert "good morning" in peer.fake.shown_in("C1")


async def test_an_answer_that_is_under_way_is_given_before_the_connection_is_closed(peer: Peer) -> None:
    asked = asyncio.Event()

    async def slowly(incoming: Incoming) -> Message:
        asked.set()
        await asyncio.sleep(0.1)
        return await echo(incoming)

    task = asyncio.create_task(peer.adapter.run(slowly))
    await peer.server.ready.wait()
    await peer.server.tell(peer.people.message("U42", "D42", "recommend"))
    await asked.wait()
    await peer.adapter.close()
    await task
    assert "heard recommend" in peer.fake.shown_in("D42")


async def test_a_slow_answer_is_acknowledged_at_once(peer: Peer) -> None:
    heard = asyncio.Event()

    async def forever(incoming: Incoming) -> Message:
        heard.set()
        await asyncio.sleep(60)
        return await echo(incoming)

    task = asyncio.create_task(peer.adapter.run(forever))
    await peer.server.ready.wait()
    told = await peer.server.tell(peer.people.command("U42", "C1", "recommend"))
    await heard.wait()
    assert told.acked_at is not None
    await peer.adapter.close()
    await task


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bot_token": "xoxb-wrong"}, r"^PAPERBOY_SLACK_BOT_TOKEN: .*Install App.*$"),
        ({"app_token": "xapp-wrong"}, r"^PAPERBOY_SLACK_APP_TOKEN: .*connections:write$"),
    ],
)
async def test_a_token_that_slack_does_not_know_is_said_in_one_line(
    peer: Peer, wrong: dict[str, str], words: str
) -> None:
    with pytest.raises(SurfaceError, match=words) as failed:
        await peer.another(**wrong).run(echo)
    assert "\n" not in str(failed.value)


async def test_socket_mode_that_is_off_is_named_with_the_switch() -> None:
    async with slack_peer(FakeSlack(time.time, socket_mode=False)) as peer:
        with pytest.raises(SurfaceError, match="Socket Mode, and switch it on"):
            await peer.adapter.run(echo)


async def test_a_token_that_is_revoked_meanwhile_ends_the_run_with_the_same_words(peer: Peer) -> None:
    task = asyncio.create_task(peer.adapter.run(echo))
    await peer.server.ready.wait()
    peer.fake.app_token = "xapp-a-new-one"
    await peer.server.drop("refresh_requested")
    with pytest.raises(SurfaceError, match="PAPERBOY_SLACK_APP_TOKEN"):
        await task


async def test_a_run_that_is_cut_off_leaves_nothing_behind(peer: Peer) -> None:
    before = asyncio.all_tasks()
    task = asyncio.create_task(peer.adapter.run(echo))
    await peer.server.ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not peer.server.sockets)
    left = [one.get_coro() for one in asyncio.all_tasks() - before if not one.done()]
    assert not [one for one in left if "slack_sdk" in str(one) or "slack_bolt" in str(one)]


async def test_where_slack_cannot_be_reached_the_run_fails_and_may_be_tried_again(peer: Peer) -> None:
    with pytest.raises(OSError, match="Cannot connect"):
        await peer.another(api_url="http://127.0.0.1:9/api/").run(echo)
    async with running(peer.another()):
        await peer.server.ready.wait()
