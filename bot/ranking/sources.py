"""Which papers a learned part of a score mostly comes from: liked ones, or those that were turned down."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.feedback import NEGATIVE, POSITIVE
from bot.domain.profile import KnownPaper, PartKind, ProfileQuery
from bot.domain.ranking import Part, Source
from bot.ranking.terms import document_terms

MOST = 2
"""More papers than that behind one part are a list, not a reason."""
LATEST = 50
"""Papers of each side that are looked at."""
_CLEAR = 0.5
_OWN = frozenset({PartKind.INTEREST, PartKind.AUTHOR, PartKind.CATEGORY, PartKind.TOPIC, PartKind.LIKED_PAPER})
"""Parts that name what they come from themselves."""


class Origins:
    """Which of the papers that a profile was learned from has which term, and how strongly."""

    def __init__(self, liked: "_Evidence", disliked: "_Evidence") -> None:
        self._liked = liked
        self._disliked = disliked

    @classmethod
    def of_queries(cls, queries: Sequence[ProfileQuery]) -> "Origins":
        """From a profile alone: its liked papers with the terms that their own queries hold."""
        liked = _Evidence()
        for query in queries:
            if query.kind is PartKind.LIKED_PAPER and query.paper is not None:
                liked.add(Source(query.paper, query.label), zip(query.terms, query.weights, strict=True))
        return cls(liked, _Evidence())

    @classmethod
    def of_papers(cls, known: Sequence[KnownPaper]) -> "Origins":
        """From the papers themselves (latest first): all their terms, and those of the disliked ones too."""
        liked, disliked = _Evidence(), _Evidence()
        positive = {reaction.value for reaction in POSITIVE}
        negative = {reaction.value for reaction in NEGATIVE}
        for paper in known:
            side = liked if paper.reactions & positive else disliked if paper.reactions & negative else None
            if side is not None and side.size < LATEST:
                side.add(Source(paper.id, paper.title), document_terms(paper.title, paper.abstract).items())
        return cls(liked, disliked)

    def traced(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts, those that were learned from many papers with their sources."""
        return tuple(replace(part, sources=self.sources(part)) for part in parts)

    def sources(self, part: Part) -> tuple[Source, ...]:
        """The paper that most of the part comes from, and a second one of at least half its share.

        Empty for a part that names its origin itself, and for one that speaks the other way than the papers it
        was learned from.
        """
        if part.kind in _OWN:
            return ()
        if part.kind is PartKind.DISLIKED:
            return self._disliked.behind(part, -1) if part.value < 0 else ()
        return self._liked.behind(part, 1) if part.value > 0 else ()


class _Evidence:
    def __init__(self) -> None:
        self._papers: list[Source] = []
        self._weights: dict[str, list[tuple[int, float]]] = {}

    @property
    def size(self) -> int:
        return len(self._papers)

    def add(self, paper: Source, terms: Iterable[tuple[str, float]]) -> None:
        for term, weight in terms:
            if weight > 0:
                self._weights.setdefault(term, []).append((len(self._papers), weight))
        self._papers.append(paper)

    def behind(self, part: Part, sign: int) -> tuple[Source, ...]:
        """What a term adds is shared among the papers that have it, by its weight in each."""
        credit: dict[int, float] = {}
        for term in part.terms:
            having = self._weights.get(term.term, ())
            whole = sum(weight for _, weight in having)
            if sign * term.value > 0:
                for at, weight in having:
                    credit[at] = credit.get(at, 0.0) + abs(term.value) * (weight / whole)
        best = sorted(credit.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        return tuple(self._papers[at] for at, value in best if value >= _CLEAR * best[0][1])
