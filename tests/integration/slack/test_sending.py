"""What the adapter sends unasked, and what it finds again, against the fake Slack's Web API."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.chat import Address, Message, Text, direct
from bot.domain.person import Account
from bot.evaluation.fake_platform import Faults
from bot.evaluation.fake_reply import BROKEN, Reply
from bot.evaluation.fake_slack import FakeSlack, Workspace, refusal
from bot.ports import DeliveryError, LookUpUnsupportedError
from tests.slack_peer import Peer, slack_peer

ADA = direct(Account("slack", "U42", "T1"))
HERE = Address("slack", "C1", "T1")
HEADER = Message((Text("Your papers", "heading"),))
CARD = Message((Text("A paper"),))
TOKEN = "abcdefghijklmnopqrstuvwx"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with slack_peer() as peer:
        yield peer


def a_minute_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def asked(peer: Peer, method: str) -> int:
    return sum(one == method for one, _ in peer.fake.requests)


async def test_a_person_is_written_to_in_their_conversation_with_paperboy(peer: Peer) -> None:
    receipt = await peer.adapter.send(ADA, CARD, TOKEN)
    (message,) = peer.fake.in_channel("D42")
    assert message["ts"] == receipt.message_id
    assert "A paper" in peer.fake.shown_in("D42")


async def test_sending_opens_no_socket_and_asks_whose_token_it_is_once(peer: Peer) -> None:
    for number in range(3):
        await peer.adapter.send(HERE, CARD, f"token-{number}")
    assert peer.server.opened == 0
    assert asked(peer, "auth.test") == 1
    assert asked(peer, "chat.postMessage") == 3


async def test_the_token_of_a_part_travels_in_the_metadata(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, TOKEN)
    (message,) = peer.fake.in_channel("C1")
    assert message["metadata"]["event_payload"] == {"token": TOKEN, "number": 0, "of": 1}


async def test_nothing_is_unfurled_and_nobody_is_linked(peer: Peer) -> None:
    await peer.adapter.send(HERE, Message((Text("<!channel> @ada https://example.org"),)), TOKEN)
    body = next(body for method, body in peer.fake.requests if method == "chat.postMessage")
    assert (body["parse"], body["link_names"]) == ("none", False)
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)


async def test_cards_of_a_channel_go_into_the_thread_of_the_overview(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    await peer.adapter.send(HERE, CARD, "card", thread=header.message_id)
    overview, card = peer.fake.in_channel("C1")
    assert card["thread_ts"] == overview["ts"]


async def test_cards_for_a_person_stand_below_each_other(peer: Peer) -> None:
    header = await peer.adapter.send(ADA, HEADER, "header")
    await peer.adapter.send(ADA, CARD, "card", thread=header.message_id)
    assert all("thread_ts" not in message for message in peer.fake.in_channel("D42"))


async def test_where_the_overview_was_taken_away_cards_go_into_the_channel(peer: Peer) -> None:
    await peer.adapter.send(HERE, CARD, "card", thread="1.000001")
    (card,) = peer.fake.in_channel("C1")
    assert "thread_ts" not in card
    assert await peer.another().look_up(HERE, "card", a_minute_ago(), thread="1.000001")


@pytest.mark.parametrize("address", [HERE, ADA])
async def test_a_message_is_found_by_another_process(peer: Peer, address: Address) -> None:
    receipt = await peer.adapter.send(address, CARD, TOKEN)
    other = peer.another()
    assert await other.look_up(address, TOKEN, a_minute_ago()) == receipt
    assert await other.look_up(address, "another", a_minute_ago()) is None
    await other.close()


async def test_a_card_is_found_in_its_thread(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    card = await peer.adapter.send(HERE, CARD, "card", thread=header.message_id)
    assert await peer.adapter.look_up(HERE, "card", a_minute_ago(), thread=header.message_id) == card


async def test_a_token_that_somebody_else_writes_is_not_ours(peer: Peer) -> None:
    metadata = {"event_type": "paperboy_part", "event_payload": {"token": TOKEN, "number": 0, "of": 1}}
    peer.fake.write("C1", "UMALLORY", "look", metadata=metadata)
    assert await peer.adapter.look_up(HERE, TOKEN, a_minute_ago()) is None


async def test_a_long_history_is_searched_page_by_page(peer: Peer) -> None:
    receipt = await peer.adapter.send(HERE, CARD, TOKEN)
    for number in range(40):
        peer.fake.write("C1", "UBEN", f"word {number}")
    peer.fake.page = 15
    assert await peer.adapter.look_up(HERE, TOKEN, a_minute_ago()) == receipt
    assert asked(peer, "conversations.history") == 3


async def test_a_search_that_slack_makes_wait_goes_on_where_it_stood(peer: Peer) -> None:
    """An app that is sold outside Slack's Marketplace is given 15 messages, once a minute."""
    receipt = await peer.adapter.send(HERE, CARD, TOKEN)
    for number in range(40):
        peer.fake.write("C1", "UBEN", f"word {number}")
    peer.fake.page = 15
    for _ in range(2):
        peer.fake.pages = 1
        with pytest.raises(DeliveryError) as failed:
            await peer.adapter.look_up(HERE, TOKEN, a_minute_ago())
        assert failed.value.retry_after_s == 60
    peer.fake.pages = 1
    assert await peer.adapter.look_up(HERE, TOKEN, a_minute_ago()) == receipt
    pages = [body.get("cursor") for method, body in peer.fake.requests if method == "conversations.history"]
    assert pages == [None, "15", "15", "30", "30"]


async def test_a_search_that_breaks_begins_anew(peer: Peer) -> None:
    receipt = await peer.adapter.send(HERE, CARD, TOKEN)
    peer.fake.script["conversations.history"].append(Reply(500, {"ok": False, "error": "internal_error"}))
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.look_up(HERE, TOKEN, a_minute_ago())
    assert failed.value.unknown
    assert await peer.adapter.look_up(HERE, TOKEN, a_minute_ago()) == receipt


async def test_where_too_much_was_written_since_nobody_can_tell(peer: Peer) -> None:
    for number in range(2_100):
        peer.fake.write("C1", "UBEN", f"word {number}")
    with pytest.raises(LookUpUnsupportedError):
        await peer.adapter.look_up(HERE, TOKEN, a_minute_ago())


LASTING = {
    "not_in_channel": "/invite",
    "channel_not_found": "not there any more",
    "is_archived": "archived",
    "account_inactive": "install it once more",
    "token_revoked": "install it once more",
    "restricted_action_read_only_channel": "bring the digest to another",
    "restricted_action_thread_only_channel": "nothing but replies.* bring the digest to another",
    "restricted_action_non_threadable_channel": "no threads.* bring the digest to another",
    "access_denied": "ask its admins",
    "app_access_restricted": "ask its admins",
    "enterprise_is_restricted": "ask its admins",
}


@pytest.mark.parametrize(("code", "words"), LASTING.items())
async def test_what_lasts_is_permanent_and_says_what_to_do(peer: Peer, code: str, words: str) -> None:
    peer.fake.script["chat.postMessage"].append(refusal(code))
    with pytest.raises(DeliveryError, match=words) as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert failed.value.permanent


async def test_a_part_whose_thread_takes_no_replies_goes_nowhere_else(peer: Peer) -> None:
    header = await peer.adapter.send(HERE, HEADER, "header")
    peer.fake.locked.add(header.message_id)
    peer.fake.threadless.add("C2")
    elsewhere = Address("slack", "C2", "T1")
    other = await peer.adapter.send(elsewhere, HEADER, "another")
    # One thread may be opened again, and there will be others; a channel without threads stays so.
    for address, thread, words, lasts in (
        (HERE, header, "locked the thread.* ask them", False),
        (elsewhere, other, "no threads", True),
    ):
        with pytest.raises(DeliveryError, match=words) as failed:
            await peer.adapter.send(address, CARD, "card", thread=thread.message_id)
        assert (failed.value.permanent, failed.value.unknown) == (lasts, False)
        assert len(peer.fake.in_channel(address.channel)) == 1


async def test_a_channel_without_paperboy_and_one_that_is_archived_are_told_apart(peer: Peer) -> None:
    peer.fake.outside, peer.fake.archived = {"C2", "G2"}, {"C3"}
    for channel, words in (("C2", "I am not in that channel"), ("G2", "/invite"), ("C3", "archived")):
        with pytest.raises(DeliveryError, match=words) as failed:
            await peer.adapter.send(Address("slack", channel, "T1"), CARD, TOKEN)
        assert failed.value.permanent


async def test_an_address_in_another_workspace_is_none_of_ours(peer: Peer) -> None:
    with pytest.raises(DeliveryError, match="another workspace") as failed:
        await peer.adapter.send(Address("slack", "C1", "T2"), CARD, TOKEN)
    assert failed.value.permanent
    assert await peer.adapter.send(Address("slack", "C1"), CARD, TOKEN), "an operator may leave the workspace out"


async def test_a_limit_is_told_with_its_seconds_and_never_waited_for(peer: Peer) -> None:
    peer.fake.script["chat.postMessage"].append(
        Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"})
    )
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert failed.value.retry_after_s == 30
    assert not failed.value.permanent
    assert not failed.value.unknown


UNKNOWN = {
    "an error of Slack's own": Reply(500, {"ok": False, "error": "internal_error"}),
    "an error that says OK in its status": refusal("fatal_error"),
    "a page in the place of an answer": Reply(502, "<html>Bad gateway</html>"),
    "an answer that breaks off": Reply(200, '{"ok": tr'),
    "an answer without a timestamp": Reply(200, {"ok": True}),
    "a connection that breaks": Reply(BROKEN),
}


@pytest.mark.parametrize("reply", UNKNOWN.values(), ids=UNKNOWN.keys())
async def test_where_the_message_may_have_been_taken_that_is_unknown_and_it_is_sent_once(
    peer: Peer, reply: Reply
) -> None:
    peer.fake.script["chat.postMessage"] = deque([reply])
    with pytest.raises(DeliveryError) as failed:
        await peer.adapter.send(HERE, CARD, TOKEN)
    assert failed.value.unknown
    assert asked(peer, "chat.postMessage") == 1


async def test_a_message_whose_answer_was_lost_is_found() -> None:
    fake = FakeSlack(time.time)
    async with slack_peer(fake) as peer:
        fake.platform.faults = Faults(mute=1.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await peer.adapter.send(HERE, CARD, TOKEN)
        fake.platform.faults = Faults()
        other = peer.another()
        found = await other.look_up(HERE, TOKEN, a_minute_ago())
        await other.close()
        assert found is not None
        assert [found.message_id] == [message["ts"] for message in fake.in_channel("C1")]


async def test_where_slack_cannot_be_reached_nothing_was_sent(peer: Peer) -> None:
    with pytest.raises(DeliveryError, match="cannot be reached") as failed:
        await peer.another(api_url="http://127.0.0.1:9/api/").send(HERE, CARD, TOKEN)
    assert not failed.value.unknown


async def test_a_token_that_slack_does_not_know_names_the_setting(peer: Peer) -> None:
    with pytest.raises(DeliveryError, match="PAPERBOY_SLACK_BOT_TOKEN") as failed:
        await peer.another(bot_token="xoxb-wrong").send(HERE, CARD, TOKEN)
    assert not failed.value.permanent, "somebody may set it right"


async def test_a_scope_that_is_lacking_is_named() -> None:
    fake = FakeSlack(time.time, workspaces=[Workspace(scopes=frozenset({"users:read"}))])
    async with slack_peer(fake) as peer:
        with pytest.raises(DeliveryError, match="lacks the scope chat:write"):
            await peer.adapter.send(HERE, CARD, TOKEN)
