"""`/papers`, mentions and direct messages: what is understood, and who sees the answer."""

import pytest

from adapters.slack.blocks import said_in
from adapters.slack.showing import papers_shown, values_in
from adapters.slack.speaking import CHANNELS_OWN
from bot.commands import COMMANDS
from bot.domain.chat import Address, Message, Text, direct
from bot.domain.person import Account
from bot.evaluation.fake_slack import TEAM, refusal
from tests.integration.slack.conftest import ADA, BEN, HERE, Room
from tests.integration.world import DIFFUSION

ME = Account("slack", ADA, TEAM)
CHANNEL = Account("slack", HERE, TEAM, kind="channel")


async def test_help_is_one_message_that_names_every_command_with_its_slash(room: Room) -> None:
    (response,) = await room.slash("help")
    assert response["response_type"] == "ephemeral"
    said = said_in(response["blocks"])
    for spec in COMMANDS:
        assert f"/papers {spec.name.split()[0]}" in said
    assert await room.answered("") == said


async def test_what_says_something_of_a_person_is_shown_to_them_alone(room: Room) -> None:
    (added,) = await room.slash("interests add diffusion models")
    assert added["response_type"] == "ephemeral"
    (listed,) = await room.slash("recommend 3")
    assert listed["response_type"] == "ephemeral"
    assert set(papers_shown(listed["blocks"])) == DIFFUSION
    assert 'your interest "diffusion models"' in said_in(listed["blocks"])
    (found,) = await room.slash("search diffusion")
    assert found["response_type"] == "in_channel"
    assert (room.fake.in_channel(HERE), room.fake.whispers) == ([], [])


async def test_who_speaks_and_where_reaches_the_core_with_the_workspace(room: Room) -> None:
    await room.slash("search diffusion")
    await room.slash("digest subscribe 08:00")
    await room.write("recommend")
    assert [(each.account, each.address, each.text) for each in room.heard] == [
        (ME, Address("slack", HERE, TEAM), "search diffusion"),
        (ME, direct(ME), "digest subscribe 08:00"),
        (ME, direct(ME), "recommend"),
    ]


async def test_in_the_conversation_with_paperboy_a_slash_command_is_answered_by_a_message(room: Room) -> None:
    assert await room.slash("interests add robots", channel="D42") == []
    assert "Added: robots." in room.fake.shown_in("D42")
    assert room.heard[-1].address == direct(ME)


async def test_between_two_people_an_answer_is_seen_by_who_asked_alone(room: Room) -> None:
    (response,) = await room.slash("interests add robots", channel="DOTHER")
    assert response["response_type"] == "ephemeral"
    assert room.heard[-1].address == Address("slack", "DOTHER", TEAM)


async def test_names_of_numbers_are_not_taken_for_commands(room: Room) -> None:
    said = await room.answered("status")
    assert "index: 12 papers behind" in said
    assert "your digest: none; /papers digest subscribe starts one" in said


async def test_a_typo_is_told_with_what_was_meant(room: Room) -> None:
    (response,) = await room.slash("recomend 5")
    assert response["response_type"] == "ephemeral"
    assert "/papers recommend 5" in said_in(response["blocks"])


async def test_a_direct_message_is_answered_in_words_and_in_order(room: Room) -> None:
    answers = await room.write("interests add diffusion models")
    assert [said_in(each["blocks"]).split("\n")[0] for each in answers] == ["Added: diffusion models."]
    told = [room.peer.people.message(ADA, "D42", f"search {word}") for word in ("diffusion", "robots", "weather")]
    for each in told:
        await room.tell(each)
    shown = room.fake.shown_in("D42")
    places = [shown.index(f'Found for "{word}"') for word in ("diffusion", "robots", "weather")]
    assert places == sorted(places)


async def test_a_category_that_slack_takes_for_a_host_is_a_category(room: Room) -> None:
    (answer,) = await room.write("interests category <http://cs.AI|cs.AI>, cs.LG, <http://math.GT|math.GT>")
    assert said_in(answer["blocks"]).startswith("Added: category: cs.AI, category: cs.LG, category: math.GT.")


async def test_an_answer_in_a_thread_of_the_conversation_stays_in_it(room: Room) -> None:
    (first,) = await room.write("help")
    (second,) = await room.write("status", thread_ts=first["ts"])
    assert second["thread_ts"] == first["ts"]


@pytest.mark.parametrize(
    "more", [{"subtype": "message_changed"}, {"bot_id": "B9"}, {"subtype": "bot_message", "bot_id": "B9"}]
)
async def test_changed_messages_and_those_of_bots_are_nobodys_words(room: Room, more: dict[str, str]) -> None:
    assert await room.write("help", **more) == []
    assert room.heard == []


async def test_a_mention_is_answered_in_a_thread_below_it(room: Room) -> None:
    (answer,) = await room.mention("search flow &amp; <https://arxiv.org/abs/2603.00001|diffusion>")
    asked = room.fake.in_channel(HERE)[0]
    assert answer["thread_ts"] == asked["ts"]
    assert room.heard[-1].text == "search flow & https://arxiv.org/abs/2603.00001"
    (reply,) = await room.mention("search diffusion", thread=asked["ts"])
    assert reply["thread_ts"] == asked["ts"]


async def test_a_recommendation_before_others_does_not_say_what_somebody_likes(room: Room) -> None:
    await room.slash("interests add diffusion models")
    (answer,) = await room.mention("recommend 3")
    assert set(papers_shown(answer["blocks"])) == DIFFUSION
    assert "your interest" not in room.fake.shown_in(HERE)


async def test_what_is_private_is_whispered_to_who_mentioned_paperboy(room: Room) -> None:
    for text in ("interests add robots", "digest preview", "like 1", "no such thing"):
        assert await room.mention(text) == []
        assert (room.fake.whispers[-1]["user"], room.fake.whispers[-1]["channel"]) == (ADA, HERE)
        assert "thread_ts" not in room.fake.whispers[-1]
    (answer,) = await room.mention("help")
    await room.mention("interests", thread=answer["thread_ts"])
    assert room.fake.whispers[-1]["thread_ts"] == answer["thread_ts"]


async def test_paperboy_mentioned_by_a_bot_or_in_a_conversation_is_not_answered_twice(room: Room) -> None:
    people, written = room.peer.people, room.fake.write(HERE, BEN, "<@UT1BOT> help")
    await room.tell(people.event("app_mention", {**written, "type": "app_mention", "channel": HERE, "bot_id": "B9"}))
    await room.tell(people.event("app_mention", {**written, "type": "app_mention", "channel": "D43"}))
    assert room.heard == []


async def test_here_gives_the_channel_interests_and_a_digest_that_everybody_there_sees(room: Room) -> None:
    (added,) = await room.slash("interests add here diffusion models")
    assert added["response_type"] == "in_channel"
    assert said_in(added["blocks"]).startswith("For this channel, not for you")
    assert list(values_in(added["blocks"])) == []
    (subscribed,) = await room.slash("digest subscribe here weekdays 09:00")
    assert subscribed["response_type"] == "in_channel"
    assert (room.heard[-1].account, room.heard[-1].address) == (CHANNEL, Address("slack", HERE, TEAM))
    (shown,) = await room.slash("digest show here", user=BEN)
    assert shown["response_type"] == "ephemeral"
    assert "place: here" in said_in(shown["blocks"])
    assert "No interests yet" in await room.answered("interests")
    assert "You have no digest" in await room.answered("digest show")


async def test_a_channel_without_paperboy_gets_no_digest_but_a_hint_how_to_invite_it(room: Room) -> None:
    room.fake.outside |= {HERE, "G1"}
    for channel in (HERE, "G1"):
        (refused,) = await room.slash("digest subscribe here weekdays 09:00", channel=channel)
        assert refused["response_type"] == "ephemeral"
        assert "/invite @Paperboy" in said_in(refused["blocks"])
    assert room.heard == []
    room.fake.outside.clear()
    assert "Subscribed" in await room.answered("digest subscribe here weekdays 09:00")


async def test_here_means_nothing_where_one_is_alone_with_paperboy(room: Room) -> None:
    (answer,) = (await room.write("digest subscribe here 09:00"))[:1]
    assert "here we are alone" in said_in(answer["blocks"])
    assert room.heard == []


async def test_guests_may_look_at_the_channels_digest_but_not_change_it(room: Room) -> None:
    room.fake.workspace().guests.add(BEN)
    assert "not for its guests" in await room.answered("digest subscribe here 09:00", user=BEN)
    assert CHANNELS_OWN.split(":")[0] in await room.answered("interests here", user=BEN)


async def test_who_is_of_another_workspace_changes_nothing_of_a_shared_channels(room: Room) -> None:
    room.fake.workspace().others[BEN] = "T9"
    for text in ("interests add here robots", "digest subscribe here 09:00", "digest stop here"):
        assert await room.mention(text, user=BEN) == []
        assert "not for its guests" in said_in(room.fake.whispers[-1]["blocks"])
    assert room.heard == []
    assert "Added: robots" in await room.answered("interests add robots", user=BEN)


async def test_where_slack_does_not_say_who_somebody_is_they_change_nothing_of_a_channels(room: Room) -> None:
    room.fake.workspace().guests.add(BEN)
    for limited in (refusal("ratelimited"), refusal("user_not_found")):
        room.fake.script["users.info"].append(limited)
        assert "does not tell me just now who you are" in await room.answered("interests add here robots", user=BEN)
    assert room.heard == []
    room.fake.script["users.info"].append(refusal("ratelimited"))
    assert CHANNELS_OWN.split(":")[0] in await room.answered("interests here", user=BEN)


async def test_a_digest_goes_by_the_time_zone_of_the_persons_slack(room: Room) -> None:
    room.fake.workspace().zones[ADA] = "Asia/Tokyo"
    assert "08:00 (Asia/Tokyo)" in await room.answered("digest subscribe 08:00")
    assert "09:00 (Europe/Berlin)" in await room.answered("digest subscribe 09:00 Berlin")


async def test_without_the_profile_a_digest_goes_by_the_zone_of_the_installation(room: Room) -> None:
    room.fake.closed.add(ADA)
    assert "08:00 (UTC)" in await room.answered("digest subscribe 08:00")


async def test_a_profile_picture_goes_into_the_conversation_alone(room: Room) -> None:
    await room.slash("interests add robots")
    said = await room.answered("profile")
    assert "The file comes to you alone" in said
    assert room.fake.in_channel(HERE) == []
    (shared,) = room.fake.in_channel("D42")
    ((name, png),) = room.fake.uploads.values()
    assert shared["files"][0]["name"] == name
    assert png.startswith(b"\x89PNG")


async def test_what_is_asked_for_as_a_file_comes_as_one(room: Room) -> None:
    await room.slash("save arXiv:2603.00001")
    await room.write("saved bibtex")
    assert "@misc" in room.fake.files_in("D42") or "@article" in room.fake.files_in("D42")
    await room.write("privacy export")
    assert '"saved' in room.fake.files_in("D42") or "save" in room.fake.files_in("D42")


async def test_a_file_that_slack_does_not_take_is_told(room: Room) -> None:
    await room.slash("save arXiv:2603.00001")
    room.fake.workspace().scopes -= {"files:write"}
    _, told = await room.slash("saved bibtex")
    assert "Slack does not take the file" in said_in(told["blocks"])


async def test_the_longest_and_most_hostile_words_are_taken(room: Room) -> None:
    hostile = "&lt;!channel&gt; <!everyone> *b* `c` " * 80
    for text in (f"search {hostile}", f"interests add {hostile}", hostile, "paper " + "x" * 3_000):
        assert await room.slash(text)
        assert await room.write(text)
        before = len(room.fake.whispers)
        assert await room.mention(text) or len(room.fake.whispers) > before
    assert "<!" not in str([each.get("text") for each in room.fake.in_channel(HERE) if each["user"] == "UT1BOT"])


async def test_every_answer_of_the_core_is_one_that_slack_takes(room: Room) -> None:
    room.answer = Message((Text("x" * 60_000), Text("<!channel>" * 400, "heading")))
    responses = await room.slash("status")
    shown = [said_in(each["blocks"]) for each in (*responses, *room.fake.whispers)]
    assert sum(each.count("x") for each in shown) == 60_000


async def test_an_answer_that_slack_does_not_take_ends_no_connection(room: Room) -> None:
    room.fake.archived.add(HERE)
    assert await room.mention("help") == []
    room.fake.archived.clear()
    assert len(await room.mention("help")) == 1
