"""Links to papers: cards below the message, or as a reply where the channel wants that."""

from collections.abc import Sequence

from adapters.slack.blocks import said_in
from adapters.slack.showing import papers_shown
from bot.domain.person import Account
from bot.evaluation.fake_slack import TEAM, refusal
from tests.integration.slack.conftest import ADA, BEN, HERE, Room

ONE, TWO = "https://arxiv.org/abs/2603.00001v2", "https://huggingface.co/papers/2603.00002"
PAPER = "arXiv:2603.00001"


async def share(room: Room, urls: Sequence[str], channel: str = HERE, **changes: object) -> None:
    written = room.fake.write(channel, BEN, " ".join(urls))
    told = room.peer.people.links(BEN, channel, written["ts"], urls)
    told.payload["event"].update(changes)
    await room.tell(told)


async def test_links_unfold_into_cards_that_can_be_pressed(room: Room) -> None:
    await share(room, [ONE, TWO, "https://arxiv.org/list/cs.LG/new"])
    (unfurled,) = room.fake.unfurled
    assert list(unfurled["unfurls"]) == [ONE, TWO]
    blocks = unfurled["unfurls"][ONE]["blocks"]
    assert said_in(blocks).startswith("Diffusion models for protein design")
    assert papers_shown(blocks) == [PAPER]
    assert unfurled["source"] == "conversations_history"
    message = {"ts": "1.1", "blocks": blocks}
    (confirmed,) = (await room.press(ADA, HERE, message, f"save {PAPER}")).responses
    assert confirmed["response_type"] == "ephemeral"
    assert await room.reactions(ADA, PAPER) == {"save"}


async def test_a_link_unfolds_once_a_day_in_a_channel_and_not_while_it_is_written(room: Room) -> None:
    await share(room, [ONE], source="composer", channel="COMPOSER")
    assert room.fake.unfurled == []
    await share(room, [ONE])
    await share(room, ["https://hf.co/papers/2603.00001"])
    assert len(room.fake.unfurled) == 1
    await share(room, [ONE], channel="C2")
    room.world.later(days=1)
    await share(room, [ONE])
    assert len(room.fake.unfurled) == 3


async def test_a_message_is_named_by_channel_and_time_where_slack_gives_no_other_name(room: Room) -> None:
    await share(room, [ONE], unfurl_id="")
    assert room.fake.unfurled[0]["channel"] == HERE
    assert room.fake.unfurled[0]["ts"] == room.fake.in_channel(HERE)[0]["ts"]


async def test_what_is_linked_counts_for_what_is_trending(room: Room) -> None:
    await share(room, [ONE])
    assert "Diffusion models for protein design" in await room.answered("trending")
    async with room.world.context.store.read() as uow:
        assert await uow.people.find(Account("slack", BEN, TEAM)) is None


async def test_a_card_that_slack_does_not_take_ends_nothing(room: Room) -> None:
    room.fake.workspace().scopes -= {"links:write"}
    await share(room, [ONE])
    assert room.fake.unfurled == []
    assert await room.slash("help")


async def test_without_the_setting_nobody_reads_what_is_posted(room: Room) -> None:
    await room.tell(room.peer.people.message(BEN, HERE, ONE))
    assert len(room.fake.in_channel(HERE)) == 1
    assert "do not know that command" in await room.answered("links on")
    await room.mention("links on")
    assert "do not know that command" in said_in(room.fake.whispers[-1]["blocks"])


async def test_with_the_setting_a_channel_can_have_cards_as_replies(reading_room: Room) -> None:
    room = reading_room
    await room.tell(room.peer.people.message(BEN, HERE, f"<{ONE}>"))
    assert len(room.fake.in_channel(HERE)) == 1
    assert "gets a card" in await room.answered("links on")
    await room.tell(room.peer.people.message(BEN, HERE, f"look: <{ONE}> and <{TWO}>"))
    first, posted, *cards = room.fake.in_channel(HERE)
    assert [papers_shown(card["blocks"]) for card in cards] == [[PAPER], ["arXiv:2603.00002"]]
    assert {card["thread_ts"] for card in cards} == {posted["ts"]}
    assert first["user"] == BEN
    await room.tell(room.peer.people.message(BEN, HERE, ONE))
    assert len(room.fake.in_channel(HERE)) == 5
    assert "No cards" in await room.answered("links off")


async def test_cards_are_switched_by_name_too_and_only_who_does_it_is_told(reading_room: Room) -> None:
    room = reading_room
    room.fake.workspace().guests.add(BEN)
    for user, wish, words in ((BEN, "on", "not for its guests"), (ADA, "on", "gets a card"), (ADA, "off", "No cards")):
        assert await room.mention(f"links {wish}", user=user) == []
        assert words in said_in(room.fake.whispers[-1]["blocks"])
        await room.tell(room.peer.people.message(ADA, HERE, ONE))
    assert [papers_shown(each.get("blocks")) for each in room.fake.in_channel(HERE)].count([PAPER]) == 1
    assert room.heard == []


async def test_to_paperboy_alone_links_are_no_matter_and_it_says_so(reading_room: Room) -> None:
    (answer,) = await reading_room.write("links on")
    assert "Only in a channel" in said_in(answer["blocks"])


async def test_only_members_switch_cards_and_only_in_a_channel(reading_room: Room) -> None:
    room = reading_room
    room.fake.workspace().guests.add(BEN)
    assert "not for its guests" in await room.answered("links on", user=BEN)
    room.fake.script["users.info"].append(refusal("ratelimited"))
    assert "does not tell me just now who you are" in await room.answered("links on")
    assert "/papers links on" in await room.answered("links")
    await room.slash("links on", channel="D42")
    assert "Only in a channel" in room.fake.shown_in("D42")


async def test_a_flood_of_links_gets_no_more_cards_than_some(reading_room: Room) -> None:
    room = reading_room
    await room.slash("links on")
    links = " ".join(f"https://arxiv.org/abs/2603.{number:05d}" for number in range(1, 12))
    await room.tell(room.peer.people.message(BEN, HERE, links))
    assert len(room.fake.in_channel(HERE)) == 1 + 3
