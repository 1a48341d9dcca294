"""The rankers that are measured, by name."""

from collections.abc import Callable

from bot.evaluation.extra import extra
from bot.evaluation.peer import Peer
from bot.evaluation.peer_bm25 import RankBm25
from bot.evaluation.peer_classifiers import TfidfLogistic, TfidfSvm
from bot.evaluation.peer_paperboy import Paperboy
from bot.evaluation.peer_tfidf import NearestLiked, TfidfCentroid
from bot.evaluation.peer_trivial import Popularity, RandomOrder

BASELINE = "rank-bm25"

_MAKERS: dict[str, tuple[Callable[[int], Peer], tuple[str, ...]]] = {
    "random": (RandomOrder, ()),
    "popularity": (lambda seed: Popularity(), ()),
    BASELINE: (lambda seed: RankBm25(), ("scipy",)),
    "tfidf-centroid": (lambda seed: TfidfCentroid(), ("sklearn",)),
    "tfidf-svm": (TfidfSvm, ("sklearn",)),
    "tfidf-logistic": (TfidfLogistic, ("sklearn",)),
    "nearest-liked": (lambda seed: NearestLiked(), ("sklearn",)),
    "paperboy": (lambda seed: Paperboy(), ()),
}

PEERS = tuple(_MAKERS)


def make_peer(name: str, seed: int) -> Peer:
    """A new ranker of this name, to be fitted. KeyError for a name that is not in PEERS; MissingExtraError where its
    library is not installed."""
    make, libraries = _MAKERS[name]
    for library in libraries:
        extra(library)
    return make(seed)
