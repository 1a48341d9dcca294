from bot.ranking.bm25 import Bm25
from bot.ranking.parameters import RankingSettings
from bot.ranking.suggestion import interest_texts
from bot.ranking.terms import text_terms, words
from tests.unit.ranking.makers import corpus, index_of

PAPERS = corpus("Exposure bias in recommendation", "Sonar maps", "Robots", "Speech", "Databases", "Compilers")
BM25 = Bm25(index_of(PAPERS), RankingSettings())


def test_a_pair_of_the_title_comes_first_as_it_is_written() -> None:
    texts = interest_texts("Exposure bias in recommendation", "We undo Exposure bias. Bias is bad.", BM25)
    assert texts[0] == "Exposure bias"
    assert not any("bias recommendation" in text for text in texts)


def test_a_pair_that_the_abstract_repeats_comes_before_single_words() -> None:
    texts = interest_texts("Caves", "With sonar maps one sees. And sonar maps are cheap; caves are not.", BM25)
    assert texts[0] == "sonar maps"
    assert len(texts[1].split()) == 2


def test_three_words_that_belong_together_stay_together() -> None:
    abstract = "We look into graph neural networks of roads."
    assert interest_texts("Graph neural networks", abstract, BM25)[0] == "graph neural networks"
    assert interest_texts("Roles in Graph Neural Networks", "Of roads.", BM25)[0] == "Graph Neural Networks"


def test_words_of_every_subject_are_no_interest() -> None:
    texts = interest_texts("A novel approach", "We propose a novel approach. A novel approach helps caves.", BM25)
    assert {word for text in texts for word in words(text)} <= {"cave"}


def test_every_text_has_terms_of_the_paper_and_is_one_interest() -> None:
    title, abstract = "Text-to-image, C++ and graphs; really", "Text-to-image (fast), in C++: graphs of graphs."
    texts = interest_texts(title, abstract, BM25)
    assert texts
    of_paper = {*text_terms(title), *text_terms(abstract)}
    for text in texts:
        assert set(words(text)) <= of_paper
        assert not set(text) & set(",;\n")


def test_a_paper_without_words_suggests_nothing() -> None:
    assert interest_texts("The", "Of 42.", BM25) == []
    assert len(interest_texts("Sonar maps of coral reefs in lakes", "Sonar maps, coral reefs, lakes.", BM25, 2)) == 2
