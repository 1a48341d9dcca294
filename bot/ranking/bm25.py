"""BM25 as rank_bm25.BM25Okapi has it, fitted to the background corpus."""

import math

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Okapi

from bot.ranking.inverted_lists import Ints
from bot.ranking.parameters import RankingSettings
from bot.ranking.term_index import TermIndex

_SMALL = 10

Floats = npt.NDArray[np.float64]


class Bm25(BM25Okapi):  # type: ignore[misc]
    """The library's IDF and formula over the statistics of an index instead of over lists of words.

    Make one for a ranking. The index remembers the IDF of every document frequency that was asked for, but for those
    that a setting has a part in.
    """

    def __init__(self, index: TermIndex, settings: RankingSettings) -> None:
        self.index = index
        self.k1 = settings.k1
        self.b = settings.b
        self.epsilon = settings.epsilon
        self.corpus_size = index.documents
        self.avgdl = index.average_length
        self.idf: dict[int, float] = {}

    def idfs(self, df: Ints) -> Floats:
        """The IDF of terms with these document frequencies: the library's, and defined where the library's is not.

        BM25Okapi's IDF, ln(N - df + 0.5) - ln(df + 0.5), is negative above df = N/2 and is then set to epsilon times
        the mean IDF of all terms, so that a word in 84 % of the papers outweighs one in 49 %. Profiles leave such
        terms out; the mean, which needs every term of the index, is only computed where one is asked for.

        An IDF of exactly nought (df = N/2) becomes a billionth of the mean: a stated interest in such a term still
        finds its papers. Where the mean itself is not positive (a corpus of one or two papers) it is
        ln(1 + (N - df + 0.5) / (df + 0.5)), which always is. In an empty corpus it is 0.
        """
        if not self.corpus_size:
            return np.zeros(len(df))
        known = self.index.known_idfs
        fresh = np.unique(df[np.isnan(known[df])]).tolist()
        if fresh:
            self._calc_idf({value: value for value in fresh})
        floored = [value for value in fresh if 2 * value >= self.corpus_size]
        for value in fresh:
            if 2 * value < self.corpus_size:
                known[value] = self.idf[value]
        idf: Floats = known[df]
        for value in floored:
            idf[df == value] = self._floored(value)
        return idf

    def is_telling(self, df: Ints) -> npt.NDArray[np.bool_]:
        """Which terms may weigh in a profile: not those of more than half of the papers, see `idfs`.

        In a corpus of fewer than ten papers all may: there the floor of the IDF still lies below the other IDFs.
        """
        return (2 * df <= self.corpus_size) | np.bool_(self.corpus_size < _SMALL)

    def saturation(self, tf: Floats | Ints, length: Floats | Ints) -> Floats:
        """tf (k1 + 1) / (tf + k1 (1 - b + b dl / avgdl)), elementwise; 0 where tf is."""
        norm = self.length_norm(length)
        result: Floats = tf * (self.k1 + 1) / (tf + norm)
        return result

    def length_norm(self, length: Floats | Ints) -> Floats:
        """k1 (1 - b + b dl / avgdl); in a corpus without words every document has the average length."""
        relative = length / self.avgdl if self.avgdl else np.ones(np.shape(length))
        result: Floats = self.k1 * (1 - self.b + self.b * relative)
        return result

    def _floored(self, df: int) -> float:
        mean = self._mean_idf()
        if mean <= 0:
            return math.log1p((self.corpus_size - df + 0.5) / (df + 0.5))
        return (self.epsilon if 2 * df > self.corpus_size else 1e-9) * mean

    def _mean_idf(self) -> float:
        """The library's `average_idf`, over every term of the index with a text or a field."""
        distinct, counts = self.index.df_counts
        if not len(distinct):
            return 0.0
        raw = np.log(self.corpus_size - distinct + 0.5) - np.log(distinct + 0.5)
        self.average_idf = float((raw * counts).sum() / counts.sum())
        return self.average_idf
