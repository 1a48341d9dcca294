"""What simulated readers truly want: hidden from the ranker, and not measured the way it measures.

The affinity of a reader to a paper is the cosine of their TF-IDF vectors (scikit-learn's, logarithmic tf, whole texts,
English stop words, no stemming, no pairs): the mean of the three highest to the reader's liked and later papers, the
paper itself left out. A paper is relevant if it is one of the reader's later papers, or if its affinity is among the
reader's highest 2 % of all new papers. It is of the reader's field if it is among the highest 10 %.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.evaluation.papers_file import RatedPaper
from bot.evaluation.simulated_readers import Readers, SimulationError

RELEVANT_SHARE = 0.02
FIELD_SHARE = 0.10
NEAREST = 3


@dataclass(frozen=True)
class Interests:
    """bool[readers, new papers] each; `foreign` is what lies in the lower half of a reader's affinities.

    `vectors` is the scipy matrix float64[new papers, words] of unit rows.
    """

    relevant: npt.NDArray[np.bool_]
    field: npt.NDArray[np.bool_]
    foreign: npt.NDArray[np.bool_]
    vectors: Any


def hidden_interests(readers: Readers) -> Interests:
    """SimulationError where scikit-learn is not installed."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        raise SimulationError("needs scikit-learn: pip install 'paperboy-bot[evaluation]'") from None
    model = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2)
    try:
        model.fit(map(_whole, (*readers.archive, *readers.new)))
    except ValueError:
        raise SimulationError("the papers have too few words in common to simulate readers of them") from None
    vectors = model.transform(map(_whole, readers.new))
    archive = model.transform([_whole(readers.archive[at]) for reader in readers.readers for at in reader.liked])
    count = len(readers.new)
    shape = (len(readers.readers), count)
    relevant, field, foreign = (np.zeros(shape, np.bool_) for _ in range(3))
    start = 0
    for row, reader in enumerate(readers.readers):
        own = vectors[list(reader.later)]
        liked = archive[start : start + len(reader.liked)]
        start += len(reader.liked)
        likeness = np.hstack([(vectors @ liked.T).toarray(), (vectors @ own.T).toarray()])
        likeness[list(reader.later), len(reader.liked) + np.arange(len(reader.later))] = 0.0
        affinity = np.sort(likeness, axis=1)[:, -NEAREST:].mean(axis=1)
        order = np.argsort(-affinity, kind="stable")
        relevant[row, order[: max(1, round(RELEVANT_SHARE * count))]] = True
        field[row, order[: max(1, round(FIELD_SHARE * count))]] = True
        foreign[row, order[count - count // 2 :]] = True
        relevant[row, list(reader.later)] = True
        field[row] |= relevant[row]
        foreign[row] &= ~field[row]
    return Interests(relevant, field, foreign, vectors)


def _whole(text: RatedPaper) -> str:
    return f"{text.title}\n{text.abstract}"
