"""What the search index finds, on a real index in a folder."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.search import TantivyIndex
from bot.domain.paper import Paper, PaperKey
from bot.domain.search_query import SearchQuery, parse_search_query
from tests.factories import make_paper


def _day(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


PAPERS = [
    make_paper(
        key=1,
        title="Flow matching for generative modeling",
        abstract="We train continuous normalizing flows without simulation, as the state of the art does.",
        authors=("Yaron Lipman", "Ricky T. Q. Chen"),
        categories=("cs.LG", "stat.ML"),
        announced_at=_day(2022, 10, 6),
    ),
    make_paper(
        key=2,
        title="On a problem of Erdős in graph theory",
        abstract="We study networks and random graphs of matching size. Flow is mentioned. Naïve bounds are improved.",
        authors=("Paul Erdős", "Alfréd Rényi"),
        categories=("math.CO",),
        announced_at=_day(2025, 3),
    ),
    make_paper(
        key=3,
        title="Deep belief nets",
        abstract="Learning graphs with neural networks and 深度学习模型, شبكات عصبية, 🙂 included.",
        authors=("Geoffrey E. Hinton", "Simon Osindero", "Yee-Whye Teh"),
        categories=("cs.NE", "astro-ph.GA"),
        announced_at=None,
        first_seen_at=_day(2026, 3, 14),
    ),
    make_paper(
        key=4,
        title="A survey",
        abstract="Nothing but belief and nets, not deep; belief again. Normalizing a flow is not meant.",
        authors=("Simon Hinton", "Geoffrey Lipman"),
        categories=("cs.CL",),
        announced_at=None,
    ),
]


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[TantivyIndex]:
    index = TantivyIndex(tmp_path / "search")
    await index.update(PAPERS, (), 7)
    yield index
    await index.close()


async def _find(index: TantivyIndex, text: str, limit: int = 10) -> list[int]:
    return [int(key) for key in await index.search(parse_search_query(text), limit)]


async def test_all_words_must_match_in_title_or_abstract(index: TantivyIndex) -> None:
    assert await _find(index, "continuous generative") == [1]
    assert sorted(await _find(index, "flow")) == [1, 2, 4]
    assert sorted(await _find(index, "flow matching")) == [1, 2]


async def test_a_match_in_the_title_ranks_above_one_in_the_abstract(index: TantivyIndex) -> None:
    assert (await _find(index, "flow matching"))[0] == 1
    assert await _find(index, "belief nets") == [3, 4]


async def test_words_match_in_any_form_and_case(index: TantivyIndex) -> None:
    assert await _find(index, "TRAINING modelling generatively") == [1]
    assert sorted(await _find(index, "network graph")) == [2, 3]


async def test_accents_do_not_count(index: TantivyIndex) -> None:
    assert await _find(index, "erdos") == await _find(index, "Erdős") == await _find(index, "Erdo\u030bs") == [2]
    assert await _find(index, "naive") == await _find(index, "NAÏVE") == [2]
    assert await _find(index, "author:renyi") == await _find(index, "author:Rényi") == [2]


async def test_if_no_paper_has_all_words_those_with_any_come(index: TantivyIndex) -> None:
    assert sorted(await _find(index, "continuous belief")) == [1, 3, 4]
    assert await _find(index, "continuous unheardof") == [1]
    assert await _find(index, "unheardof") == []


async def test_stop_words_count_in_phrases_only(index: TantivyIndex) -> None:
    for nothing in ("a", "The", "the of", "of of a"):
        assert await _find(index, nothing) == []
    assert await _find(index, "the erdos of") == await _find(index, "erdos") == [2]
    assert await _find(index, "the unheardof") == []
    assert await _find(index, "the author:hinton cat:cs.CL") == [4]
    assert await _find(index, '"state of the art"') == [1]
    assert await _find(index, '"state of a art"') == []


async def test_the_fallback_keeps_phrases_and_filters(index: TantivyIndex) -> None:
    assert await _find(index, "continuous belief cat:cs.CL") == [4]
    assert await _find(index, 'continuous belief "random graphs"') == []
    assert await _find(index, 'continuous graph "random graphs"') == [2]


async def test_a_phrase_matches_its_words_side_by_side(index: TantivyIndex) -> None:
    assert await _find(index, '"normalizing flows"') == [1]
    assert sorted(await _find(index, "normalizing flow")) == [1, 4]
    assert await _find(index, '"flows normalizing"') == []
    assert await _find(index, '"neural"') == [3]
    assert await _find(index, '"graph theory we study"') == [], "title and abstract are no one sentence"
    assert await _find(index, '"theory on a problem"') == [], "the title's weight makes no phrase with itself"
    assert await _find(index, "state_of_the_art") == [1]


async def test_an_authors_words_must_be_one_authors_words(index: TantivyIndex) -> None:
    assert await _find(index, "author:hinton") in ([3, 4], [4, 3])
    assert await _find(index, 'author:"Geoffrey Hinton"') == [3]
    assert await _find(index, 'author:"hinton geoffrey"') == [3]
    assert await _find(index, 'author:"Hinton, Geoffrey E."') == [3]
    assert await _find(index, 'author:"Yaron Chen"') == []
    assert await _find(index, "author:lipman author:chen") == [1]
    assert await _find(index, "author:teh author:lipman") == []


async def test_an_initial_stands_for_a_first_name(index: TantivyIndex) -> None:
    assert await _find(index, 'author:"G. Hinton"') == [3]
    assert await _find(index, 'author:"Y. W. Teh"') == [3]
    assert await _find(index, 'author:"R Chen"') == [1]
    assert await _find(index, 'author:"X Chen"') == []


async def test_a_category_matches_itself_and_its_archive(index: TantivyIndex) -> None:
    assert await _find(index, "cat:cs.lg") == await _find(index, "cat:CS.LG") == [1]
    assert sorted(await _find(index, "cat:cs")) == sorted(await _find(index, "cat:cs.*")) == [1, 3, 4]
    assert await _find(index, "cat:astro-ph") == await _find(index, "cat:astro-ph.GA") == [3]
    assert await _find(index, "cat:c") == []
    assert await _find(index, "cat:cs.LG cat:stat") == [1]


async def test_since_counts_from_announcement_or_else_first_sight(index: TantivyIndex) -> None:
    assert await _find(index, "since:2025-03") == [3, 2]
    assert await _find(index, "since:2025-03-02") == [3]
    assert await _find(index, "since:2027") == []
    assert await _find(index, "flow since:2022-10-06") in ([1, 2], [2, 1])


async def test_without_words_the_newest_come_first(index: TantivyIndex) -> None:
    assert await _find(index, "cat:cs") == [3, 1, 4]
    assert await _find(index, "cat:cs", 2) == [3, 1]


async def test_an_empty_query_or_no_room_finds_nothing(index: TantivyIndex) -> None:
    assert await index.search(SearchQuery(), 10) == []
    assert await _find(index, "flow", 0) == []
    assert await _find(index, "flow", -3) == []


async def test_values_without_a_letter_match_nothing_or_do_not_count(index: TantivyIndex) -> None:
    assert await index.search(SearchQuery(authors=("🙂",)), 10) == []
    assert await index.search(SearchQuery(categories=(" .* ",)), 10) == []
    assert await index.search(SearchQuery(words=("🙂",)), 10) == []
    assert await index.search(SearchQuery(words=("🙂", "continuous"), phrases=("!!",)), 10) == [1]
    assert await index.search(SearchQuery(words=("🙂", "_"), since=date(2030, 1, 1)), 10) == []


async def test_other_scripts_are_found(index: TantivyIndex) -> None:
    assert await _find(index, "深度学习") == [3]
    assert await _find(index, "学习模型") == [3]
    assert await _find(index, "习学") == []
    assert await _find(index, "عصبية") == [3]


async def test_the_language_of_query_parsers_is_just_words(index: TantivyIndex) -> None:
    for text in ("flow AND matching", "flow* matching", "title:flow", "+flow -matching", "flow~2 [a TO b]", "key:1"):
        assert isinstance(await _find(index, text), list)
    assert 1 in await _find(index, "flow* +matching^3")


async def test_an_update_replaces_a_paper_and_forgets_deleted_ones(index: TantivyIndex) -> None:
    changed = make_paper(key=1, title="Wavelets", abstract="", authors=(), categories=(), announced_at=None)
    await index.update([changed], [PaperKey(2)], 9)
    assert await _find(index, "wavelet") == [1]
    assert await _find(index, "flow matching") == [4], "neither the old text of 1 nor the deleted 2"
    assert await _find(index, "author:lipman") == [4]
    assert index.cursor() == 9


async def test_deleting_what_is_not_there_does_no_harm(index: TantivyIndex) -> None:
    await index.update((), [PaperKey(99)], 8)
    assert index.cursor() == 8
    assert len(await _find(index, "cat:cs")) == 3


async def test_a_paper_that_is_twice_in_one_update_is_there_once(index: TantivyIndex) -> None:
    await index.update([PAPERS[0], PAPERS[0]], (), 8)
    assert await _find(index, "continuous") == [1]


async def test_equal_scores_come_in_the_order_of_keys(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "search")
    twins = [make_paper(key=key, title="Twin", abstract="same", authors=()) for key in (5, 3, 9)]
    for number, twin in enumerate(twins, 1):
        await index.update([twin], (), number)
    assert await _find(index, "twin") == [3, 5, 9]
    await index.close()


async def test_many_small_updates_do_not_pile_up_segments(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "search")
    for number in range(1, 31):
        await index.update([make_paper(key=number)], (), number)
    segments = {path.stem for path in (tmp_path / "search").glob("*.idx")}
    assert len(segments) <= 10
    assert len(await _find(index, "scientific", 100)) == 30
    await index.close()


_HOSTILE = st.text(max_size=60) | st.text(alphabet='"():*^~[]{}\\/+-! abcAND\u202e\u0301🙂深', max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(_HOSTILE, max_size=4), phrase=_HOSTILE, author=_HOSTILE, category=_HOSTILE)
async def test_no_text_breaks_a_search(
    index: TantivyIndex, words: list[str], phrase: str, author: str, category: str
) -> None:
    for query in (
        SearchQuery(words=tuple(words)),
        SearchQuery(phrases=(phrase,)),
        SearchQuery(authors=(author,)),
        SearchQuery(categories=(category,)),
        SearchQuery(tuple(words), (phrase,), (author,), (category,), date(2020, 1, 1)),
    ):
        assert set(await index.search(query, 10)) <= {1, 2, 3, 4}
    assert index.cursor() == 7, "the index was not thrown away over a query"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=_HOSTILE, abstract=_HOSTILE, authors=st.lists(_HOSTILE, max_size=3), category=_HOSTILE)
async def test_any_paper_can_be_indexed(
    index: TantivyIndex, title: str, abstract: str, authors: list[str], category: str
) -> None:
    paper = make_paper(
        key=50, title=f"{title} zebrafish", abstract=abstract, authors=tuple(authors), categories=(category,)
    )
    await index.update([paper], (), 8)
    assert await _find(index, "zebrafish") == [50]
    await index.update((), [PaperKey(50)], 7)


async def test_a_name_as_long_as_a_book_stays_within_its_stretch(index: TantivyIndex) -> None:
    long = " ".join(f"{chr(97 + number % 26)}name{number}" for number in range(200))
    await index.update([make_paper(key=60, authors=(long, "Ada Lovelace"))], (), 8)
    assert await _find(index, 'author:"ada lovelace"') == [60]
    assert await _find(index, 'author:"ada aname0"') == []


def _lone_surrogate_paper() -> Paper:
    return make_paper(key=70, title="Broken \ud800 surrogate quokka", authors=("X \udfff",))


async def test_text_that_is_no_unicode_is_still_indexed(index: TantivyIndex) -> None:
    await index.update([_lone_surrogate_paper()], (), 8)
    assert await _find(index, "quokka") == [70]
    assert await index.search(SearchQuery(words=("\ud800quokka",)), 5) == [70]
    assert await index.search(SearchQuery(categories=("\ud800",)), 5) == []
