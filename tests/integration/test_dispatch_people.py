"""Accounts, privacy, profile, status and help through the dispatcher."""

import asyncio
import json
import math

from bot.commands import COMMANDS
from bot.dispatch import HANDLERS, INTEREST_KINDS, REACTIONS
from bot.domain.chat import File, Image
from bot.domain.person import Account
from tests.integration.world import ADA, BEN, CLEO, World, data_of, ids, words_of


async def code_for(world: World, who: Account) -> str:
    return str((await world.ask("link", who))["code"])


async def test_two_accounts_become_one_person_with_what_both_knew(read: World) -> None:
    await read.ask("interests add recommendation", ADA)
    await read.ask("interests add recommendation, diffusion models", BEN)
    shown = ids(await read.ask("recommend 2", ADA)) + ids(await read.ask("recommend 5", BEN))
    await read.ask("like 1", ADA)
    await read.ask("save 2603.00012", BEN)
    code = await code_for(read, ADA)
    joined = await read.ask(f"link {code.lower()}", BEN)
    assert joined == {"outcome": "joined", "accounts": 2}
    one, other = await read.ask("privacy export", ADA), await read.ask("privacy export", BEN)
    assert one == other
    assert [item["text"] for item in one["interests"]] == ["recommendation", "diffusion models"]
    assert {event["reaction"] for event in one["feedback"]} == {"like", "save"}
    assert sorted(entry["paper"] for entry in one["shown"]) == sorted(shown)
    assert {account["platform"] for account in one["accounts"]} == {"console", "discord"}
    assert not set(ids(await read.ask("recommend 9", BEN))) & set(shown)
    assert any(query["kind"] == "learned" for query in one["profile"]["queries"])
    assert "Joined" in words_of(await read.say(f"link {await code_for(read, BEN)}", CLEO))


async def test_an_unlinked_account_starts_empty_and_the_person_keeps_everything(read: World) -> None:
    await read.ask("interests add recommendation", ADA)
    await read.ask("like 2603.00001", BEN)
    await read.ask(f"link {await code_for(read, ADA)}", BEN)
    assert (await read.ask("unlink", BEN))["unlinked"]
    assert await read.ask("interests", BEN) == []
    assert (await read.ask("profile", BEN))["reactions"] == {}
    assert (await read.ask("profile", ADA))["reactions"] == {"like": 1}
    for who in (ADA, BEN):
        assert "not joined with another one" in await read.refused("unlink", who)


async def test_a_code_works_once_within_its_time_and_only_as_it_was_given(read: World) -> None:
    code = await code_for(read, ADA)
    assert len(code) == 8
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert "That code is not good" in await read.refused(f"link {wrong}", BEN)
    assert (await read.ask(f"link {code[:4]} {code[4:]}", BEN))["outcome"] == "joined"
    assert "That code is not good" in await read.refused(f"link {code}", CLEO)
    late = await code_for(read, ADA)
    read.later(minutes=15, seconds=1)
    assert "That code is not good" in await read.refused(f"link {late}", CLEO)
    assert (await read.ask("profile", CLEO))["interests"] == []


async def test_ones_own_code_is_refused_and_still_good_for_the_other_account(read: World) -> None:
    code = await code_for(read, ADA)
    assert "from this very account" in await read.refused(f"link {code}", ADA)
    assert (await read.ask(f"link {code}", BEN))["outcome"] == "joined"


async def test_the_export_is_a_private_file_of_everything_known(read: World) -> None:
    await read.ask("interests add recommendation")
    listed = await read.ask("recommend 2")
    await read.ask("like 1")
    message = await read.say("privacy export")
    (file,) = message.blocks
    assert isinstance(file, File)
    assert message.private
    document = json.loads(file.content)
    assert document == data_of(message)
    assert document["accounts"] == [{"platform": "console", "workspace": "", "user": "ada", "kind": "person"}]
    assert [entry["paper"] for entry in document["shown"]] == ids(listed)
    assert [entry["position"] for entry in document["shown"]] == [1, 2]
    assert document["feedback"][0]["title"] == listed[0]["title"]
    assert document["profile"]["queries"][0]["label"] == "recommendation"
    assert document["subscription"] is None


async def test_forgetting_asks_first_then_erases_on_every_account_and_only_there(read: World) -> None:
    for who in (ADA, CLEO):
        await read.ask("interests add recommendation", who)
        await read.ask("recommend 2", who)
        await read.ask("like 1", who)
    await read.ask(f"link {await code_for(read, ADA)}", BEN)
    code = await code_for(read, ADA)
    assert (await read.ask("privacy forget"))["confirm"] == "privacy forget yes"
    assert len(await read.ask("interests")) == 1
    assert await read.ask("privacy forget yes", BEN) == {"forgotten": True}
    for who in (ADA, BEN):
        document = await read.ask("privacy export", who)
        assert document["interests"] == document["feedback"] == document["shown"] == []
        assert document["profile"]["queries"] == []
        assert len(document["accounts"]) == 1
        assert "There is no list yet" in await read.refused("like 1", who)
    assert "That code is not good" in await read.refused(f"link {code}", CLEO)
    assert len((await read.ask("privacy export", CLEO))["feedback"]) == 1


async def test_the_profile_shows_what_was_told_and_learned_in_words(read: World) -> None:
    assert "Nothing is known yet" in words_of(await read.say("profile"))
    await read.ask("interests add recommendation")
    await read.ask("interests mute blockchain")
    await read.ask("like 2603.00001")
    await read.ask("hide 2603.00011")
    message = await read.say("profile")
    said = words_of(message)
    assert message.private
    assert "You told me: recommendation, mute: blockchain" in said
    assert "I learned: " in said
    assert "Less of: " in said
    assert "0 papers shown; 1 like, 1 hide." in said
    profile = data_of(message)
    assert max(profile["learned"].values()) == 1.0
    assert "laundry" in profile["disliked"]


async def test_the_profile_comes_with_a_picture_in_the_colours_asked_for(read: World) -> None:
    await read.ask("interests add recommendation")
    pictures = [(await read.say(said)).blocks[-1] for said in ("profile", "profile light", "profile dark")]
    names = [picture.name for picture in pictures if isinstance(picture, Image) and picture.png[:4] == b"\x89PNG"]
    assert names == ["profile-light.png", "profile-light.png", "profile-dark.png"]
    assert pictures[0] == pictures[1] != pictures[2]
    assert "`help profile` shows how" in await read.refused("profile blue")


async def test_the_history_tells_what_was_learned_by_each_of_the_last_weeks(read: World) -> None:
    await read.ask("like 2603.00011")
    read.later(days=20)
    await read.ask("like 2603.00007")
    await read.ask("dislike 2603.00008")
    await read.ask("like 2603.00009")
    await read.ask("undo 2603.00009")
    read.later(days=8)
    history = (await read.ask("profile"))["history"]
    assert history["days_ago"] == [28, 21, 14, 7, 0]
    learned = {words.casefold(): values for words, values in history["learned"].items()}
    laundry, graph = learned["laundry"], learned["graph"]
    assert math.isclose(laundry[0], laundry[1])
    assert laundry[1] > laundry[3] > 0
    assert graph[:3] == [0, 0, 0]
    assert graph[3] > graph[4] * 0.9 > 0
    quantum = {words.casefold(): values for words, values in history["less"].items()}["quantum"]
    assert quantum[:3] == [0, 0, 0]
    assert min(quantum[3:]) > 0
    assert not any("bird" in words for words in learned)


async def test_status_counts_papers_freshness_and_what_one_did(read: World) -> None:
    await read.ask("interests add recommendation")
    await read.ask("recommend 2")
    await read.ask("like 1")
    status = await read.ask("status")
    assert (status["papers"], status["samples"], status["fresh"], status["fresh_days"]) == (12, 0, 12, 7)
    assert (status["interests"], status["reactions"], status["shown"]) == (1, 1, 2)
    assert status["latest_announcement"] == "2026-03-16T12:00:00+00:00"
    assert (status["fetched_at"], status["error"]) == (None, None)
    assert status["search_behind"] == 12
    await read.ask("search anything")
    assert (await read.ask("status"))["search_behind"] == 0
    read.later(days=8)
    assert (await read.ask("status"))["fresh"] == 0


def test_every_command_of_the_table_has_somebody_to_answer_it() -> None:
    assert {spec.name for spec in COMMANDS} == {*HANDLERS, *REACTIONS, *INTEREST_KINDS, "help"}


async def test_every_example_of_the_help_is_understood(read: World) -> None:
    await read.ask("recommend 5 diffusion recommendation")
    for spec in COMMANDS:
        if spec.example and spec.name != "interests import":
            assert (await read.say(spec.example)).ok or spec.name in {"interests remove", "link", "paper"}, spec.example


async def test_help_answers_without_making_a_person(read: World) -> None:
    stranger = Account("discord", "stranger")
    for said in ("help", "help recommend", "help interests", "help interests add", "HELP why"):
        assert await read.ask(said, stranger)
    async with read.context.store.read() as uow:
        assert await uow.people.find(stranger) is None


NO_COMMANDS = (
    ("", "Say something"),
    ("recomend 5", "Did you mean `recommend 5`?"),
    ("xyzzy", "`help` lists what I know"),
    ("help xyzzy", "There is no command 'xyzzy'"),
    ("digest subscrbe daily 09:00", "Did you mean `digest subscribe daily 09:00`?"),
    ("digest", "Did you mean `help digest`?"),
    ("recommend 99", "How many papers: from 1 to 50, not 99."),
    ("trending decade", "`help trending` shows how"),
)


async def test_what_is_no_command_gets_an_answer_that_helps(world: World) -> None:
    for said, answer in NO_COMMANDS:
        assert answer in await world.refused(said)


async def test_many_messages_at_once_are_all_answered_and_a_newcomer_becomes_one_person(read: World) -> None:
    said = ("interests add recommendation", "recommend 2 diffusion", "like 2603.00001", "search speech", "profile")
    answers = await asyncio.gather(*(read.say(text, who) for text in said * 2 for who in (ADA, BEN, CLEO)))
    assert all(answer.ok for answer in answers)
    people = set()
    for who in (ADA, BEN, CLEO):
        assert [item["text"] for item in await read.ask("interests", who)] == ["recommendation"]
        async with read.context.store.read() as uow:
            person = await uow.people.find(who)
        assert person is not None
        assert person.accounts == (who,)
        people.add(person.id)
    assert len(people) == 3
