"""Every ranker on a small data set; the baseline against the library itself, Paperboy against its own parts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from bot.domain.feedback import Reaction
from bot.domain.paper import LONG_AGO, PaperId, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import KnownPaper
from bot.domain.ranking import Candidates
from bot.evaluation.data_set import DataSet
from bot.evaluation.extra import MissingExtraError, extra
from bot.evaluation.metrics import auc
from bot.evaluation.peer import Corpus, Known
from bot.evaluation.peer_bm25 import BackgroundBm25
from bot.evaluation.peer_paperboy import NOW
from bot.evaluation.peers import PEERS, make_peer
from bot.evaluation.readers import read_data_set
from bot.evaluation.texts import Texts
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile
from bot.ranking.ranker import Ranker
from tests.unit.evaluation.makers import authors_like, write_data

CONTENT = [name for name in PEERS if name not in {"random", "popularity"}]
WORDS = ["owl", "lock", "bread", "canal", "night", "the", "oven", "wing", "model"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=12)


@pytest.fixture
def data(tmp_path: Path) -> DataSet:
    return read_data_set(authors_like(tmp_path))


@pytest.fixture
def corpus(data: DataSet) -> Corpus:
    return Corpus(Texts(data.papers, data.background), data.candidates(), data.readers)


@settings(deadline=None)  # the first call imports scipy
@given(st.lists(TEXT.filter(bool), min_size=1, max_size=8), st.lists(TEXT, min_size=1, max_size=8), TEXT)
def test_the_baseline_is_the_library_but_for_its_loop(
    background: list[list[str]], documents: list[list[str]], query: list[str]
) -> None:
    scorer = BackgroundBm25(background, documents)
    np.testing.assert_allclose(scorer.get_scores(query), BM25Okapi.get_scores(scorer, query), rtol=1e-9, atol=1e-12)
    library = BM25Okapi(background)
    assert (scorer.idf, scorer.avgdl) == (library.idf, library.avgdl)
    assert (scorer.k1, scorer.b, scorer.epsilon) == (library.k1, library.b, library.epsilon)


@settings(deadline=None)  # the first call imports scipy
@given(st.lists(TEXT.filter(bool), min_size=1, max_size=10), TEXT)
def test_asked_about_its_own_background_it_gives_what_the_library_gives(
    corpus: list[list[str]], query: list[str]
) -> None:
    scores = BackgroundBm25(corpus, corpus).get_scores(query)
    np.testing.assert_allclose(scores, BM25Okapi(corpus).get_scores(query), rtol=1e-9, atol=1e-12)


def test_the_baselines_query_is_the_stems_of_all_liked_papers(data: DataSet, corpus: Corpus) -> None:
    peer = make_peer("rank-bm25", 1)
    peer.fit(corpus)
    stems = corpus.texts.stems
    library = BM25Okapi([stems[at] for at in data.background.tolist()])
    library.doc_freqs = [{word: stems[at].count(word) for word in stems[at]} for at in corpus.candidates.tolist()]
    library.doc_len = [len(stems[at]) for at in corpus.candidates.tolist()]
    library.corpus_size = len(corpus.candidates)
    liked = data.readers[0].liked
    np.testing.assert_allclose(
        peer.score(Known(liked)), library.get_scores([word for at in liked for word in stems[at]]), rtol=1e-9
    )


def test_stems_are_lower_case_and_without_stop_words(data: DataSet) -> None:
    papers = [*data.papers]
    at = next(place for place, paper in enumerate(papers) if "hunting" in paper.abstract)
    stems = Texts(papers, data.background).stems[at]
    assert "hunt" in stems
    assert "with" not in stems
    assert all(word == word.lower() and len(word) > 1 for word in stems)


@pytest.mark.parametrize("name", CONTENT)
def test_every_ranker_that_reads_puts_papers_on_the_liked_subject_first(
    name: str, data: DataSet, corpus: Corpus
) -> None:
    peer = make_peer(name, 1)
    peer.fit(corpus)
    for reader in data.readers:
        scores = peer.score(Known(reader.liked, (), (reader.id,)))
        assert scores.shape == corpus.candidates.shape
        subject = data.papers[reader.liked[0]].id.partition("/")[0]
        own = np.array([data.papers[at].id.startswith(subject) for at in corpus.candidates])
        assert auc(scores, own) > 0.95


@pytest.mark.parametrize("name", PEERS)
def test_every_ranker_gives_the_same_scores_again(name: str, data: DataSet, corpus: Corpus) -> None:
    reader = data.readers[0]
    known = Known(reader.liked, data.readers[2].liked, (reader.id,))
    scores = []
    for _ in range(2):
        peer = make_peer(name, 7)
        peer.fit(corpus)
        scores.append(peer.score(known))
        np.testing.assert_array_equal(scores[-1], peer.score(known))
    np.testing.assert_array_equal(scores[0], scores[1])


def test_chance_depends_on_the_seed_and_on_who_asks(corpus: Corpus) -> None:
    def order(seed: int, liked: tuple[int, ...]) -> list[float]:
        peer = make_peer("random", seed)
        peer.fit(corpus)
        return [float(score) for score in peer.score(Known(liked))]

    assert order(1, (2, 3)) != order(2, (2, 3))
    assert order(1, (2, 3)) != order(1, (2, 4))


def test_popularity_counts_other_readers_and_never_the_one_who_asks(tmp_path: Path) -> None:
    papers = [{"id": name, "title": f"On {name}", "new": name > "c"} for name in "abcdefg"]
    readers = [
        {"id": "x", "liked": ["a"], "later": ["d", "e"]},
        {"id": "y", "liked": ["b", "d"], "later": ["e"]},
        {"id": "z", "liked": ["c"], "later": ["e", "f"]},
    ]
    data = read_data_set(write_data(tmp_path, papers, readers))
    peer = make_peer("popularity", 1)
    peer.fit(Corpus(Texts(data.papers, data.background), data.candidates(), data.readers))
    assert peer.score(Known((0,), (), ("x",))).tolist() == [1, 2, 1, 0]
    assert peer.score(Known((1,), (), ("y",))).tolist() == [1, 2, 1, 0]
    assert peer.score(Known((0, 2), (), ("x", "z"))).tolist() == [1, 1, 0, 0]


def test_popularity_takes_ratings_above_a_readers_mean_for_likes(tmp_path: Path) -> None:
    papers = [{"id": name, "title": f"On {name}"} for name in "abcd"]
    readers = [{"id": name, "liked": ["a"], "ratings": {"b": 1, "c": 2, "d": 6}} for name in "xy"]
    data = read_data_set(write_data(tmp_path, papers, readers))
    peer = make_peer("popularity", 1)
    peer.fit(Corpus(Texts(data.papers, data.background), data.candidates(), data.readers))
    assert peer.score(Known((0,), (), ("x",))).tolist() == [1, 0, 0, 1]


@pytest.mark.parametrize("name", ["tfidf-svm", "tfidf-logistic", "paperboy"])
def test_dislikes_push_their_subject_down(name: str, data: DataSet, corpus: Corpus) -> None:
    peer = make_peer(name, 1)
    peer.fit(corpus)
    one, other = data.readers[0], data.readers[2]
    mixed = (*one.liked, other.liked[0])
    before, after = peer.score(Known(mixed)), peer.score(Known(mixed, other.later[:3]))
    own = np.isin(corpus.candidates, other.later[3:])
    rank_before, rank_after = (np.argsort(np.argsort(-scores))[own].mean() for scores in (before, after))
    assert rank_after > rank_before


def test_a_classifier_with_nothing_to_tell_likes_from_prefers_nothing(tmp_path: Path) -> None:
    papers = [{"id": name, "title": f"Owls by {name}", "new": name == "c"} for name in "abc"]
    data = read_data_set(write_data(tmp_path, papers, [{"id": "x", "liked": ["a", "b"], "later": ["c"]}]))
    peer = make_peer("tfidf-svm", 1)
    peer.fit(Corpus(Texts(data.papers, data.background), data.candidates(), data.readers))
    assert peer.score(Known((0, 1))).tolist() == [0.0]


def test_paperboy_is_the_production_profile_and_ranker_and_leaves_out_what_is_known(data: DataSet) -> None:
    everything = np.arange(len(data.papers))
    texts = Texts(data.papers, data.background)
    peer = make_peer("paperboy", 1)
    peer.fit(Corpus(texts, everything, data.readers))
    liked, disliked = data.readers[0].liked, data.readers[2].liked[:2]
    scores = peer.score(Known(liked, disliked))
    known = [
        KnownPaper(
            PaperKey(at),
            PaperId(data.papers[at].id),
            data.papers[at].title,
            data.papers[at].abstract,
            reactions=frozenset({str(reaction)}),
            reacted_at=NOW,
        )
        for papers, reaction in ((liked, Reaction.LIKE), (disliked, Reaction.DISLIKE))
        for at in papers
    ]
    ranking, background = RankingSettings(), texts.term_index(data.background)
    profile = build_profile(PersonId(9), [], known, background, NOW, ranking)
    excluded = Candidates(since=LONG_AGO, excluded=frozenset(paper.key for paper in known))
    keys, values = Ranker(texts.term_index(everything), ranking, background).scores(profile, excluded)
    assert len(keys) > 5
    np.testing.assert_array_equal(scores[keys], values)
    assert np.isneginf(np.delete(scores, keys)).all()
    assert np.isneginf(scores[[*liked, *disliked]]).all()


def test_an_index_of_more_papers_than_a_segment_holds_has_several(
    data: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Texts(data.papers, data.background).background_index
    monkeypatch.setattr("bot.evaluation.texts.MAX_DOCUMENTS", 7)
    pieces = Texts(data.papers, data.background).background_index
    assert (len(whole.slots), len(pieces.slots)) == (1, 3)
    assert (whole.documents, whole.average_length) == (pieces.documents, pieces.average_length)


def test_a_library_that_is_not_installed_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_such_module(name: str) -> None:
        raise ModuleNotFoundError(name)

    assert extra("json").loads("1") == 1
    monkeypatch.setattr("importlib.import_module", no_such_module)
    with pytest.raises(MissingExtraError, match=r"needs sklearn.*pip install 'paperboy-bot\[evaluation\]'"):
        make_peer("tfidf-svm", 1)
    make_peer("paperboy", 1)
