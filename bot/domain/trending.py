"""Trending: what everyone makes of a paper, as counts, and the score that bot.ranking.trending gives them."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.paper import PaperId, PaperKey


@dataclass(frozen=True, slots=True)
class Votes:
    """What is said for and against a paper. `likes` are readers here who like or saved it, `dislikes` readers here
    who dislike it, each reader once; `upvotes` come with the paper from its feed."""

    key: PaperKey
    id: PaperId
    fresh_at: datetime
    upvotes: int = 0
    likes: int = 0
    dislikes: int = 0


@dataclass(frozen=True, slots=True)
class Trend:
    """A paper's place in the trending ranking: `score` is comparable within one ranking only."""

    votes: Votes
    age_days: float
    score: float
