"""One reader's days: a digest a day by the production ranker, looked at, answered, learned from."""

from dataclasses import dataclass

import numpy as np

from bot.domain.feedback import Reaction
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import KnownPaper
from bot.domain.ranking import Exploration
from bot.evaluation.simulated_world import World, wants_like
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile
from bot.ranking.ranker import Ranker

LOOK_EXPONENT = 0.3
"""The paper at position p is looked at with the probability 1 / p ** 0.3: 1, 0.81, 0.72, 0.66, 0.62."""

NOISE = 0.1
"""The share of answers that say the contrary of what the reader wants."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to be run: the ranking's settings, and whether answers are learned from.

    `kind` is "ranker", or "random" or "oracle" (all that is relevant, as far as it fits) for comparison.
    """

    name: str
    settings: RankingSettings
    learns: bool = True
    kind: str = "ranker"


@dataclass(frozen=True, slots=True)
class Plan:
    """`n` papers a day; a reader starts with `start` liked papers. With `drifts` they change their interests half-way,
    and begin the new ones as they began the old: by liking `start` papers of them."""

    days: int
    n: int
    seed: int
    start: int = 1
    drifts: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """What came of one reader's days: arrays of one value a day. `diversity` is NaN for lists of fewer than two.

    `possible` is how many relevant papers the day had, `explored` how many were exploration picks and
    `explored_hits` how many of these were relevant.
    """

    shown: np.ndarray
    hits: np.ndarray
    possible: np.ndarray
    diversity: np.ndarray
    explored: np.ndarray
    explored_hits: np.ndarray


def run_days(world: World, row: int, variant: Variant, plan: Plan) -> Days:
    """Simulate one reader. Chance is the same for every variant: the same positions are looked at each day, and the
    same papers are misjudged."""
    draw = np.random.default_rng([plan.seed, 2, row])
    looks = draw.random((plan.days, plan.n)) < np.arange(1, plan.n + 1) ** -LOOK_EXPONENT
    slips = draw.random(len(world.readers.new)) < NOISE
    drift_at = plan.days // 2 if plan.drifts else None
    known = _first_likes(world, row, plan.start, 0)
    values = np.zeros((6, plan.days))
    for day in range(plan.days):
        like = wants_like(world, row, drift_at, day)
        wants = world.interests.relevant[like]
        if day == drift_at and variant.learns:
            known += _first_likes(world, like, plan.start, day)
        listed = _digest(world, row, day, known, variant, plan, wants)
        papers = [paper for paper, _ in listed]
        hits = [bool(wants[paper]) for paper in papers]
        diversity = world.diversity(papers)
        values[:, day] = (
            len(papers),
            sum(hits),
            int(wants[world.pools[day]].sum()),
            np.nan if diversity is None else diversity,
            sum(explored for _, explored in listed),
            sum(explored and hit for (_, explored), hit in zip(listed, hits, strict=True)),
        )
        if variant.learns:
            for position, (paper, hit) in enumerate(zip(papers, hits, strict=True)):
                if looks[day, position]:
                    said = Reaction.LIKE if hit != slips[paper] else Reaction.DISLIKE
                    known.append(world.known(world.key(paper), said, world.now(day)))
    return Days(*values)


def _first_likes(world: World, row: int, count: int, day: int) -> list[KnownPaper]:
    liked = [PaperKey(1 + at) for at in world.readers.readers[row].liked[:count]]
    return [world.known(key, Reaction.LIKE, world.now(day - 1)) for key in liked]


def _digest(
    world: World, row: int, day: int, known: list[KnownPaper], variant: Variant, plan: Plan, wants: np.ndarray
) -> list[tuple[int, bool]]:
    """The new papers of a digest, each with whether it is an exploration pick."""
    pool = world.pools[day]
    if variant.kind == "oracle":
        return [(paper, False) for paper in pool if wants[paper]][: plan.n]
    if variant.kind == "random":
        drawn = np.random.default_rng([plan.seed, 3, row, day]).permutation(pool)[: plan.n]
        return [(paper, False) for paper in drawn.tolist()]
    now = world.now(day)
    person = PersonId(1 + row)
    latest = known[::-1]
    profile = build_profile(person, [], latest, world.background, now, variant.settings)
    exploration = Exploration(
        person,
        plan.seed * 10_000 + day,
        tuple(one.key for one in latest if Reaction.LIKE in one.reactions),
        tuple(one.key for one in latest if Reaction.DISLIKE in one.reactions),
    )
    ranker = Ranker(world.index(day), variant.settings, world.background)
    ranked = ranker.rank(profile, world.candidates(day), plan.n, exploration=exploration)
    return [(world.paper(entry.key), any(step.name == "explore" for step in entry.steps)) for entry in ranked.entries]
