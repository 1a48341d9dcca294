"""What the adapter sends unasked, and what it finds again, against the fake Discord's HTTP API."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.chat import Address, Message, Text, direct
from bot.domain.person import Account
from bot.evaluation.fake_discord import DM_BASE, FakeDiscord, message_fields, refusal
from bot.evaluation.fake_platform import Faults
from bot.evaluation.fake_reply import BROKEN, Reply
from bot.ports import DeliveryError, LookUpUnsupportedError
from tests.discord_peer import Peer, discord_peer

ADA = direct(Account("discord", "42"))
CHANNEL = 8_000
HERE = Address("discord", str(CHANNEL))
HEADER = Message((Text("Your papers", "heading"),))
CARD = Message((Text("A paper"),))
TOKEN = "abcdefghijklmnopqrstuvwx"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with discord_peer(FakeDiscord(time.time, known={CHANNEL})) as peer:
        yield peer


def a_minute_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


async def test_a_person_is_written_to_in_a_conversation_that_is_opened_once(peer: Peer) -> None:
    for number in range(3):
        await peer.adapter.send(ADA, CARD, f"{TOKEN[:-1]}{number}")
    assert len(peer.fake.in_channel(DM_BASE + 42)) == 3
    assert peer.fake.requests.count(("POST", "users/@me/channels")) == 1


async def test_many_senders_at_once_log_in_once(peer: Peer) -> None:
    await asyncio.gather(*(peer.adapter.send(HERE, CARD, f"token-{number}") for number in range(5)))
    assert peer.fake.requests.count(("GET", "users/@me")) == 1
    assert len(peer.fake.in_channel(CHANNEL)) == 5


async def test_sending_opens_no_gateway_connection(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, TOKEN)
    assert peer.server.opened == 0


async def test_nobody_is_pinged_whatever_is_written(peer: Peer) -> None:
    await peer.adapter.send(HERE, Message((Text("@everyone <@1> <@&2>"),)), TOKEN)
    assert peer.fake.bodies[-1]["allowed_mentions"]["parse"] == []


async def test_cards_of_a_channel_go_into_the_thread_of_the_overview(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    for number in range(3):
        await peer.adapter.send(HERE, CARD, f"card-{number}", thread=header.message_id)
    assert len(peer.fake.in_channel(CHANNEL)) == 1
    assert len(peer.fake.in_channel(int(header.message_id))) == 3
    assert [path for _, path in peer.fake.requests].count(
        f"channels/{CHANNEL}/messages/{header.message_id}/threads"
    ) == 1


async def test_another_process_goes_on_in_the_thread_that_one_began(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    await peer.adapter.send(HERE, CARD, "card-1", thread=header.message_id)
    await peer.adapter.close()
    peer.adapter = peer.another()
    await peer.adapter.send(HERE, CARD, "card-2", thread=header.message_id)
    assert len(peer.fake.in_channel(int(header.message_id))) == 2


async def test_where_there_can_be_no_thread_cards_follow_in_the_channel(peer: Peer) -> None:
    peer.fake.threadless.add(CHANNEL)
    header = await peer.adapter.send(HERE, HEADER, "header")
    card = await peer.adapter.send(HERE, CARD, "card", thread=header.message_id)
    assert len(peer.fake.in_channel(CHANNEL)) == 2
    assert await peer.adapter.look_up(HERE, "card", a_minute_ago(), thread=header.message_id) == card


async def test_where_no_thread_may_be_opened_the_permission_is_named(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    peer.fake.silent.add(CHANNEL)
    with pytest.raises(DeliveryError, match="Create Public Threads") as failed:
        await peer.adapter.send(HERE, CARD, "card", thread=header.message_id)
    assert failed.value.permanent


async def test_trouble_before_a_message_is_asked_for_leaves_no_doubt_about_it(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    peer.fake.script.append(Reply(503, "unavailable"))
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.send(HERE, CARD, "card", thread=header.message_id)
    assert (failed.value.unknown, failed.value.permanent) == (False, False)


async def test_an_overview_that_was_taken_away_leaves_the_channel_for_its_cards(peer: Peer) -> None:
    card = await peer.adapter.send(HERE, CARD, "card", thread="1234")
    assert [message["id"] for message in peer.fake.in_channel(CHANNEL)] == [card.message_id]


async def test_in_a_conversation_the_cards_follow_one_another(peer: Peer) -> None:
    header = await peer.adapter.send(ADA, HEADER, "header")
    card = await peer.adapter.send(ADA, CARD, "card", thread=header.message_id)
    assert len(peer.fake.in_channel(DM_BASE + 42)) == 2
    assert await peer.adapter.look_up(ADA, "card", a_minute_ago(), thread=header.message_id) == card


async def test_a_card_is_found_in_its_thread_by_its_token(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    card = await peer.adapter.send(HERE, CARD, "card", thread=header.message_id)
    assert await peer.adapter.look_up(HERE, "card", a_minute_ago(), thread=header.message_id) == card
    assert await peer.adapter.look_up(HERE, "header", a_minute_ago()) == header
    assert await peer.adapter.look_up(HERE, "other", a_minute_ago(), thread=header.message_id) is None


async def test_a_thread_that_was_never_opened_holds_nothing(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    assert await peer.adapter.look_up(HERE, "card", a_minute_ago(), thread=header.message_id) is None


async def test_a_message_from_before_is_not_taken_for_a_later_one(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, "card")
    assert await peer.adapter.look_up(HERE, "card", datetime.now(UTC) + timedelta(minutes=1)) is None


async def test_what_others_wrote_with_the_same_token_does_not_count(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, "card")
    peer.fake.in_channel(CHANNEL)[0]["author"]["id"] = "77"
    assert await peer.adapter.look_up(HERE, "card", a_minute_ago()) is None


async def test_a_message_is_found_behind_hundreds_of_others(peer: Peer) -> None:
    sent = [await peer.adapter.send(HERE, CARD, f"card-{number}") for number in range(230)]
    assert await peer.adapter.look_up(HERE, "card-229", a_minute_ago()) == sent[-1]


async def test_where_the_history_may_not_be_read_nobody_says_that_nothing_came(peer: Peer) -> None:
    """Discord shows an empty history to who may not read it."""
    await peer.adapter.send(HERE, CARD, "card")
    peer.fake.unreadable.add(CHANNEL)
    with pytest.raises(LookUpUnsupportedError):
        await peer.adapter.look_up(HERE, "card", a_minute_ago())


async def test_a_channel_in_which_nothing_was_ever_written_holds_nothing(peer: Peer) -> None:
    assert await peer.adapter.look_up(HERE, "card", a_minute_ago()) is None


async def test_in_a_channel_that_is_gone_nothing_can_be_looked_up_again(peer: Peer) -> None:
    with pytest.raises(DeliveryError, match="not there any more") as failed:
        await peer.adapter.look_up(Address("discord", "9000"), "card", a_minute_ago())
    assert failed.value.permanent


async def test_behind_more_messages_than_are_looked_at_nobody_says_that_nothing_came(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.looking_up.SEARCHED", 3)
    sent = [await peer.adapter.send(HERE, CARD, f"card-{number}") for number in range(5)]
    assert await peer.adapter.look_up(HERE, "card-2", a_minute_ago()) == sent[2]
    with pytest.raises(LookUpUnsupportedError):
        await peer.adapter.look_up(HERE, "card-4", a_minute_ago())


async def test_trouble_with_a_search_is_told_as_such(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, "card")
    peer.fake.platform.faults = Faults(refused=1.0)
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.look_up(HERE, "card", a_minute_ago())
    assert not failed.value.permanent


async def test_within_minutes_a_token_makes_one_message_also_of_two_processes(peer: Peer) -> None:
    first = await peer.adapter.send(HERE, CARD, TOKEN)
    other = peer.another()
    assert await other.send(HERE, CARD, TOKEN) == first
    await other.close()
    assert len(peer.fake.in_channel(CHANNEL)) == 1


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (404, 10003, "not there any more"),
        (403, 50001, "View Channel"),
        (403, 50013, "Send Messages"),
        (403, 50007, "direct messages"),
        (403, 50278, "share no server"),
        (404, 10013, "account"),
    ],
)
async def test_what_only_a_person_can_change_fails_for_good_and_says_what_to_do(
    peer: Peer, status: int, code: int, words: str
) -> None:
    peer.fake.script.append(refusal(status, code))
    with pytest.raises(DeliveryError, match=words) as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert (failed.value.permanent, failed.value.unknown) == (True, False)


async def test_a_conversation_that_was_closed_fails_for_good(peer: Peer) -> None:
    peer.fake.closed.add(42)
    with pytest.raises(DeliveryError, match="direct messages") as failed:
        await peer.adapter.send(ADA, CARD, TOKEN)
    assert failed.value.permanent


async def test_a_message_that_discord_finds_wrong_surely_did_not_arrive(peer: Peer) -> None:
    peer.fake.script.append(refusal(400, 50035))
    with pytest.raises(DeliveryError, match="50035") as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert (failed.value.permanent, failed.value.unknown) == (False, False)


async def test_a_limit_is_waited_for_as_long_as_discord_says(peer: Peer) -> None:
    headers = {"Via": "1.1 edge"}
    peer.fake.script.append(Reply(429, {"message": "slow", "retry_after": 0.05, "global": False}, headers))
    assert await peer.adapter.send(HERE, CARD, TOKEN)
    assert len(peer.fake.in_channel(CHANNEL)) == 1


async def test_a_long_limit_is_left_to_the_ledger(peer: Peer) -> None:
    headers = {"Via": "1.1 edge"}
    peer.fake.script.append(Reply(429, {"message": "slow", "retry_after": 90.0, "global": False}, headers))
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert (failed.value.retry_after_s, failed.value.unknown, failed.value.permanent) == (90.0, False, False)


@pytest.mark.parametrize(("headers", "after"), [({"Retry-After": "7"}, 7.0), ({}, None)])
async def test_a_limit_of_the_edge_in_front_of_discord_is_obeyed(
    peer: Peer, headers: dict[str, str], after: float | None
) -> None:
    """Without a Via header the answer is not Discord's own, and discord.py does not wait by itself."""
    peer.fake.script.append(Reply(429, "<html>limited</html>", headers))
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert (failed.value.retry_after_s, failed.value.unknown) == (after, False)


async def test_a_bucket_that_is_empty_is_waited_for_before_anything_is_asked(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord says with each answer how many requests are left, and when there will be more."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("asyncio.sleep", noted)
    empty = {
        "X-RateLimit-Bucket": "messages",
        "X-RateLimit-Limit": "1",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": "0.3",
    }
    peer.fake.script.append(Reply(200, _a_message(), empty))
    await peer.adapter.send(HERE, CARD, "first")
    assert 0.3 in waits
    await peer.adapter.send(HERE, CARD, "second")
    assert len(peer.fake.in_channel(CHANNEL)) == 1


async def test_a_bad_gateway_is_tried_again_with_the_same_nonce(peer: Peer) -> None:
    peer.fake.script.append(Reply(502, "<html>bad gateway</html>"))
    assert await peer.adapter.send(HERE, CARD, TOKEN)
    assert len(peer.fake.in_channel(CHANNEL)) == 1


async def test_a_service_that_is_unavailable_leaves_open_whether_it_took_the_message(peer: Peer) -> None:
    peer.fake.script.append(Reply(503, "<html>unavailable</html>"))
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert failed.value.unknown


async def test_a_connection_that_breaks_leaves_it_open_too(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, "before")
    peer.fake.script.append(Reply(BROKEN))
    with pytest.raises(DeliveryError, match="connection to Discord broke") as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert failed.value.unknown


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
async def test_an_answer_that_cannot_be_read_leaves_it_open_too(peer: Peer, kind: str) -> None:
    """discord.py takes only the first of them for JSON."""
    peer.fake.script.append(Reply(200, '{"id": ', {"Content-Type": kind}))
    with pytest.raises(DeliveryError, match="cannot be read") as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert failed.value.unknown


async def test_a_request_without_an_answer_is_found_afterwards(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, "before")
    peer.fake.platform.faults = Faults(mute=1.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await peer.adapter.send(HERE, CARD, TOKEN)
    assert await peer.adapter.look_up(HERE, TOKEN, a_minute_ago()) is not None


async def test_a_token_that_discord_does_not_know_stops_nobodys_digests(peer: Peer) -> None:
    adapter = peer.another(token="another")
    with pytest.raises(DeliveryError, match="PAPERBOY_DISCORD_TOKEN") as failed:
        await adapter.send(HERE, CARD, TOKEN)
    assert (failed.value.permanent, failed.value.unknown) == (False, False)
    await adapter.close()


async def test_where_nothing_listens_nothing_arrived(peer: Peer) -> None:
    peer.endpoints = type(peer.endpoints)(api="http://127.0.0.1:9/api/v10")
    adapter = peer.another()
    with pytest.raises(DeliveryError, match="cannot be reached") as failed:
        await adapter.send(HERE, CARD, TOKEN)
    assert (failed.value.permanent, failed.value.unknown) == (False, False)
    await adapter.close()


@pytest.mark.parametrize("channel", ["user:", "general", "user:ada", "-1", "٣"])
async def test_a_place_that_is_none_of_discords_is_refused_before_anything_is_asked(peer: Peer, channel: str) -> None:
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.send(Address("discord", channel), CARD, TOKEN)
    assert failed.value.permanent
    assert not peer.fake.in_channel(CHANNEL)


def _a_message() -> dict[str, object]:
    return message_fields(1 << 60, CHANNEL, {})
