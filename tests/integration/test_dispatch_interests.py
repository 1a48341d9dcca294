"""Stated interests through the dispatcher: topics, authors, categories, mutes, their removal, and a library."""

from datetime import timedelta
from typing import Any

from bot.ports import FetchError
from tests.factories import NOON
from tests.fake_arxiv import FakeArxiv
from tests.integration.world import ADA, BEN, DIFFUSION, RECOMMENDATION, World, data_of, ids, paper, record, words_of


def listed(interests: Any) -> list[tuple[str, str]]:
    return [(item["kind"], item["text"]) for item in interests]


async def test_interests_are_added_listed_and_removed_by_number_or_words(read: World) -> None:
    assert "No interests yet" in words_of(await read.say("interests"))
    added = await read.ask("interests add  diffusion   models, recommendation; Diffusion models")
    assert listed(added["added"]) == [("text", "diffusion models"), ("text", "recommendation")]
    assert added["had"] == ["Diffusion models"]
    await read.ask("interests follow Grace Hopper")
    assert (await read.ask("interests remove 1"))["removed"] == [{"kind": "text", "text": "diffusion models"}]
    assert listed((await read.ask("interests remove GRACE  hopper"))["removed"]) == [("author", "Grace Hopper")]
    assert listed(await read.ask("interests")) == [("text", "recommendation")]
    assert 'I know no interest "7"' in await read.refused("interests remove 7")
    assert await read.ask("interests", BEN) == []


REFUSED = (
    ("interests add the", "has no word that I could look for"),
    ("interests add 🦆", "has no word that I could look for"),
    ("interests mute of", "has no word that I could look for"),
    ("interests follow 42", "has no word that I could look for"),
    ("interests category cs.LG.XX", "is not an arXiv category"),
    (f"interests add {'long ' * 50}", "is too long for one interest"),
    ("interests add ,;,", "There was nothing to add"),
)


async def test_what_cannot_be_an_interest_is_refused_with_the_reason(read: World) -> None:
    for said, reason in REFUSED:
        assert reason in await read.refused(said)
        assert await read.ask("interests") == []


async def test_more_than_a_hundred_interests_are_refused(world: World) -> None:
    words = ", ".join(f"topic{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(101))
    answer = await world.ask(f"interests add {words}")
    assert len(answer["added"]) == 100
    assert [item["reason"] for item in answer["refused"]] == ["would be more than 100 interests; remove some first"]


async def test_following_an_author_brings_their_papers_until_it_is_taken_back(read: World) -> None:
    await read.ask("interests follow Yann LeCun")
    preview = await read.ask("digest preview 9")
    assert set(ids(preview)) == {"arXiv:2603.00001", "arXiv:2603.00007"}
    assert preview[0]["reasons"] == ["you follow Yann LeCun"]
    await read.ask("interests remove Yann LeCun")
    assert await read.ask("digest preview 9") == []


async def test_categories_are_written_as_arxiv_does_and_bring_their_papers(read: World) -> None:
    added = await read.ask("interests category CS.ir; cs.cv quant-ph")
    assert listed(added["added"]) == [("category", "cs.IR"), ("category", "cs.CV"), ("category", "quant-ph")]
    preview = await read.ask("digest preview 9")
    assert set(ids(preview)) == {f"arXiv:2603.{number:05d}" for number in (2, 4, 5, 6, 8)}
    assert any("a category you read" in reason for reason in preview[0]["reasons"])


MUTES = (
    ("blockchain", {10}),
    ("cold start", {5}),
    ("cs.CR", {10}),
    ("cat:cs.CL", {5}),
    ('author:"Grace Hopper"', {4, 5, 6, 10}),
)


async def test_a_mute_keeps_papers_out_until_it_is_lifted(read: World) -> None:
    for mute, gone in MUTES:
        await read.ask("interests add recommendation")
        await read.ask(f"interests mute {mute}")
        left = RECOMMENDATION - {f"arXiv:2603.{number:05d}" for number in gone}
        assert set(ids(await read.ask("recommend again 9"))) == left, mute
        assert set(ids(await read.ask("recommend again 9 recommendation"))) == left, mute
        await read.ask(f"interests remove {mute}")
        assert set(ids(await read.ask("recommend again 9"))) == RECOMMENDATION


async def test_a_reset_asks_first_and_then_forgets_interests_and_feedback_but_not_what_was_shown(read: World) -> None:
    await read.ask("interests add recommendation, diffusion models")
    await read.ask("recommend 2")
    await read.ask("like 1")
    assert (await read.ask("interests reset"))["confirm"] == "interests reset yes"
    assert len(await read.ask("interests")) == 2
    assert await read.ask("interests reset yes") == {"interests": 2, "feedback": 1}
    profile = await read.ask("profile")
    assert (profile["interests"], profile["learned"], profile["reactions"], profile["shown"]) == ([], {}, {}, 2)
    assert "Tell me what you care about first" in words_of(await read.say("recommend"))


BIBTEX = b"""@article{one, title={Latent diffusion models on a budget}, eprint={2603.00002}, archivePrefix={arXiv}}
@article{two, title={Score distillation sampling revisited}}
@article{three, title={Fetched on demand}, eprint={2603.00500}, archivePrefix={arXiv}}
@article{four, title={Gone for good}, eprint={2603.00999}, archivePrefix={arXiv}}
@article{five, title={Never heard of it}}
@article{six, title={A paper that came along}, abstract={Its abstract is here: diffusion for everybody.}, year={2025},
  doi={10.1000/six}}
@article{seven, title={A private manuscript}, abstract={Nobody else has seen this falconry.}, year={1987}}
"""


async def test_a_bibtex_library_teaches_what_is_known_fetched_or_whole_and_names_what_is_missing(read: World) -> None:
    read.fetcher.arxiv = FakeArxiv(records=[record(500, "Fetched on demand")])
    done = await read.ask("interests import mine.bib", files={"mine.bib": BIBTEX})
    assert (done["learned"], done["had"], done["rejected"]) == (4, 0, [])
    assert done["missing"] == ["arXiv:2603.00999", "Never heard of it", "A private manuscript"]
    assert read.fetcher.asked == ["http://api.test/api/query?id_list=2603.00500,2603.00999&max_results=2"]
    profile = await read.ask("profile")
    assert profile["reactions"] == {"known": 4}
    assert "diffusion" in profile["learned"]
    recommended = ids(await read.ask("recommend 9"))
    assert "arXiv:2603.00001" in recommended
    assert not {"arXiv:2603.00002", "arXiv:2603.00003", "arXiv:2603.00500"} & set(recommended)
    read.fetcher.arxiv = None
    again = await read.say("interests import mine.bib", files={"mine.bib": BIBTEX})
    assert (data_of(again)["learned"], data_of(again)["had"]) == (0, 4)
    assert "Not found (no network): arXiv:2603.00999; Never heard of it; A private manuscript." in words_of(again)


async def test_a_library_is_private_and_news_to_nobody(read: World) -> None:
    await read.ask("interests import mine.bib", ADA, files={"mine.bib": BIBTEX})
    assert await read.ask("search falconry", BEN) == []
    assert await read.ask("recommend 5 falconry", BEN) == []
    # A public paper may be found by others, but a library does not make it new.
    assert ids(await read.ask("search everybody", BEN)) == ["doi:10.1000/six"]
    assert await read.ask("recommend 5 everybody", BEN) == []


async def test_a_paper_that_somebody_looked_up_is_news_to_nobody_until_a_feed_brings_it(read: World) -> None:
    read.fetcher.arxiv = FakeArxiv(records=[record(500, "Marmosets looked up", NOON - timedelta(days=400))])
    assert (await read.ask("paper 2603.00500", ADA))["title"] == "Marmosets looked up"
    assert await read.ask("recommend 5 marmosets", BEN) == []
    await read.add(paper(500, "Marmosets looked up"))
    assert ids(await read.ask("recommend 5 marmosets", BEN)) == ["arXiv:2603.00500"]


async def test_a_ris_library_and_a_list_of_links_teach_as_well(read: World) -> None:
    ris = b"TY  - JOUR\nTI  - Popularity bias in recommendation\nUR  - https://arxiv.org/abs/2603.00006\nER  - \n"
    assert (await read.ask("interests import a.ris", files={"a.ris": ris}))["learned"] == 1
    links = b"see https://arxiv.org/abs/2603.00004v2 and\nhf.co/papers/2603.00001, also 2603.00006\n"
    done = await read.ask("interests import list.txt", files={"list.txt": links})
    assert (done["learned"], done["had"], done["missing"]) == (2, 1, [])
    assert set(ids(await read.ask("recommend 9"))) >= (RECOMMENDATION | DIFFUSION) - {
        f"arXiv:2603.{number:05d}" for number in (1, 4, 6)
    }


async def test_an_import_with_nothing_in_it_is_no_success_and_says_why(read: World) -> None:
    assert 'I got no file "gone.bib"' in await read.refused("interests import gone.bib")
    said = await read.refused("interests import notes.txt", files={"notes.txt": b"nothing to see"})
    assert "no entry, arXiv id or DOI in this file" in said
    read.fetcher.fails["id_list"] = FetchError("arXiv asks to wait 60 s")
    said = await read.refused("interests import one.txt", files={"one.txt": b"2603.00999"})
    assert "Not found (arXiv asks to wait 60 s): arXiv:2603.00999" in said
    assert (await read.ask("privacy export"))["feedback"] == []
