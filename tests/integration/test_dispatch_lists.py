"""Lists that are not personal, one paper, saved papers and their files, through the dispatcher."""

import csv
import io
import json
from dataclasses import replace

import pytest

from bot.domain.chat import File, PaperCard
from tests.fake_arxiv import FakeArxiv
from tests.integration.world import ADA, BEN, CLEO, LIBRARY, World, data_of, ids, paper, record, words_of

QUERIES: tuple[tuple[str, list[int]], ...] = (
    ("laundry", [11]),
    ("RECOMMENDATION reviews", [5]),
    ('"cold start"', [5]),
    ('author:"Yann LeCun"', [1, 7]),
    ("author:lecun protein", [1, 7]),
    ("cat:cs.IR recommendation", [4, 5, 6]),
    ("recommendation cat:cs.CR since:2026-03", [10]),
    ("recommendation since:2026-04", []),
    ("zzzzqqqq", []),
)


async def test_the_search_language_finds_what_it_says(read: World) -> None:
    for query, numbers in QUERIES:
        found = await read.ask(f"search {query}")
        assert sorted(ids(found)) == [f"arXiv:2603.{number:05d}" for number in numbers]


async def test_search_that_cannot_be_read_or_finds_nothing_says_so(read: World) -> None:
    assert "I cannot read the date 'yesterday'" in await read.refused("search since:yesterday")
    assert "What shall I look for?" in await read.refused('search "" author:')
    assert "`help search` shows how" in await read.refused("search")
    assert 'Nothing found for "zzzzqqqq"' in words_of(await read.say("search zzzzqqqq"))


async def test_a_search_finds_what_was_ingested_a_moment_ago_and_its_numbers_hold(read: World) -> None:
    assert await read.ask("search xylophones") == []
    await read.add(paper(80, "Xylophones in the wild"))
    assert ids(await read.ask("search xylophones")) == ["arXiv:2603.00080"]
    assert (await read.ask("like 1"))["id"] == "arXiv:2603.00080"
    assert (await read.ask("why 1"))["kept_out"] == "reacted to"


async def test_similar_papers_are_like_it_of_any_age_and_never_itself(read: World) -> None:
    read.later(days=400)
    found = await read.ask("similar 2603.00002")
    assert set(ids(found)) == {"arXiv:2603.00001", "arXiv:2603.00003"}
    assert [entry["rank"] for entry in found] == list(range(1, len(found) + 1))
    scores = [entry["score"] for entry in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] < 1
    assert (await read.ask("paper 1"))["id"] == found[0]["id"]


async def test_a_paper_like_no_other_says_so(world: World) -> None:
    await world.add(paper(1, "Alone"))
    assert 'Nothing I have is like "Alone"' in words_of(await world.say("similar 2603.00001"))


async def test_trending_adds_up_upvotes_and_what_readers_here_said_within_the_span(read: World) -> None:
    assert "Nothing is trending this week" in words_of(await read.say("trending"))
    await read.add(replace(LIBRARY[7], upvotes=3))
    for who in (ADA, BEN, CLEO):
        await read.ask("like 2603.00009", who)
    await read.ask("save 2603.00009", BEN)
    await read.ask("dislike 2603.00001", CLEO)
    message = await read.say("trending week")
    trending = data_of(message)
    assert ids(trending) == ["arXiv:2603.00009", "arXiv:2603.00008"]
    assert [entry["score"] for entry in trending] == pytest.approx([6 * 0.8 / 2**1.5, 3 * (5 / 7) / 2**1.5])
    assert [(entry["likes"], entry["dislikes"], entry["upvotes"]) for entry in trending] == [(3, 0, None), (0, 0, 3)]
    assert "Trending this week, not personal" in words_of(message)
    cards = [block for block in message.blocks if isinstance(block, PaperCard)]
    assert [card.reasons for card in cards] == [
        ("3 likes here, less than a day old",),
        ("3 upvotes, less than a day old",),
    ]
    assert (await read.ask("paper 2"))["id"] == "arXiv:2603.00008"
    read.later(days=10)
    assert await read.ask("trending day") == await read.ask("trending week") == []
    assert len(await read.ask("trending month")) == 2


async def test_a_paper_is_shown_whole_by_number_id_link_or_old_id(read: World) -> None:
    whole = "A long story. " * 60
    await read.add(paper(90, "On length", whole.strip()))
    for said in (
        "2603.00090",
        "arXiv:2603.00090v3",
        "https://arxiv.org/pdf/2603.00090v1.pdf",
        "hf.co/papers/2603.00090",
    ):
        message = await read.say(f"paper {said}")
        assert data_of(message)["id"] == "arXiv:2603.00090"
    (card,) = message.blocks
    assert isinstance(card, PaperCard)
    assert card.abstract == whole.strip()


async def test_a_paper_that_is_not_stored_is_fetched_once_by_its_id(read: World) -> None:
    read.fetcher.arxiv = FakeArxiv(records=[record(600, "Brought from afar")])
    assert (await read.ask("paper https://arxiv.org/abs/2603.00600v2"))["title"] == "Brought from afar"
    assert (await read.ask("paper 2603.00600"))["id"] == "arXiv:2603.00600"
    assert len(read.fetcher.asked) == 1
    assert "I do not know the paper arXiv:2603.00601" in await read.refused("paper 2603.00601")
    assert "I do not know the paper doi:10.1000/none" in await read.refused("paper 10.1000/none")
    assert len(read.fetcher.asked) == 2


async def test_saved_papers_come_latest_first_and_private(read: World) -> None:
    empty = await read.say("saved bibtex")
    assert "Nothing saved yet" in words_of(empty)
    for number in (5, 1, 9):
        await read.ask(f"save 2603.{number:05d}")
        read.later(minutes=1)
    message = await read.say("saved")
    assert message.private
    assert ids(data_of(message)) == [f"arXiv:2603.{number:05d}" for number in (9, 1, 5)]
    await read.ask("save 1")
    assert ids(await read.ask("saved")) == [f"arXiv:2603.{number:05d}" for number in (1, 5)]
    assert await read.ask("saved", BEN) == []


@pytest.mark.parametrize("style", ["bibtex", "ris", "csv", "json"])
async def test_saved_papers_come_as_a_file_that_teaches_another_account_the_same(read: World, style: str) -> None:
    for number in (5, 1):
        await read.ask(f"save 2603.{number:05d}")
    message = await read.say(f"saved {style}")
    (file,) = message.blocks
    assert isinstance(file, File)
    assert message.private
    assert data_of(message)["content"] == file.content
    if style == "csv":
        rows = list(csv.DictReader(io.StringIO(file.content)))
        assert {row["title"] for row in rows} == {LIBRARY[0].title, LIBRARY[4].title}
    elif style == "json":
        assert {entry["title"] for entry in json.loads(file.content)} == {LIBRARY[0].title, LIBRARY[4].title}
    else:
        done = await read.ask(f"interests import {file.name}", BEN, files={file.name: file.content.encode()})
        assert (done["learned"], done["missing"], done["rejected"]) == (2, [], [])
        export = await read.ask("privacy export", BEN)
        assert {event["paper"] for event in export["feedback"]} == {"arXiv:2603.00001", "arXiv:2603.00005"}
    assert (await read.ask("status"))["papers"] == len(LIBRARY)
