"""Cold start in the simulation: five papers to react to, one round of answers, and how good the next list is.

A window is a week of pools. A reader who said nothing is shown five papers of it, well chosen
(bot.ranking.first_papers) or drawn at random, and answers honestly, as a person does who is asked what they think of a
paper: a like for a paper of their field, a dislike for one that is foreign to them, nothing for the rest
(bot.evaluation.simulated_interest). What is measured is the first list that the production ranker makes of the next
window: nDCG@10 and precision@5. A profile that has nothing to go by makes an empty list, which scores 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.feedback import Reaction
from bot.domain.person import PersonId
from bot.domain.profile import KnownPaper
from bot.evaluation.simulated_world import World
from bot.ranking.first_papers import first_papers
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile
from bot.ranking.ranker import Ranker

WINDOW = 7
FIRST = 5
DRAWS = 3
"""Random fives a reader and window, averaged: one five alone says little."""


@dataclass(frozen=True, slots=True)
class ColdStart:
    """float64[readers] each: means over the windows."""

    ndcg: np.ndarray
    precision: np.ndarray
    liked: np.ndarray


def windows(days: int) -> list[int]:
    """The last day of each window that has a whole window after it."""
    return list(range(WINDOW - 1, days - WINDOW, WINDOW))


def well_chosen(world: World, day: int) -> list[int]:
    """The first papers of a window: the same for everybody, since nothing is known of anybody."""
    first = first_papers(world.index(day), world.candidates(day, WINDOW), FIRST)
    return [world.paper(place[0]) for place in first.places]


def drawn(world: World, day: int, seed: int, row: int, number: int) -> list[int]:
    """Five papers of a window at random."""
    pool = [paper for one in world.pools[day - WINDOW + 1 : day + 1] for paper in one]
    draw = np.random.default_rng([seed, 4, row, day, number])
    return [pool[at] for at in draw.permutation(len(pool))[:FIRST].tolist()]


def measure_start(world: World, row: int, day: int, shown: Sequence[int], settings: RankingSettings) -> list[float]:
    """[nDCG@10, precision@5, papers liked] of one reader after one round of answers to `shown`."""
    interests = world.interests
    known: list[KnownPaper] = []
    for paper in shown:
        said = Reaction.LIKE if interests.field[row, paper] else None
        said = Reaction.DISLIKE if interests.foreign[row, paper] else said
        if said:
            known.append(world.known(world.key(paper), said, world.now(day)))
    later = day + WINDOW
    profile = build_profile(PersonId(1 + row), [], known, world.background, world.now(later), settings)
    ranker = Ranker(world.index(later), settings, world.background)
    ranked = ranker.rank(profile, world.candidates(later, WINDOW), 10)
    hits = [bool(interests.relevant[row, world.paper(entry.key)]) for entry in ranked.entries]
    possible = sum(int(interests.relevant[row, pool].sum()) for pool in world.pools[day + 1 : later + 1])
    best = sum(1 / math.log2(place + 2) for place in range(min(10, possible)))
    gain = sum(hit / math.log2(place + 2) for place, hit in enumerate(hits))
    likes = sum(Reaction.LIKE in one.reactions for one in known)
    return [gain / best if best else 0.0, sum(hits[:5]) / 5, float(likes)]


def cold_start(
    world: World, row: int, ways: Sequence[tuple[int, Sequence[int]]], settings: RankingSettings
) -> list[float]:
    """The mean of `measure_start` over (last day of the window, papers shown)."""
    measured = [measure_start(world, row, day, shown, settings) for day, shown in ways]
    return [float(value) for value in np.mean(measured, axis=0)] if measured else [0.0, 0.0, 0.0]
