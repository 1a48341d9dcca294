"""The constants of the ranking, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RankingSettings:
    """What a ranking can be tuned with. The defaults were chosen on public sets of real readers."""

    k1: float = 1.0
    b: float = 0.9
    epsilon: float = 0.25

    interest_scale: float = 1.0
    bigram_weight: float = 0.7
    author_scale: float = 1.0
    category_scale: float = 0.15
    topic_scale: float = 5.0

    learned_scale: float = 3.0
    learned_terms: int = 1_500
    zone_weight: float = 0.6
    zone_share: float = 1 / 64
    """How much of the archive near the likes counts against the words they share with it (bot.ranking.query_zone)."""
    prior_papers: float = 300.0
    judged_papers: float = 100.0
    """In the IDF of a person (bot.ranking.own_idf): how many judged papers the archive weighs as much as, and as how
    many papers those that are judged count at most."""
    half_life_days: float = 180.0

    nearest_scale: float = 2.0
    nearest: int = 3
    liked_papers: int = 50
    liked_paper_terms: int = 200

    disliked_few: float = 0.25
    disliked_many: float = 0.5
    many_dislikes: int = 10
    hide_weight: float = 0.5

    interest_floor: float = 0.45
    """How much of an interest a paper must have to be listed for it: nearly half of its words, weighed by rarity
    (see bot.ranking.relevance). "systems" is less of "recommender systems" (0.39 on a page of trending papers),
    "distillation" more of "model distillation". Authors and categories need no floor: a paper has them or not."""
    topic_floor: float = 0.25
    """The same for a topic that is asked for once, where weaker matches are wanted too, but not "learning" alone for
    "reinforcement learning"."""
    telling_df: float = 0.1
    """Words in fewer papers than this share of all are equals to these two floors: "mental" is rarer than "health",
    but "mental health" is about both."""
    learned_floor: float = 0.13
    """What likes less dislikes must add up to for a paper to be listed for a single like; it grows with their number.
    Of 15,000 papers about one in a hundred lies above it; below it lie chance agreements on a word or two."""
    similar_floor: float = 0.028
    """Where likeness ends (1 is the text itself): 19 of 20 pairs of papers on different subjects stay below it."""

    diversify_pool: int = 30
    diversify_strength: float = 0.25
    """What a paper that equals one already listed loses, as a share of the best score; 0 switches the step off."""

    explore_share: float = 0.1
    """Which share of a list's places goes to exploration (bot.ranking.explore), at most one in five; 0 is off."""
    explore_pool: int = 10
    explore_floor: float = 0.5
    """What an explored paper must score at least, as a share of the score of the last paper listed."""

    def __post_init__(self) -> None:
        if not (self.k1 > 0 and 0 <= self.b <= 1 and self.epsilon >= 0):
            raise ValueError("BM25 needs k1 > 0, 0 <= b <= 1 and epsilon >= 0")
        if self.half_life_days <= 0 or self.nearest < 1 or self.learned_terms < 1 or self.liked_paper_terms < 1:
            raise ValueError("half_life_days, nearest, learned_terms and liked_paper_terms must be positive")
        if self.zone_weight < 0 or not 0 <= self.zone_share <= 1:
            raise ValueError("zone_weight is not negative, and zone_share lies between 0 and 1")
        if not (self.prior_papers > 0 and self.judged_papers >= 0):
            raise ValueError("prior_papers must be above 0, judged_papers not below")
        if not 0 < self.telling_df < 0.5:
            raise ValueError("telling_df lies between 0 and 0.5")
        if not 0 <= self.diversify_strength < 1:
            raise ValueError("diversify_strength lies between 0 and 1")
        if not (0 <= self.explore_share <= 0.2 and self.explore_pool >= 0 and 0 < self.explore_floor <= 1):
            raise ValueError("explore_share lies between 0 and 0.2, explore_floor between 0 and 1")
