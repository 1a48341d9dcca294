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

    learned_scale: float = 2.0
    learned_terms: int = 800
    half_life_days: float = 180.0

    nearest_scale: float = 4.0
    nearest: int = 3
    liked_papers: int = 50
    liked_paper_terms: int = 100

    disliked_few: float = 0.25
    disliked_many: float = 0.5
    many_dislikes: int = 10
    hide_weight: float = 0.5

    diversify_pool: int = 30
    diversify_strength: float = 0.25
    """What a paper that equals one already listed loses, as a share of the best score; 0 switches the step off."""

    def __post_init__(self) -> None:
        if not (self.k1 > 0 and 0 <= self.b <= 1 and self.epsilon >= 0):
            raise ValueError("BM25 needs k1 > 0, 0 <= b <= 1 and epsilon >= 0")
        if self.half_life_days <= 0 or self.nearest < 1 or self.learned_terms < 1 or self.liked_paper_terms < 1:
            raise ValueError("half_life_days, nearest, learned_terms and liked_paper_terms must be positive")
        if not 0 <= self.diversify_strength < 1:
            raise ValueError("diversify_strength lies between 0 and 1")
