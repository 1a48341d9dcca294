"""`why` through the dispatcher: exact parts, the rank of the list, and what kept a paper out."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.chat import Bullets, Table
from bot.domain.paper import title_paper_id
from tests.integration.world import BEN, LIBRARY, World, data_of, ids, paper, words_of


def adds_up(why: Any) -> bool:
    terms = sum(term["value"] for part in why["parts"] for term in part["terms"])
    parts = sum(part["value"] for part in why["parts"])
    return bool(terms == pytest.approx(why["score"], rel=1e-12) and parts == pytest.approx(why["score"], rel=1e-12))


async def test_every_paper_of_the_last_list_is_explained_with_its_rank_and_score_there(read: World) -> None:
    await read.ask("interests add recommendation, diffusion models")
    await read.ask("interests follow Yann LeCun")
    await read.ask("interests category cs.IR")
    await read.ask("like 2603.00002")
    await read.ask("recommend 2")
    listed = await read.ask("recommend 4")
    assert len(listed) == 4
    for number, entry in enumerate(listed, start=1):
        why = await read.ask(f"why {number}")
        assert (why["id"], why["rank"], why["kept_out"]) == (entry["id"], number, None)
        assert why["score"] == pytest.approx(entry["score"], rel=1e-12)
        assert adds_up(why)


async def test_why_names_every_kind_of_part_and_shows_words_not_stems(read: World) -> None:
    await read.ask("interests add diffusion models")
    await read.ask("interests follow Yann LeCun")
    await read.ask("interests category cs.LG")
    await read.ask("like 2603.00002")
    await read.ask("dislike 2603.00007")
    message = await read.say("why 2603.00001")
    why = data_of(message)
    kinds = {part["kind"] for part in why["parts"]}
    assert kinds >= {"interest", "author", "category", "learned", "liked paper"}
    assert adds_up(why)
    words = {term["words"] for part in why["parts"] if part["kind"] == "interest" for term in part["terms"]}
    assert words == {"Diffusion models", "diffusion", "models"} or words == {"diffusion models", "diffusion", "models"}
    (bullets,) = (block for block in message.blocks if isinstance(block, Bullets))
    assert len(bullets.items) == len(why["parts"])
    assert any(isinstance(block, Table) for block in message.blocks)
    assert message.private


async def test_why_groups_by_interest_and_liked_paper_and_names_what_was_learned_from(read: World) -> None:
    await read.ask("interests add diffusion models")
    await read.ask("like 2603.00002")
    await read.ask("like 2603.00006")
    message = await read.say("why 2603.00001")
    why = data_of(message)
    groups = {(group["kind"], group["paper"]): group for group in why["groups"]}
    assert sum(group["value"] for group in why["groups"]) == pytest.approx(why["score"], rel=1e-12)
    assert groups["interest", None]["label"] == "diffusion models"
    assert groups["liked paper", "arXiv:2603.00002"]["label"] == "Latent diffusion models on a budget"
    learned = groups["learned", None]
    assert learned["sources"][0] == {"id": "arXiv:2603.00002", "title": "Latent diffusion models on a budget"}
    (bullets,) = (block for block in message.blocks if isinstance(block, Bullets))
    assert any('most of all "Latent diffusion models on a budget"' in line for line in bullets.items)
    listed = await read.ask("recommend 9")
    reasons = [reason for entry in listed for reason in entry["reasons"]]
    assert any('most of all "Latent diffusion models on a budget"' in reason for reason in reasons)


async def test_a_list_with_a_topic_is_explained_with_its_topic_and_days(read: World) -> None:
    await read.ask("interests add diffusion models")
    read.later(days=10)
    listed = await read.ask("recommend 3 --days 20 recommendation")
    message = await read.say("why 1")
    why = data_of(message)
    assert (why["id"], why["rank"], why["kept_out"]) == (listed[0]["id"], 1, None)
    assert [part["kind"] for part in why["parts"]][-1] == "topic"
    assert 'for "recommendation"' in words_of(message)
    assert "the last 20 days" in words_of(message)
    off_topic = await read.ask("why 2603.00001")
    assert off_topic["kept_out"] == "not fresh"


async def test_a_paper_below_the_first_five_has_its_rank_and_says_that_others_were_closer(read: World) -> None:
    await read.ask("interests add recommendation, diffusion models, protein")
    ranked = ids(await read.ask("digest preview 50"))
    assert len(ranked) >= 7
    await read.ask("search laundry")
    message = await read.say(f"why {ranked[6]}")
    why = data_of(message)
    assert (why["rank"], why["kept_out"]) == (7, "below the first k")
    assert "others were closer to you (rank 7 of" in words_of(message)
    assert adds_up(why)


@pytest.mark.parametrize(
    ("before", "kept_out", "says"),
    [
        (["interests mute blockchain"], "muted: blockchain", 'your mute "blockchain" keeps it out'),
        (["dislike 2603.00010"], "turned down", "you turned it down"),
        (["hide 2603.00010"], "turned down", "`undo` takes that back"),
        (["known 2603.00010"], "known", "you said that you know it"),
        (["like 2603.00010"], "reacted to", "you have reacted to it"),
        (["recommend 9", "recommend 1 laundry"], "shown", "`recommend again` repeats"),
        (["interests remove recommendation"], "no term in common", "it shares no word"),
    ],
)
async def test_what_kept_a_paper_out_is_said(read: World, before: list[str], kept_out: str, says: str) -> None:
    await read.ask("interests add recommendation")
    for line in before:
        await read.ask(line)
    message = await read.say("why 2603.00010")
    why = data_of(message)
    assert (why["kept_out"], why["rank"]) == (kept_out, None)
    assert says in words_of(message)
    assert adds_up(why)


async def test_a_paper_that_is_not_new_any_more_says_so(read: World) -> None:
    await read.ask("interests add recommendation")
    read.later(days=8)
    assert (await read.ask("why 2603.00006"))["kept_out"] == "not fresh"


async def test_a_paper_that_dislikes_outweigh_says_so(read: World) -> None:
    kernels = "Tensor kernels anneal slowly on cold lattices, and nobody knows which kernels cool first."
    await read.add(*(paper(50 + number, "Tensor kernels", kernels, categories=("cs.SD",)) for number in range(4)))
    await read.ask("interests category cs.SD")
    for number in (50, 51, 52):
        await read.ask(f"dislike 2603.{number:05d}")
    why = await read.ask("why 2603.00053")
    values = {part["kind"]: part["value"] for part in why["parts"]}
    assert values["category"] > 0 > values["disliked"]
    assert (why["kept_out"], why["rank"]) == ("outweighed by dislikes", None)
    assert why["score"] < 0
    assert adds_up(why)


SINGLE_CHANGES = (
    (["interests add recommendation", "interests mute blockchain"], 10, "interests remove blockchain"),
    (["interests add recommendation", "dislike 2603.00010"], 10, "undo arXiv:2603.00010"),
    (["interests add recommendation"], 11, "interests add fold laundry"),
    (["interests category cs.SD", "dislike 2603.00050"], 51, "undo arXiv:2603.00050"),
    (["interests add diffusion, birds, weather, laundry, quantum"], 6, "interests add bias recommendation"),
)


@pytest.mark.parametrize(("before", "number", "command"), SINGLE_CHANGES)
async def test_the_change_that_is_suggested_brings_the_paper_in_at_the_rank_said(
    read: World, before: list[str], number: int, command: str
) -> None:
    kernels = "Tensor kernels anneal slowly on cold lattices, and nobody knows which kernels cool first."
    await read.add(*(paper(at, "Tensor kernels", kernels, categories=("cs.SD",)) for at in (50, 51)))
    for line in before:
        await read.ask(line)
    wanted = f"arXiv:2603.{number:05d}"
    message = await read.say(f"why {wanted}")
    change = data_of(message)["counterfactual"]
    assert change["command"] == command
    assert f"`{command}` would bring it in, at rank {change['rank']}: {change['change']}." in words_of(message)
    await read.ask(change["command"])
    assert ids(await read.ask("recommend 5"))[change["rank"] - 1] == wanted


async def test_how_far_back_to_look_for_an_old_paper_is_said(read: World) -> None:
    await read.ask("interests add laundry")
    read.later(days=8, hours=1)
    change = (await read.ask("why 2603.00011"))["counterfactual"]
    assert (change["command"], change["change"], change["rank"]) == ("recommend 5 --days 9", "look back 9 days", 1)
    assert ids(await read.ask(change["command"])) == ["arXiv:2603.00011"]


async def test_what_a_recommended_paper_stands_on_is_said_and_without_it_it_goes(read: World) -> None:
    await read.ask("interests add laundry")
    await read.ask("like 2603.00002")
    await read.ask("recommend 9")
    message = await read.say("why 2603.00001")
    change = data_of(message)["counterfactual"]
    assert (change["command"], change["rank"]) == ("undo arXiv:2603.00002", None)
    title = '"Latent diffusion models on a budget"'
    assert f"Without your like of {title} it would not be listed (`undo arXiv:2603.00002`)." in words_of(message)
    await read.ask(change["command"])
    assert "arXiv:2603.00001" not in ids(await read.ask("recommend again"))


async def test_a_listed_paper_that_was_turned_down_comes_again_with_the_list(read: World) -> None:
    await read.ask("interests add recommendation")
    listed = ids(await read.ask("recommend 3"))
    await read.ask("dislike 2")
    message = await read.say("why 2")
    assert data_of(message)["counterfactual"]["rank"] == 2
    assert "`recommend again` then repeats the list." in words_of(message)
    await read.ask(data_of(message)["counterfactual"]["command"])
    assert ids(await read.ask("recommend again")) == listed


async def test_where_no_single_change_helps_it_says_how_far_the_paper_is(read: World) -> None:
    await read.ask("interests add recommendation")
    await read.ask("interests mute blockchain")
    await read.ask("interests mute markets")
    message = await read.say("why 2603.00010")
    why = data_of(message)
    assert why["counterfactual"] is None
    assert 0 < why["score"] <= why["last_listed"]
    assert "No single change that I tried would bring it in" in words_of(message)
    await read.ask("recommend 9")
    await read.ask("recommend 1 laundry")
    shown = await read.say("why 2603.00006")
    assert data_of(shown)["counterfactual"] is None
    assert "No single change" not in words_of(shown)


async def test_a_withdrawn_paper_says_so(read: World) -> None:
    await read.add(replace(LIBRARY[0], version=2, withdrawn=True))
    assert (await read.ask("why 2603.00001"))["kept_out"] == "withdrawn"


async def test_what_diversify_moved_is_said_in_the_list_and_in_why(world: World) -> None:
    twins = [paper(100 + number, "Sonar maps of caves") for number in range(3)]
    await world.add(*twins, paper(110, "Sonar maps of reefs", "From kayaks we look into sonar maps."), *LIBRARY)
    listed = await world.ask("recommend 6 sonar maps")
    moved = [entry for entry in listed if any(reason.startswith("diversify: ") for reason in entry["reasons"])]
    assert moved
    why = await world.ask(f"why {moved[0]['rank']}")
    assert [step["name"] for step in why["steps"]] == ["diversify"]
    assert f"diversify: {why['steps'][0]['effect']}" in moved[0]["reasons"]


async def test_a_listed_paper_that_got_its_real_id_meanwhile_keeps_its_rank(read: World) -> None:
    nameless = replace(paper(70, "Sonar maps of caves"), id=title_paper_id("Sonar maps of caves"))
    await read.add(nameless)
    (listed,) = await read.ask("recommend 5 sonar caves")
    await read.add(paper(70, "Sonar maps of caves", version=2))
    why = await read.ask("why 1")
    assert (why["id"], why["rank"], why["kept_out"]) == ("arXiv:2603.00070", 1, None)
    assert listed["id"].startswith("title:")


async def test_the_list_of_one_person_explains_nothing_to_another(read: World) -> None:
    await read.ask("recommend 3 recommendation")
    assert "There is no list yet" in await read.refused("why 1", BEN)
    await read.ask("recommend 1 laundry", BEN)
    assert "The last list has 1 paper, so there is no number 2" in await read.refused("why 2", BEN)
