"""The texts of a data set in the forms that rankers read, each made once, when it is first asked for."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import Stemmer

from bot.domain.paper import PaperKey
from bot.domain.ranking import StoredSegment
from bot.evaluation.extra import extra
from bot.evaluation.papers_file import RatedPaper
from bot.ranking.inverted_lists import MAX_DOCUMENTS, Ints
from bot.ranking.segment import IndexedPaper, encode_papers
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import document_terms

_WORD = re.compile(r"\w\w+")
_LUCENE = """
a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was
will with
"""
_STOP_WORDS = frozenset(_LUCENE.split())
"""Lucene's list for English. With longer ones the baseline gets weaker: see docs/evaluation.md."""

_FRESH_AT = 0
"""Every paper is fresh to a ranking that asks for what came since 1970."""

_LARGE = 1_000
"""Background papers from which on words of fewer than five of them are left out of TF-IDF."""


class Texts:
    """All papers of a data set by position; `background` are those that document frequencies are counted in."""

    def __init__(self, papers: Sequence[RatedPaper], background: Ints) -> None:
        self.papers = papers
        self.background = background

    @cached_property
    def stems(self) -> list[list[str]]:
        """The baseline's words of every paper: lower-cased, stemmed, without stop words, each as often as it occurs."""
        stemmer = Stemmer.Stemmer("english")
        return [
            stemmer.stemWords([word for word in _WORD.findall(paper.text.lower()) if word not in _STOP_WORDS])
            for paper in self.papers
        ]

    @cached_property
    def tfidf(self) -> Any:
        """scipy CSR float64[papers, terms], rows of length 1: sublinear tf of words and pairs of words.

        The vectorizer is arxiv-sanity-lite's, with the 20,000 most frequent terms of at most a tenth of the papers
        where it takes 10,000 of at most half.
        """
        text = extra("sklearn.feature_extraction.text")
        large = len(self.background) >= _LARGE
        vectorizer = text.TfidfVectorizer(
            strip_accents="unicode",
            stop_words="english",
            token_pattern=r"(?u)\b[a-zA-Z_][a-zA-Z0-9_]+\b",
            ngram_range=(1, 2),
            max_features=20_000,
            sublinear_tf=True,
            min_df=5 if large else 1,
            max_df=0.1 if large else 1.0,
        )
        texts = [paper.text for paper in self.papers]
        vectorizer.fit([texts[at] for at in self.background.tolist()])
        return vectorizer.transform(texts)

    @cached_property
    def background_index(self) -> TermIndex:
        return self.term_index(self.background)

    def term_index(self, positions: Ints) -> TermIndex:
        """Paperboy's own index of some papers, each with its position as its key."""
        pieces = np.array_split(positions, max(1, -(-len(positions) // MAX_DOCUMENTS)))
        return TermIndex.empty().with_segments(
            [StoredSegment(at, len(piece), self._payload(piece)) for at, piece in enumerate(pieces, start=1)]
        )

    def _payload(self, positions: Ints) -> bytes:
        return encode_papers(
            IndexedPaper(
                PaperKey(at), document_terms(self.papers[at].title, self.papers[at].abstract), fresh_at=_FRESH_AT
            )
            for at in positions.tolist()
        )
