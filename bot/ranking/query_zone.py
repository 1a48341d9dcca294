"""What sets a person's subject apart from its surroundings: Rocchio against the query zone.

Most papers near a subject are not for the person, but nobody says so of each. The papers of the archive nearest to
the mean of the likes, the query zone of Singhal, Mitra and Buckley ("Learning routing queries in a query zone", SIGIR
1997), stand in for the dislikes that are missing: the words of the whole field lose weight, those of the person's own
corner keep it. The more real dislikes there are, the less the zone counts.
"""

import numpy as np

from bot.domain.paper import PaperKey
from bot.ranking.bm25 import Bm25
from bot.ranking.parameters import RankingSettings
from bot.ranking.terms import term_id


def without_zone(
    centre: dict[str, float],
    known: frozenset[PaperKey],
    dislikes: float,
    bm25: Bm25,
    settings: RankingSettings,
) -> dict[str, float]:
    """`centre` (term -> weight > 0) less `zone_weight` times the mean weights of its zone; what falls to 0 is gone.

    The zone is the `zone_share` of the archive's sample with the highest sum of weight times weight, without the
    papers in `known`; in an archive too small for a whole paper of it nothing is taken off, nor where nothing would
    stay. `dislikes` is their sum of weights: at `many_dislikes` the zone counts nothing.
    """
    share = settings.zone_weight * max(0.0, 1.0 - dislikes / settings.many_dislikes)
    sample = bm25.index.sample
    size = int(len(sample.keys) * settings.zone_share)
    if share <= 0 or size < 1 or not centre:
        return centre
    ids = np.array([term_id(term) for term in centre], np.uint32)
    weights = np.array(list(centre.values()), np.float64)
    df = bm25.index.df(ids)
    idf = np.where(bm25.is_telling(df), bm25.idfs(np.maximum(df, 1)), 0.0)
    places, docs, tfs = sample.postings(ids)
    values = bm25.saturation(tfs, sample.lengths[docs]) * idf[places]
    nearness = np.bincount(docs, values * weights[places], len(sample.keys))
    nearness[np.isin(sample.keys, np.fromiter(known, np.int64, len(known)))] = 0
    nearest = np.lexsort((sample.keys, -nearness))[:size]
    in_zone = np.zeros(len(sample.keys), np.bool_)
    in_zone[nearest[nearness[nearest] > 0]] = True
    if not in_zone.any():
        return centre
    mean = np.bincount(places, values * in_zone[docs], len(ids)) / int(in_zone.sum())
    left = weights - share * mean
    return {term: weight for term, weight in zip(centre, left.tolist(), strict=True) if weight > 0} or centre
