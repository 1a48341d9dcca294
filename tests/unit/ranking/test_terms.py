import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ranking.terms import MAX_WORD, as_word, document_terms, is_pair, spelled_words, term_id, text_terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Diffusion Models", "diffusion model"),
        ("pre-training", "pretraining"),
        ("fine\u2010tuning", "finetuning"),
        ("Schrödinger", "SCHRODINGER"),
        ("ﬁnite", "finite"),
        ("Bayes's rule", "Bayes rule"),
        ("recommender", "recommendation"),
    ],
)
def test_spellings_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert set(words(one)) & set(words(other)) == set(words(other))


def test_words_leave_out_stop_words_numbers_letters_math_and_links() -> None:
    text = r"We use $\alpha_{ij}$ and \emph{sparse} codes of 2024 at https://example.org/x and www.a.example x"
    assert words(text) == ["use", "spars", "code"]


def test_prices_are_no_math() -> None:
    assert words("costs $5 for robots and $6 for drones") == ["cost", "robot", "drone"]


def test_parts_of_a_compound_are_words_too() -> None:
    assert words("text-to-image") == ["text", "imag"]
    assert words("multi-agent") == ["multiag", "agent"]
    assert words("pre- and post-processing") == ["pre", "postprocess", "process"]


def test_languages_with_signs_are_words() -> None:
    assert words("C++ and F# or c#") == ["c++", "f#", "c#"]


def test_scripts_without_spaces_and_other_alphabets_are_kept() -> None:
    assert words("图神经网络 Нейросети") == ["图神经网络", "неиросети"]


def test_pairs_span_stop_words_but_no_punctuation() -> None:
    assert set(text_terms("survey of models, data")) == {"survey", "model", "data", "survey model"}


def test_no_pair_joins_title_and_abstract() -> None:
    terms = document_terms("Graph networks", "Graph networks learn")
    assert terms == {"graph": 2, "network": 2, "graph network": 2, "learn": 1, "network learn": 1}


def test_pairs_are_told_from_words_and_names() -> None:
    assert [is_pair(term) for term in ("graph", "graph network", "author:jane doe")] == [False, True, False]


def test_long_words_are_cut() -> None:
    assert max(map(len, words("a" * 100))) <= MAX_WORD


def test_ids_are_crc_32() -> None:
    assert term_id("123456789") == 0xCBF43926


def test_spelled_words_keep_the_writing() -> None:
    spelled = spelled_words("Multi-Agent C++ of- LLMs-.\n")
    assert [as_word(*one) for one in spelled] == ["Multi-Agent", "C++", "of", "LLMs", "."]
    assert spelled == [
        ("Multi-Agent", ("multiag", "agent")),
        ("C++", ("c++",)),
        ("of-", ()),
        ("LLMs-", ("llms",)),
        (".", ("",)),
    ]


@given(st.text(max_size=300))
def test_any_text_gives_short_clean_words(text: str) -> None:
    for word in words(text):
        assert 0 < len(word) <= MAX_WORD
        assert " " not in word


@given(st.text(alphabet="ab -,.$\\c+", max_size=80))
def test_terms_count_every_word_once_more_than_pairs(text: str) -> None:
    terms = text_terms(text)
    singles = sum(count for term, count in terms.items() if not is_pair(term))
    pairs = sum(count for term, count in terms.items() if is_pair(term))
    assert singles == len(words(text))
    assert pairs <= max(0, singles - 1)
