"""Which liked papers a learned part of a score mostly comes from."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.profile import PartKind, ProfileQuery
from bot.domain.ranking import Part, Source

MOST = 2
"""More papers than that behind one part are a list, not a reason."""
_CLEAR = 0.5
_OWN = frozenset({PartKind.INTEREST, PartKind.AUTHOR, PartKind.CATEGORY, PartKind.TOPIC, PartKind.LIKED_PAPER})
"""Parts that name what they come from themselves."""


class LikedTerms:
    """Which of a profile's liked papers has which term, and how strongly: made once for a ranking."""

    def __init__(self, queries: Sequence[ProfileQuery]) -> None:
        self._papers: list[Source] = []
        self._weights: dict[str, list[tuple[int, float]]] = {}
        for query in queries:
            if query.kind is not PartKind.LIKED_PAPER or query.paper is None:
                continue
            for term, weight in zip(query.terms, query.weights, strict=True):
                if weight > 0:
                    self._weights.setdefault(term, []).append((len(self._papers), weight))
            self._papers.append(Source(query.paper, query.label))

    def traced(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts, those that were learned from likes with their sources."""
        return tuple(replace(part, sources=self.sources(part)) for part in parts)

    def sources(self, part: Part) -> tuple[Source, ...]:
        """The liked paper that most of the part comes from, and a second one of at least half its share.

        What a term adds is shared among the liked papers that have it, by its weight in each. Empty for a part that
        speaks against the paper and for one that names its origin itself.
        """
        if part.kind in _OWN or part.value <= 0:
            return ()
        credit: dict[int, float] = {}
        for term in part.terms:
            having = self._weights.get(term.term, ())
            whole = sum(weight for _, weight in having)
            if term.value > 0:
                for at, weight in having:
                    credit[at] = credit.get(at, 0.0) + term.value * (weight / whole)
        best = sorted(credit.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        return tuple(self._papers[at] for at, value in best if value >= _CLEAR * best[0][1])
