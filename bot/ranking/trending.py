"""Trending: papers by what everyone makes of them. Nothing personal goes in, and nothing of it into a person's list.

    score = positives x share / (age + 2)^1.5        age in days
    share = (C m + positives) / (C + positives + negatives)

`positives` counts an upvote once and a reader here twice, `negatives` a reader here twice. The share is a Bayesian
average, here of yes and no: C votes of mean m stand in for what is not known yet, so that one cheer is not taken for
unanimity (IMDb's weighted rating is of that form; E. Miller, "How Not To Sort By Average Rating", 2009, says why a
plain share or difference will not do). The decay is Hacker News': points / (age + 2)^gravity (A. Salihefendic, "How
Hacker News ranking algorithm works", 2010); with days for hours and a gravity of 1.5, a paper counts half after about
1.2 days and a tenth after a week.
"""

import math
from collections.abc import Iterable
from datetime import datetime

from bot.domain.trending import Trend, Votes

GRAVITY = 1.5
HERE = 2
"""A reader here counts as so many upvotes from elsewhere."""
PRIOR_VOTES = 4.0
PRIOR_SHARE = 0.5

_DAY_S = 86_400.0


def trending_score(upvotes: int, likes: int, dislikes: int, age_days: float) -> float:
    """0 or more; rises with upvotes and likes, never with dislikes or age. ValueError for what cannot be a count or
    an age."""
    if min(upvotes, likes, dislikes) < 0:
        raise ValueError("votes are counted from 0")
    if not (age_days >= 0 and math.isfinite(age_days)):
        raise ValueError("an age is a finite number of days, from 0")
    positives = upvotes + HERE * likes
    negatives = HERE * dislikes
    share = (PRIOR_VOTES * PRIOR_SHARE + positives) / (PRIOR_VOTES + positives + negatives)
    return float(positives * share / (age_days + 2) ** GRAVITY)


def rank_trending(votes: Iterable[Votes], now: datetime, limit: int) -> list[Trend]:
    """The first `limit` with a score above 0, best first; equal ones by paper id. What is dated ahead is new."""
    trends = []
    for one in votes:
        age_days = max(0.0, (now - one.fresh_at).total_seconds() / _DAY_S)
        score = trending_score(one.upvotes, one.likes, one.dislikes, age_days)
        if score > 0:
            trends.append(Trend(one, age_days, score))
    return sorted(trends, key=lambda trend: (-trend.score, trend.votes.id))[:limit]
