from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import PaperKey
from bot.ranking.excerpt import excerpt
from bot.ranking.parameters import RankingSettings
from bot.ranking.ranker import Ranker
from tests.unit.ranking.makers import WEEK, corpus, index_of, paper, profile, query, stored

PLAIN = RankingSettings(diversify_strength=0)
_WORDS = st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), max_size=9)


@given(st.lists(_WORDS, min_size=1, max_size=9), st.integers(0, 9), st.sets(st.integers(1, 11), max_size=6))
def test_an_excerpt_ranks_its_papers_as_the_whole_index_does(
    texts: list[list[str]], cut: int, wanted: set[int]
) -> None:
    papers = corpus(*(" ".join(words) for words in texts))
    index = index_of(papers[:cut], papers[cut:])
    mine = profile(query({"aa": 1.0, "bb": 0.5}), query({"cc": 0.2}, scale=-0.5))
    keys = frozenset(map(PaperKey, wanted))
    few = Ranker(excerpt(index, keys), PLAIN, background=index).rank(mine, WEEK, 9)
    whole = Ranker(index, PLAIN).rank(mine, replace(WEEK, only=keys), 9)
    assert few == whole


def test_tombstones_and_the_newest_texts_are_taken() -> None:
    index = index_of(corpus("aa", "bb", "cc")).with_segments([stored([paper(1, "dd")], 2, deleted=[2])])
    few = excerpt(index, map(PaperKey, (1, 2, 3, 4)))
    places = {key: few.locate(PaperKey(key)) for key in (1, 2, 3, 4)}
    assert places[4] is None
    ranked = Ranker(few, background=index).rank(profile(*(query({word: 1.0}) for word in ("dd", "aa", "bb"))), WEEK, 9)
    assert [entry.key for entry in ranked.entries] == [1]
    assert ranked.candidates == 2
