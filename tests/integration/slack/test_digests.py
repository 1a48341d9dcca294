"""Digests that were ordered on Slack, brought there through the ledger."""

from adapters.slack.blocks import said_in
from adapters.slack.showing import single_paper
from bot.domain.person import Account
from bot.evaluation.fake_reply import Reply
from bot.evaluation.fake_slack import TEAM, refusal
from tests.integration.delivery_world import open_post
from tests.integration.slack.conftest import ADA, BEN, HERE, Room
from tests.integration.test_dispatch_digest import stored
from tests.integration.world import DIFFUSION

LOCKED = refusal("restricted_action_thread_locked")
READING_GROUP = Account("slack", HERE, TEAM, kind="channel")


async def deliver(room: Room) -> None:
    """The next morning's digests."""
    post = open_post(room.world)
    room.world.later(days=1)
    await post.plan()
    await post.compose()
    sender = post.sender(adapters={"slack": room.peer.adapter})
    for delivery in await sender.claim(9):
        await sender.bring(delivery)


async def test_a_channel_gets_an_overview_and_its_papers_in_the_thread_by_its_own_interests(room: Room) -> None:
    await room.slash("interests add blockchain", user=BEN)
    await room.slash("interests add here diffusion models", user=BEN)
    await room.slash("digest subscribe here daily 08:00 UTC 2", user=BEN)
    await deliver(room)
    overview, *cards = room.fake.in_channel(HERE)
    assert said_in(overview["blocks"]).startswith("Your papers for")
    assert [card["thread_ts"] for card in cards] == [overview["ts"]] * 2
    assert {single_paper(card["blocks"]) for card in cards} <= DIFFUSION
    await room.press(BEN, HERE, cards[0], f"save {single_paper(cards[0]['blocks'])}")
    assert room.peer.server.delivered[-1].responses[0]["thread_ts"] == overview["ts"]
    assert await room.reactions(BEN, single_paper(cards[0]["blocks"])) == {"save"}


async def test_a_person_gets_a_header_and_a_message_for_each_paper_with_slacks_own_thumbs(room: Room) -> None:
    await room.slash("interests add diffusion models")
    await room.slash("digest subscribe daily 08:00 UTC 2")
    await deliver(room)
    header, *cards = room.fake.in_channel("D42")
    assert "“/papers why 1” says more" in said_in(header["blocks"])
    assert len(cards) == 2
    for card in cards:
        assert "context_actions" in [block["type"] for block in card["blocks"]]
        assert 'your interest "diffusion models"' in said_in(card["blocks"])
    await room.tell(room.peer.people.reaction(ADA, "D42", cards[1]["ts"], "fire"))
    assert await room.reactions(ADA, single_paper(cards[1]["blocks"])) == {"like"}
    assert "sent" in (await room.open_home()).split("last: ")[1]


async def test_a_channel_that_paperboy_was_taken_out_of_stops_its_digest_and_says_how_to_invite_it(room: Room) -> None:
    await room.slash("interests add here diffusion models")
    await room.slash("digest subscribe here daily 08:00 UTC 2")
    room.fake.outside.add(HERE)
    await deliver(room)
    subscription = await stored(room.world, READING_GROUP)
    assert "/invite @Paperboy" in subscription.disabled_reason
    assert "Digests stopped by themselves" in await room.answered("digest show here")


async def test_a_locked_thread_holds_one_digest_up_and_not_the_next_ones(room: Room) -> None:
    await room.slash("interests add here diffusion models")
    await room.slash("digest subscribe here daily 08:00 UTC 2")
    room.fake.script["chat.postMessage"] += [Reply(200, {"ok": True, "ts": "1.1", "channel": HERE}), LOCKED]
    await deliver(room)
    assert "Admins locked the thread" in await room.answered("digest show here")
    assert (await stored(room.world, READING_GROUP)).disabled_reason == ""
    await deliver(room)
    assert said_in(room.fake.in_channel(HERE)[0]["blocks"]).startswith("Your papers for")
