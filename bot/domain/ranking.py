"""A ranking: candidates in order, each with a score that splits exactly into named parts and terms."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.counterfactual import Counterfactual
from bot.domain.paper import Paper, PaperId, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import PartKind


@dataclass(frozen=True, slots=True)
class TermContribution:
    term: str
    value: float


@dataclass(frozen=True, slots=True)
class Source:
    """A paper that a learned part of a score comes from."""

    paper: PaperId
    title: str


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a score; `terms` add up to `value`, in falling order of |value|.

    `paper` is the liked paper that the part stands for, `sources` are those that a part learned from many mostly
    comes from, where somebody asked for them.
    """

    kind: PartKind
    label: str
    value: float
    terms: tuple[TermContribution, ...]
    paper: PaperId | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What a named step after the score (mute, freshness, diversify, explore) did to a paper."""

    name: str
    effect: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A recommended paper. `rank` counts from 1; the parts add up to `score`."""

    paper: Paper
    rank: int
    score: float
    parts: tuple[Part, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best entries of `candidates` candidates. `entries` is never padded with papers that score nothing."""

    entries: tuple[Entry, ...]
    candidates: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a paper stands where it does. `rank` is None if it was no candidate; `kept_out` then says why not.

    `groups` are the parts by what they come from, strongest first; they add up to the score as the parts do.
    `counterfactual` is the single change that would bring the paper in (or, of a recommended one, take it out), and
    `last_listed` the score of the last paper that is recommended.
    """

    paper: Paper
    score: float
    parts: tuple[Part, ...]
    rank: int | None
    candidates: int
    steps: tuple[Step, ...] = ()
    kept_out: str = ""
    groups: tuple[Part, ...] = ()
    counterfactual: Counterfactual | None = None
    last_listed: float | None = None


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """An immutable piece of the term index as the store keeps it: what ranking encoded, and what to find it by."""

    id: int
    documents: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be recommended: fresh since `since`, not among `excluded`; `only` narrows it to given papers. What
    scores less than `least` is too far from the person."""

    since: datetime
    excluded: frozenset[PaperKey] = frozenset()
    only: frozenset[PaperKey] | None = None
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Exploration:
    """What exploring for a person goes by: the verdicts so far, latest first, and the day (a date's ordinal).

    Person and day are the seed: the same list is explored the same way all day.
    """

    person_id: PersonId
    day: int
    liked: tuple[PaperKey, ...] = ()
    disliked: tuple[PaperKey, ...] = ()
