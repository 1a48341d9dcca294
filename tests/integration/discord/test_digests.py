"""Digests that were ordered on Discord, brought there through the ledger."""

from collections.abc import AsyncIterator

import pytest

from bot.dispatch import Dispatcher
from bot.domain.chat import Address, Incoming, direct
from bot.domain.delivery import DeliveryState
from bot.domain.person import Account
from bot.evaluation.fake_discord import DM_BASE, FakeDiscord
from tests.discord_peer import Peer, discord_peer
from tests.integration.delivery_world import Post, open_post
from tests.integration.test_dispatch_digest import person_of, stored
from tests.integration.world import DIFFUSION, World, library

CHANNEL = 8_000
READING_GROUP = Account("discord", str(CHANNEL), kind="channel")
BEN = Account("discord", "1001")


@pytest.fixture
async def post(world: World) -> Post:
    return open_post(await library(world))


@pytest.fixture
async def peer(post: Post) -> AsyncIterator[Peer]:
    async with discord_peer(FakeDiscord(post.seconds, known={CHANNEL})) as peer:
        yield peer


async def say(post: Post, who: Account, text: str) -> None:
    place = Address("discord", str(CHANNEL)) if who.kind == "channel" else direct(who)
    answer = await Dispatcher(post.context).handle(Incoming(who, place, text))
    assert answer.ok, answer


async def deliver(post: Post, peer: Peer) -> None:
    """The next morning's digests."""
    post.world.later(days=1)
    await post.plan()
    await post.compose()
    sender = post.sender(adapters={"discord": peer.adapter})
    for delivery in await sender.claim(9):
        await sender.bring(delivery)


async def test_a_channel_gets_an_overview_and_its_cards_in_a_thread_by_its_own_interests(
    post: Post, peer: Peer
) -> None:
    await say(post, BEN, "interests add blockchain")
    await say(post, READING_GROUP, "interests add diffusion models")
    await say(post, READING_GROUP, "digest subscribe daily 08:00 UTC 2")
    await deliver(post, peer)
    (overview,) = peer.fake.in_channel(CHANNEL)
    cards = peer.fake.in_channel(int(overview["id"]))
    assert len(cards) == 2
    (sent, *_) = await post.log(await person_of(post.world, READING_GROUP))
    assert sent.state is DeliveryState.SENT
    async with post.context.store.read() as uow:
        shown = await uow.papers.by_keys(sent.entries)
    assert {paper.id for paper in shown.values()} <= DIFFUSION


async def test_a_person_gets_a_header_and_a_card_for_each_paper_directly(post: Post, peer: Peer) -> None:
    await say(post, BEN, "interests add diffusion models")
    await say(post, BEN, "digest subscribe daily 08:00 UTC 2")
    await deliver(post, peer)
    assert len(peer.fake.in_channel(DM_BASE + 1001)) == 3
    (sent, *_) = await post.log(await person_of(post.world, BEN))
    assert [int(part.message_id) for part in sent.parts] == [
        int(message["id"]) for message in peer.fake.in_channel(DM_BASE + 1001)
    ]


async def test_a_closed_conversation_stops_the_digest_and_says_what_to_allow(post: Post, peer: Peer) -> None:
    await say(post, BEN, "interests add diffusion models")
    await say(post, BEN, "digest subscribe daily 08:00 UTC 2")
    peer.fake.closed.add(1001)
    await deliver(post, peer)
    subscription = await stored(post.world, BEN)
    assert subscription.is_disabled
    assert "allow direct messages" in subscription.disabled_reason


async def test_a_channel_that_was_deleted_stops_its_digest(post: Post, peer: Peer) -> None:
    await say(post, READING_GROUP, "interests add diffusion models")
    await say(post, READING_GROUP, "digest subscribe daily 08:00 UTC 2")
    peer.fake.known = set()
    await deliver(post, peer)
    subscription = await stored(post.world, READING_GROUP)
    assert subscription.disabled_reason == "The channel is not there any more."
