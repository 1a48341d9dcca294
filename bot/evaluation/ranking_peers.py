"""What one would score many profiles with instead: each peer makes ready, then ranks; only the ranking is timed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Okapi

from bot.domain.paper import Paper
from bot.domain.profile import Profile
from bot.domain.term import term_id
from bot.ranking.day_matrix import DayMatrix
from bot.ranking.parameters import RankingSettings
from bot.ranking.terms import document_terms

K = 10
CHUNK = 2_000

Ranked = list[npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Peer:
    """`rank` takes profiles and returns each one's first documents (places in the day). `sample` is how many profiles
    are measured, None for all."""

    name: str
    rank: Callable[[Sequence[Profile]], Ranked]
    sample: int | None = None


def tokens(papers: Sequence[Paper]) -> list[list[str]]:
    """Every paper's terms, each as often as it occurs: what Paperboy itself indexes."""
    return [
        [term for term, tf in document_terms(paper.title, paper.abstract).items() for _ in range(tf)]
        for paper in papers
    ]


def library(papers: Sequence[Paper], settings: RankingSettings) -> BM25Okapi:
    return BM25Okapi(tokens(papers), k1=settings.k1, b=settings.b, epsilon=settings.epsilon)


def peers(
    papers: Sequence[Paper], day: DayMatrix, settings: RankingSettings, threads: int, sample: int
) -> Iterator[Peer]:
    """Raises ModuleNotFoundError where the extra `evaluation` is not installed."""
    import bm25s
    from scipy import sparse
    from sparse_dot_topn import sp_matmul_topn

    okapi = library(papers, settings)
    yield Peer("rank-bm25", lambda some: [_first(okapi.get_scores(_words(one))) for one in some], sample)

    retriever = bm25s.BM25(k1=settings.k1, b=settings.b, backend="numba")
    retriever.index(tokens(papers), show_progress=False)
    k = min(K, len(papers))

    def retrieve(some: Sequence[Profile]) -> Ranked:
        found, _ = retriever.retrieve(
            [_words(one) for one in some], k=k, n_threads=threads, show_progress=False, backend_selection="numba"
        )
        return list(found.astype(np.int64))

    yield Peer("bm25s (numba)", retrieve)

    rows = np.repeat(np.arange(len(day.term_ids)), np.diff(day.starts))
    values = (day.weights * day.idf[rows]).astype(np.float32)
    matrix = sparse.csr_matrix((values, (rows, day.docs)), (len(day.term_ids), day.documents))
    place = {number: at for at, number in enumerate(day.term_ids.tolist())}

    latest: list[Any] = [None, None]

    def ready(some: Sequence[Profile]) -> Any:
        """Made at the first round, since a peer's input is not what is timed."""
        if latest[0] is not some:
            latest[:] = [some, _matrix(some, place, sparse)]
        return latest[1]

    def multiply(some: Sequence[Profile]) -> Ranked:
        product = (ready(some) @ matrix).toarray()
        return list(np.argpartition(-product, k - 1, axis=1)[:, :k])

    yield Peer("scipy @ and argpartition", multiply)

    def topn(some: Sequence[Profile]) -> Ranked:
        product = sp_matmul_topn(ready(some), matrix, top_n=k, sort=True, n_threads=threads)
        return np.split(product.indices.astype(np.int64), product.indptr[1:-1])

    yield Peer("sparse_dot_topn", topn)
    yield _svm(papers, sparse)


def _matrix(some: Sequence[Profile], place: dict[int, int], sparse: Any) -> Any:
    """The profiles as a sparse matrix, all queries added up."""
    rows, columns, values = [], [], []
    for row, profile in enumerate(some):
        for query in profile.queries:
            for term, weight in zip(query.terms, query.weights, strict=True):
                column = place.get(term_id(term))
                if column is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append(weight * query.scale)
    return sparse.csr_matrix((np.array(values, np.float32), (rows, columns)), (len(some), len(place)))


def _svm(papers: Sequence[Paper], sparse: Any) -> Peer:
    """A linear SVM a reader on TF-IDF, as arxiv-sanity-lite fits them; only its decision_function is timed."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    features = TfidfVectorizer(analyzer=lambda words: words).fit_transform(tokens(papers))
    likes = np.zeros(len(papers), np.int64)
    likes[: max(1, min(10, len(papers) // 2))] = 1
    machine = LinearSVC(class_weight="balanced", dual=True, max_iter=10_000, tol=1e-2, C=0.1).fit(features, likes)
    return Peer(
        "scikit-learn SVM (score only)", lambda some: [_first(machine.decision_function(features)) for _ in some], 500
    )


def _words(profile: Profile) -> list[str]:
    return [term for query in profile.queries for term in query.terms]


def _first(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The first ten; equal ones in their order. What has no score is no answer."""
    few = min(K, len(scores))
    found = np.argpartition(-scores, few - 1)[:few] if few else np.empty(0, np.int64)
    return found[np.argsort(-scores[found], kind="stable")]
