"""The batch scorer: whatever the profiles, what the ranker lists before it diversifies, to the last bit."""

import json
import math
import subprocess
import sys
from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.data
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import InterestKind, PartKind, Profile, ProfileQuery
from bot.domain.profile_vector import KIND_CODES, encode_vector
from bot.domain.ranking import Candidates
from bot.ranking.batch import BatchScorer
from bot.ranking.day_matrix import DayMatrix
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile, topic_query
from bot.ranking.ranker import Ranker
from bot.ranking.term_index import TermIndex
from tests.unit.ranking.makers import NOW, WEEK, corpus, index_of, interest, known, paper, profile, query

pytestmark = pytest.mark.timeout(900)  # the first test compiles

ROOT = Path(__file__).parents[3]
PLAIN = RankingSettings(diversify_strength=0)
OPEN = replace(PLAIN, learned_floor=0.0, interest_floor=0.0)
PAPERS = corpus("graph networks", "robot arms", "graph robots", "speech", "graph theory and graph drawing", "databases")
INDEX = index_of(PAPERS[:4], PAPERS[4:])
GRAPHS = profile(query({"graph": 1.0}))

Listed = list[tuple[PaperKey, float]]
Excluded = Sequence[frozenset[PaperKey]]


def _listed(
    index: TermIndex,
    profiles: Sequence[Profile],
    k: int,
    cache: Path,
    rules: RankingSettings = PLAIN,
    excluded: Excluded | None = None,
    background: TermIndex | None = None,
    unsure: float = 0.0,
) -> list[tuple[Listed, int] | None]:
    """Lists and numbers of candidates; None for a profile that is left to the ranker."""
    scorer = BatchScorer(index, WEEK.since, cache, settings=rules, background=background, threads=2)
    found = scorer.score([encode_vector(one) for one in profiles], k, excluded)
    assert not len(found.damaged)
    left = set(found.unsure.tolist())
    assert len(left) <= unsure * len(profiles)
    return [None if at in left else (found.of(at), int(found.candidates[at])) for at in range(len(profiles))]


def _ranked(
    index: TermIndex,
    one: Profile,
    k: int,
    rules: RankingSettings = PLAIN,
    excluded: frozenset[PaperKey] = frozenset(),
    background: TermIndex | None = None,
) -> tuple[Listed, int]:
    ranked = Ranker(index, rules, background).rank(one, Candidates(WEEK.since, excluded), k)
    return [(entry.key, entry.score) for entry in ranked.entries], ranked.candidates


def _rounded(one: Profile) -> Profile:
    """With weights as a vector holds them."""
    return replace(one, queries=tuple(replace(q, weights=tuple(array("f", q.weights).tolist())) for q in one.queries))


_LETTERS = st.sampled_from(list("abcdefg"))
_WORDS = _LETTERS.map(lambda letter: 2 * letter)
_TEXTS = st.lists(st.lists(_WORDS, max_size=12).map(" ".join), max_size=9)
_TERMS = _WORDS | st.tuples(_WORDS, _WORDS).map(" ".join)
_WEIGHTS = st.dictionaries(_TERMS, st.integers(-64, 300).map(lambda steps: steps / 64), max_size=9)
_KINDS = st.sampled_from([kind for kind in PartKind if kind is not PartKind.TOPIC])
_QUERIES = st.builds(query, _WEIGHTS, _KINDS, st.floats(-2, 2).map(lambda scale: round(scale, 2)))
_MUTES = st.lists(st.lists(_TERMS, max_size=2).map(tuple), max_size=2).map(tuple)
_PROFILES = st.builds(lambda queries, muted: profile(*queries, muted=muted), st.lists(_QUERIES, max_size=8), _MUTES)
_KEYS = st.frozensets(st.integers(1, 12).map(PaperKey), max_size=4)


@settings(deadline=None)
@given(
    _TEXTS,
    st.lists(st.tuples(_PROFILES, _KEYS), min_size=1, max_size=4),
    st.integers(0, 9),
    st.integers(1, 5),
    st.sampled_from([PLAIN, OPEN, replace(PLAIN, nearest=1, learned_floor=0.02)]),
)
def test_the_batch_lists_what_the_ranker_lists(
    kernels: Path,
    texts: list[str],
    people: list[tuple[Profile, frozenset[PaperKey]]],
    k: int,
    cut: int,
    rules: RankingSettings,
) -> None:
    papers = corpus(*texts)
    index = index_of(papers[:cut], papers[cut:])
    profiles, excluded = [_rounded(one) for one, _ in people], [keys for _, keys in people]
    listed = _listed(index, profiles, k, kernels, rules, excluded, unsure=1.0)
    for one, keys, mine in zip(profiles, excluded, listed, strict=True):
        assert mine is None or mine == _ranked(index, one, k, rules, keys)


_ROWS = [json.loads(line) for line in (Path(bot.data.__path__[0]) / "samples.jsonl").read_text("utf-8").splitlines()]
SAMPLES = [
    paper(key, row["title"], row["abstract"], authors=("Jane Doe",) if key % 7 == 0 else (), categories=("cs.LG",))
    for key, row in enumerate(_ROWS, start=1)
]


def _built(number: int, index: TermIndex) -> Profile:
    """A person with interests, likes, dislikes and a mute, as the production builder makes them."""
    stated = [
        interest(["diffusion models", "large language models", "robots"][number % 3]),
        interest("Jane Doe", InterestKind.AUTHOR),
        interest("cs.LG", InterestKind.CATEGORY),
        interest("medical", InterestKind.MUTE),
    ][: number % 5]
    liked = [known(SAMPLES[(number * 7 + step) % 40], "like", days_ago=step) for step in range(number % 6)]
    disliked = [known(SAMPLES[(number * 11 + step) % 40], "dislike") for step in range(number % 3)]
    return _rounded(build_profile(PersonId(number + 1), stated, liked + disliked, index, NOW))


@pytest.mark.parametrize("k", [1, 5, 30])
def test_profiles_as_they_are_built_need_no_second_ranker(kernels: Path, k: int) -> None:
    index, background = index_of(SAMPLES[20:]), index_of(SAMPLES[:20], SAMPLES[20:])
    profiles = [_built(number, background) for number in range(60)]
    excluded = [frozenset({SAMPLES[20 + number % 20].stored_key}) for number in range(60)]
    listed = _listed(index, profiles, k, kernels, excluded=excluded, background=background)
    assert any(mine is not None and len(mine[0]) > 1 for mine in listed) == (k > 1)
    for one, keys, mine in zip(profiles, excluded, listed, strict=True):
        assert mine == _ranked(index, one, k, excluded=keys, background=background)


def test_many_profiles_and_documents_are_split_over_threads_and_rows(kernels: Path) -> None:
    """More documents than one row of the table of maxima has, more profiles than one block, dense and rare terms."""
    draw = np.random.default_rng(5)
    words = [f"word{at}x" for at in range(60)]
    chances = np.arange(60, 0, -1.0) ** 2 / (np.arange(60, 0, -1.0) ** 2).sum()
    texts = [" ".join(draw.choice(words, draw.integers(3, 30), p=chances)) for _ in range(400)]
    index = index_of(corpus(*texts[:150]), [paper(at, text) for at, text in enumerate(texts[150:], start=151)])
    vocabulary = words
    profiles = []
    for _ in range(600):
        chosen = draw.choice(vocabulary, 8, replace=False)
        weights = dict(zip(chosen.tolist(), draw.random(8).round(3).tolist(), strict=True))
        kind = PartKind.LEARNED if draw.random() < 0.5 else PartKind.LIKED_PAPER
        profiles.append(_rounded(profile(query(weights, kind), query({"word3x": 0.5}, PartKind.DISLIKED, -0.2))))
    rules = replace(PLAIN, learned_floor=0.0)
    listed = _listed(index, profiles, 10, kernels, rules, unsure=0.05)
    for one, mine in list(zip(profiles, listed, strict=True))[::20]:
        assert mine is None or mine == _ranked(index, one, 10, rules)


def test_equal_papers_stand_in_the_order_of_their_keys(kernels: Path) -> None:
    index = index_of([paper(4, "graph"), paper(2, "graph")], [paper(3, "graph"), paper(1, "robot")])
    (mine,) = _listed(index, [GRAPHS], 3, kernels)
    assert mine is not None
    assert [key for key, _ in mine[0]] == [2, 3, 4]


def test_of_more_equal_papers_than_are_looked_at_first_those_with_the_lowest_keys_are_listed(kernels: Path) -> None:
    index = index_of(corpus(*["graph theory"] * 60, "robots", *["speech"] * 70))
    (found,) = _listed(index, [GRAPHS], 5, kernels)
    assert found is not None
    assert [key for key, _ in found[0]] == [1, 2, 3, 4, 5]
    assert found == _ranked(index, GRAPHS, 5)


@pytest.mark.parametrize("texts", [(), ("graph",), ("graph", "graph"), ("graph",) * 4, ("graph", *["robot"] * 5)])
def test_corpora_of_any_size_and_terms_in_every_paper_are_ranked(kernels: Path, texts: tuple[str, ...]) -> None:
    index = index_of(corpus(*texts))
    profiles = [GRAPHS, profile(), profile(query({})), profile(query({"unheard": 1.0}), query({"graph": 0.0}))]
    for k in (0, 1, 100):
        assert _listed(index, profiles, k, kernels) == [_ranked(index, one, k) for one in profiles]


def test_no_profiles_and_no_candidates_give_nothing(kernels: Path) -> None:
    assert _listed(INDEX, [], 5, kernels) == []
    later = BatchScorer(INDEX, NOW + timedelta(days=1), kernels)
    found = later.score([encode_vector(GRAPHS)], 5)
    assert (found.counts.tolist(), found.candidates.tolist(), found.of(0)) == ([0], [0], [])


def test_papers_that_are_gone_or_stale_are_no_documents_of_the_day() -> None:
    old = replace(PAPERS[0], first_seen_at=NOW - timedelta(days=8))
    index = index_of([old, *PAPERS[1:]], [replace(PAPERS[4], withdrawn=True)])
    day = DayMatrix.build(index, WEEK.since, Ranker(index)._bm25())
    assert day.keys.tolist() == [2, 3, 4, 6]
    assert day.most_terms == 3


@pytest.mark.parametrize(
    "wrong",
    [
        query({"graph": math.nan}),
        query({"graph": math.inf}),
        query({"graph": 1.0}, scale=math.inf),
        query({"graph": 1e-10}, PartKind.LEARNED, 1e300),
        query({"speech": 1.0, "robot": 1e-38}, PartKind.LIKED_PAPER),
        topic_query("graph"),
    ],
)
def test_weights_beyond_measure_and_topics_are_left_to_the_ranker(kernels: Path, wrong: ProfileQuery) -> None:
    scorer = BatchScorer(INDEX, WEEK.since, kernels)
    found = scorer.score([encode_vector(GRAPHS), encode_vector(profile(wrong))], 5)
    assert (found.unsure.tolist(), found.counts.tolist()) == ([1], [3, 0])


_WHOLE = encode_vector(profile(query({"graph": 1.0, "robot arm": 0.5}), muted=(("speech",),)))


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(_WHOLE)))
def test_damaged_vectors_are_told_and_harm_nobody(kernels: Path, noise: bytes, at: int) -> None:
    """Noise that happens to keep the sizes is another profile, no damage: then there just is an answer."""
    scorer = BatchScorer(INDEX, WEEK.since, kernels)
    broken = _WHOLE[:at] + noise + _WHOLE[at + len(noise) :]
    found = scorer.score([encode_vector(GRAPHS), broken, b"", _WHOLE[:8], encode_vector(GRAPHS)], 5)
    assert found.of(0) == found.of(4) == _ranked(INDEX, GRAPHS, 5)[0]
    assert {2, 3} <= set(found.damaged.tolist()) <= {1, 2, 3}


def test_a_negative_length_no_threads_and_too_few_exclusions_are_refused(kernels: Path) -> None:
    scorer = BatchScorer(INDEX, WEEK.since, kernels)
    with pytest.raises(ValueError, match="fewer than 0"):
        scorer.score([], -1)
    with pytest.raises(ValueError, match="a profile"):
        scorer.score([encode_vector(GRAPHS)], 5, [])
    with pytest.raises(ValueError, match="nearest liked"):
        BatchScorer(INDEX, WEEK.since, kernels, settings=replace(PLAIN, nearest=5))
    with pytest.raises(ValueError, match="one thread"):
        BatchScorer(INDEX, WEEK.since, kernels, threads=0)


def test_every_kind_of_query_has_a_number() -> None:
    assert {kind.value for kind in PartKind} <= KIND_CODES.keys()
    assert len(set(KIND_CODES.values())) == len(KIND_CODES)


_CHECKED = """
import json, sys
from pathlib import Path
from tests.unit.ranking import test_batch as this
index, background = this.index_of(this.SAMPLES[20:]), this.index_of(this.SAMPLES[:20], this.SAMPLES[20:])
profiles = [this._built(number, background) for number in range(12)]
mine = this._listed(index, profiles, 5, Path(sys.argv[1]), background=background)
theirs = [this._ranked(index, one, 5, background=background) for one in profiles]
print(mine == theirs, sum(len(some) for some, _ in theirs) > 10)
"""


def test_the_kernels_do_the_same_uncompiled_where_python_checks_every_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    told = subprocess.run(
        [sys.executable, "-c", _CHECKED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.stdout == "True True\n", told.stderr


_CHAT = """
import sys
import bot.__main__ as program, bot.usecases.score_profiles
sys.argv = ["paperboy", "chat"]
try:
    program.main()
finally:
    print("numba" in sys.modules)
"""


def test_nothing_that_answers_people_imports_numba(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DATA_DIR", str(tmp_path))
    for name in ("FEED", "API", "OAI"):
        monkeypatch.setenv(f"PAPERBOY_ARXIV_{name}_URL", "http://127.0.0.1:9")
    said = "samples\ninterests add diffusion models\nrecommend 3\ndigest preview\n"
    told = subprocess.run(
        [sys.executable, "-c", _CHAT], cwd=ROOT, input=said, capture_output=True, text=True, check=False
    )
    assert "diffusion" in told.stdout, told.stderr
    assert told.stdout.splitlines()[-1] == "False"
