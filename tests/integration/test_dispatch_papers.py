"""What becomes of papers while people read: samples, merges, new versions, withdrawals, segments, two processes."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.domain.paper import Paper, title_paper_id
from bot.domain.ranking import StoredSegment
from bot.ranking.segment import encode_segment
from bot.ranking.term_index import TermIndex
from bot.usecases.catch_up import CaughtUp, catch_up
from store.engine import open_store
from tests.fakes import FakeClock
from tests.integration.world import ADA, BEN, LIBRARY, World, data_of, ids, open_world, paper, words_of


async def test_samples_go_with_the_first_real_paper_and_all_that_hung_on_them(world: World) -> None:
    assert (await catch_up(world.context)).outcome is CaughtUp.OFFLINE_SAMPLES
    await world.ask("interests add diffusion models")
    message = await world.say("recommend 3")
    assert all(entry["sample"] for entry in data_of(message))
    assert "These are samples, not real papers" in words_of(message)
    await world.ask("like 1")
    await world.ask("save 2")
    assert (await world.ask("profile"))["learned"]
    await world.add(LIBRARY[0])
    status = await world.ask("status")
    assert (status["papers"], status["samples"], status["fresh"]) == (1, 0, 1)
    assert (status["reactions"], status["shown"], status["interests"]) == (0, 0, 1)
    profile = await world.ask("profile")
    assert (profile["learned"], profile["reactions"]) == ({}, {})
    (entry,) = await world.ask("recommend 5")
    assert entry["id"] == LIBRARY[0].id
    assert entry["reasons"] == ['your interest "diffusion models": diffusion models']
    assert await world.ask("search sequential") == []
    export = await world.ask("privacy export")
    assert export["feedback"] == []
    assert [shown["paper"] for shown in export["shown"]] == [LIBRARY[0].id]


async def test_samples_never_come_back_once_there_are_real_papers(read: World) -> None:
    await catch_up(read.context)
    status = await read.ask("status")
    assert (status["papers"], status["samples"]) == (len(LIBRARY), 0)


async def test_a_paper_known_by_title_alone_is_the_one_that_arrives_with_an_id(read: World) -> None:
    title = "Sonar maps of caves"
    nameless = replace(paper(70, title), id=title_paper_id(title), version=None, announced_at=None, source="page")
    await read.add(nameless)
    (shown,) = await read.ask("recommend 5 sonar")
    await read.ask("like 1")
    report = await read.add(paper(70, "SONAR maps of caves!"))
    assert (report.new, report.updated) == (0, 1)
    export = await read.ask("privacy export")
    assert [(event["paper"], event["reaction"]) for event in export["feedback"]] == [("arXiv:2603.00070", "like")]
    assert [entry["paper"] for entry in export["shown"]] == ["arXiv:2603.00070"]
    assert (await read.ask(f"paper {shown['id']}"))["id"] == "arXiv:2603.00070"
    assert ids(await read.ask("search sonar")) == ["arXiv:2603.00070"]
    assert "arXiv:2603.00070" not in ids(await read.ask("recommend 5 sonar"))
    assert (await read.ask("status"))["papers"] == len(LIBRARY) + 1


async def test_two_papers_that_turn_out_to_be_one_keep_the_feedback_of_both(read: World) -> None:
    title = "Sonar maps of caves"
    await read.add(replace(paper(70, title), id=title_paper_id(title)))
    await read.add(paper(71, "Echo maps of caverns"))
    await read.ask(f"like {title_paper_id(title)}", ADA)
    await read.ask("save 2603.00071", BEN)
    await read.add(replace(paper(71, title), version=2))
    assert (await read.ask("status"))["papers"] == len(LIBRARY) + 1
    for who in (ADA, BEN):
        (event,) = (await read.ask("privacy export", who))["feedback"]
        assert event["paper"] == "arXiv:2603.00071"
    assert ids(await read.ask("recommend 9 maps caves")) == []
    assert [entry["id"] for entry in await read.ask("search maps caves")] == ["arXiv:2603.00071"]


async def test_a_new_version_is_ranked_by_its_new_words(read: World) -> None:
    await read.ask("interests add volcanoes")
    assert await read.ask("digest preview 5") == []
    report = await read.add(replace(LIBRARY[8], title="Speech recognition near volcanoes", version=2))
    assert (report.new, report.updated) == (0, 1)
    assert ids(await read.ask("digest preview 5")) == ["arXiv:2603.00009"]
    assert (await read.ask("why 1"))["title"] == "Speech recognition near volcanoes"
    assert ids(await read.ask("search volcanoes")) == ["arXiv:2603.00009"]
    await read.add(LIBRARY[8])
    assert ids(await read.ask("digest preview 5")) == ["arXiv:2603.00009"]


async def test_a_withdrawn_paper_is_never_recommended_nor_like_another(read: World) -> None:
    await read.add(replace(LIBRARY[3], version=2, withdrawn=True))
    assert LIBRARY[3].id not in ids(await read.ask("recommend 20 recommendation"))
    assert LIBRARY[3].id not in ids(await read.ask("recommend again 20 recommendation"))
    assert LIBRARY[3].id not in ids(await read.ask("similar 2603.00005"))
    await read.add(LIBRARY[3])
    assert LIBRARY[3].id not in ids(await read.ask("recommend again 20 recommendation"))


async def test_ingesting_the_same_again_changes_nothing(read: World) -> None:
    async with read.context.store.read() as uow:
        before = await uow.segments.ids()
    report = await read.add(*LIBRARY)
    assert (report.new, report.updated, report.unchanged) == (0, 0, len(LIBRARY))
    async with read.context.store.read() as uow:
        assert await uow.segments.ids() == before


def corpus() -> list[Paper]:
    draw = random.Random(7)
    subjects = ("diffusion", "graph", "robot", "speech", "protein", "retrieval", "quantum", "weather", "bandit")
    papers = []
    for number in range(1, 101):
        chosen = draw.sample(subjects, 4)
        text = " ".join(draw.choice(chosen) for _ in range(30))
        papers.append(paper(number, f"On {chosen[0]} and {chosen[1]}", f"{text}, case {chr(97 + number % 26)}x."))
    return papers


async def ranked(world: World) -> list[tuple[str, Any, Any]]:
    preview = await world.ask("digest preview 50")
    return [(entry["id"], entry["score"], entry["reasons"]) for entry in preview]


async def test_many_small_ingests_rank_as_one_big_one_and_leave_few_segments(world: World) -> None:
    papers = corpus()
    first = replace(papers[0], title="On something else", abstract="Nothing to see.")
    await world.add(first)
    for start in range(0, len(papers), 7):
        await world.add(*papers[start : start + 7])
    changed = [replace(one, version=2, abstract=f"{one.abstract} Revised with bandit.") for one in papers[:10]]
    for one in changed:
        await world.add(one)
    async with world.context.store.read() as uow:
        sizes = [documents for _, documents in await uow.segments.ids()]
        grown = await world.context.terms.current(uow)
        stored = await uow.papers.find_many([one.id for one in papers])
    assert len(sizes) <= 8
    payload = encode_segment(list(stored.values()))
    built = TermIndex.empty().with_segments([StoredSegment(1, len(papers), payload)])
    assert (grown.documents, grown.average_length) == (built.documents, built.average_length)
    assert [counts.tolist() for counts in grown.df_counts] == [counts.tolist() for counts in built.df_counts]
    await world.ask("interests add graph retrieval, bandit")
    await world.ask("like 2603.00033")
    await world.ask("dislike 2603.00044")
    small = await ranked(world)
    assert len(small) == 50
    async with world.context.store.write() as uow:
        ids_now = [segment_id for segment_id, _ in await uow.segments.ids()]
        await uow.segments.replace(ids_now, len(papers), payload)
    assert await ranked(world) == small


async def test_two_processes_on_one_store_see_each_others_papers_and_people(
    world: World, store_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    second_store = await open_store(store_url)
    try:
        async with open_world(second_store, tmp_path / "second", clock) as other:
            await world.add(*LIBRARY[:6])
            assert len(ids(await other.ask("recommend 9 diffusion", BEN))) == 3
            await other.add(*LIBRARY[6:], replace(LIBRARY[0], version=2, title="Diffusion models for sonar"))
            assert ids(await world.ask("recommend 9 laundry")) == ["arXiv:2603.00011"]
            assert ids(await world.ask("search sonar")) == ids(await other.ask("search sonar", BEN)) == [LIBRARY[0].id]
            await world.ask("interests add sonar, recommendation")
            await other.ask("like 2603.00006", ADA)
            assert await other.ask("digest preview 9", ADA) == await world.ask("digest preview 9", ADA)
            for number in range(100, 120):
                writer = world if number % 2 else other
                await writer.add(paper(number, f"Interleaved sonar {chr(number)}"))
            assert await ranked(other) == await ranked(world)
            assert len(await other.ask("digest preview 50")) >= 21
    finally:
        await second_store.close()
