"""Feedback through the dispatcher: presses, opposites, undo, and what they do to the next ranking."""

import pytest

from bot.domain.person import PersonId
from bot.domain.profile import Profile
from bot.ports import UnitOfWork
from bot.usecases import profile_of
from bot.usecases.context import Context
from tests.integration.world import ADA, BEN, DIFFUSION, RECOMMENDATION, World, data_of, ids, words_of


@pytest.mark.parametrize("reaction", ["like", "dislike", "save", "hide", "known"])
async def test_a_press_is_recorded_and_a_second_press_takes_it_back(read: World, reaction: str) -> None:
    first = await read.ask(f"{reaction} 2603.00001")
    assert (first["changed"], first["active"]) == ({reaction: True}, [reaction])
    assert (await read.ask("profile"))["reactions"] == {reaction: 1}
    second = await read.ask(f"{reaction} 2603.00001")
    assert (second["changed"], second["active"]) == ({reaction: False}, [])
    assert (await read.ask("profile"))["reactions"] == {}
    log = (await read.ask("privacy export"))["feedback"]
    assert [(event["reaction"], event["active"], event["surface"]) for event in log] == [
        (reaction, True, "console"),
        (reaction, False, "console"),
    ]


async def test_opposites_clear_each_other_and_what_agrees_stays(read: World) -> None:
    await read.ask("like 2603.00001")
    both = await read.ask("save 2603.00001")
    assert both["active"] == ["like", "save"]
    turned = await read.ask("dislike 2603.00001")
    assert turned["changed"] == {"like": False, "save": False, "dislike": True}
    assert turned["active"] == ["dislike"]
    back = await read.say("known 2603.00001")
    assert data_of(back)["changed"] == {"dislike": False, "known": True}
    assert "no longer disliked" in words_of(back)


async def test_undo_takes_back_the_latest_word_and_then_the_one_before(read: World) -> None:
    await read.ask("like 2603.00001")
    read.later(minutes=1)
    await read.ask("save 2603.00001")
    undone = await read.ask("undo 2603.00001")
    assert (undone["changed"], undone["active"]) == ({"save": False}, ["like"])
    assert (await read.ask("undo 2603.00001"))["active"] == []
    nothing = await read.say("undo 2603.00001")
    assert data_of(nothing)["changed"] == {}
    assert "nothing to take back" in words_of(nothing)


async def test_feedback_by_a_number_of_the_list_and_by_a_link_is_the_same(read: World) -> None:
    listed = await read.ask("recommend 2 recommendation")
    number = listed[1]["id"].removeprefix("arXiv:")
    assert (await read.ask("like 2"))["id"] == listed[1]["id"]
    assert (await read.ask(f"like https://arxiv.org/pdf/{number}v3"))["active"] == []


async def test_a_like_alone_is_a_profile_and_brings_what_is_like_it(read: World) -> None:
    assert await read.ask("digest preview 9") == []
    await read.ask("like 2603.00001")
    listed = await read.ask("recommend 5")
    assert set(ids(listed)) & DIFFUSION == DIFFUSION - {"arXiv:2603.00001"}
    assert any('because you liked "Diffusion models for protein design"' in reason for reason in listed[0]["reasons"])
    assert "diffusion" in (await read.ask("profile"))["learned"]


async def test_a_like_changes_the_next_ranking_and_undo_restores_it(read: World) -> None:
    await read.ask("interests add recommendation, diffusion models")
    before = await read.ask("digest preview 9")
    await read.ask("like 2603.00005")
    after = await read.ask("digest preview 9")
    scores = {entry["id"]: entry["score"] for entry in before}
    for entry in after:
        if entry["id"] in RECOMMENDATION:
            assert entry["score"] > scores[entry["id"]]
    await read.ask("undo 2603.00005")
    assert await read.ask("digest preview 9") == before


async def test_dislikes_push_down_but_never_turn_a_stated_interest_off(read: World) -> None:
    await read.ask("interests add recommendation")
    before = {entry["id"]: entry["score"] for entry in await read.ask("digest preview 9")}
    for number in (4, 6, 10):
        await read.ask(f"dislike 2603.{number:05d}")
    (left,) = await read.ask("digest preview 9")
    assert left["id"] == "arXiv:2603.00005"
    assert left["score"] == pytest.approx(before[left["id"]])
    profile = await read.ask("profile")
    assert profile["disliked"]
    assert "recommendation" not in profile["disliked"]


async def test_one_persons_feedback_does_not_touch_anothers_ranking(read: World) -> None:
    for who in (ADA, BEN):
        await read.ask("interests add recommendation, diffusion models", who)
    before = await read.ask("digest preview 9", BEN)
    await read.ask("like 2603.00001", ADA)
    await read.ask("dislike 2603.00004", ADA)
    assert await read.ask("digest preview 9", BEN) == before
    assert (await read.ask("profile", BEN))["reactions"] == {}


async def test_a_like_fades_when_the_profile_is_made_anew(read: World) -> None:
    await read.ask("like 2603.00001")
    before = {entry["id"]: entry["score"] for entry in await read.ask("digest preview 9")}
    await read.ask("save 2603.00005")
    read.later(days=180)
    await read.ask("like 2603.00011")
    profile = await read.ask("profile")
    assert profile["reactions"] == {"like": 2, "save": 1}
    old = data_of(await read.say("why 2603.00002"))
    assert 0 < old["score"] < before["arXiv:2603.00002"]


NOT_THERE = (
    ("like 1", "There is no list yet for the number 1"),
    ("like nonsense", "is no number of the last list, no arXiv id and no link"),
    ("like local:unheard-of", "I do not know the paper local:unheard-of"),
    ("like 2603.77777", "could not fetch it: no network"),
    ("like", "`help like` shows how"),
    ("undo 7", "There is no list yet"),
)


async def test_feedback_on_what_is_not_there_says_what_is_wrong(read: World) -> None:
    for said, answer in NOT_THERE:
        assert answer in await read.refused(said)
        assert (await read.ask("privacy export"))["feedback"] == []


async def test_a_wanted_state_is_reached_from_wherever_it_stands(read: World) -> None:
    assert (await read.ask("like 2603.00001 on"))["changed"] == {"like": True}
    again = await read.say("like 2603.00001 on")
    assert data_of(again) == {**data_of(again), "changed": {}, "active": ["like"]}
    assert "already" in words_of(again)
    assert (await read.ask("like 2603.00001 off"))["active"] == []
    assert (await read.ask("like 2603.00001 off"))["changed"] == {}


async def stored_profile(world: World) -> Profile | None:
    """Ada's profile where it knows all that she said."""
    async with world.context.store.read() as uow:
        person = await uow.people.find(ADA)
        assert person is not None
        return await uow.profiles.find(person.id)


async def test_a_press_does_not_wait_for_learning_and_counts_in_the_very_next_list(read: World) -> None:
    await read.ask("interests add recommendation")
    await read.ask("recommend 1")
    assert await stored_profile(read) is not None
    await read.ask("like 2603.00001")
    assert await stored_profile(read) is None
    listed = await read.ask("recommend 9")
    assert set(ids(listed)) & DIFFUSION == DIFFUSION - {"arXiv:2603.00001"}
    learned = await stored_profile(read)
    assert learned is not None
    assert "papers you liked" in {query.label for query in learned.queries}


@pytest.mark.parametrize("question", ["profile", "why 2603.00002", "digest preview 9", "privacy export"])
async def test_every_view_of_a_profile_knows_what_was_just_pressed(read: World, question: str) -> None:
    await read.ask("interests add recommendation")
    await read.ask("recommend 1")
    before = str(await read.ask(question))
    await read.ask("like 2603.00001")
    pressed = str(await read.ask(question))
    assert pressed != before
    assert ("Diffusion models for protein design" in pressed) or ("diffusion" in pressed)


async def test_who_presses_while_their_profile_is_learned_is_not_forgotten(
    read: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await read.ask("like 2603.00004")
    async with read.context.store.read() as uow:
        person = await uow.people.find(ADA)
    assert person is not None
    learned: list[bool] = []

    async def press_meanwhile(context: Context, uow: UnitOfWork, person_id: PersonId) -> Profile:
        if not learned:
            learned.append(True)
            read.later(seconds=1)
            await read.ask("like 2603.00001")
        return await build(context, uow, person_id)

    build = profile_of.build
    monkeypatch.setattr(profile_of, "build", press_meanwhile)
    assert not await profile_of.learn(read.context, person.id)
    assert await stored_profile(read) is None
    assert set(ids(await read.ask("recommend 9"))) & DIFFUSION
