"""What is known of a person: interests that were stated, and the profile learned from them and from feedback."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.paper import PaperId, PaperKey
from bot.domain.person import PersonId


class InterestKind(StrEnum):
    TEXT = "text"
    AUTHOR = "author"
    CATEGORY = "category"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Interest:
    """A stated interest (or mute). `text` is as the person wrote it; a category as arXiv writes it (`cs.LG`)."""

    kind: InterestKind
    text: str
    added_at: datetime


class PartKind(StrEnum):
    """Where a part of a score comes from."""

    INTEREST = "interest"
    AUTHOR = "author"
    CATEGORY = "category"
    LEARNED = "learned"
    DISLIKED = "disliked"
    LIKED_PAPER = "liked paper"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class ProfileQuery:
    """One weighted query of a profile: its terms with their query term weights, in falling order of |weight|.

    `scale` multiplies the BM25 score of the query and is fixed per ranking. Weights and scale are finite;
    a scale may be negative (dislikes). `paper` is the liked paper a LIKED_PAPER query stands for.
    """

    kind: PartKind
    label: str
    terms: tuple[str, ...]
    weights: tuple[float, ...]
    scale: float = 1.0
    paper: PaperId | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The learned profile, ready to rank with. `muted` holds each mute's terms, all of which must occur.

    `built_at` is when it was made: old likes fade, so one that is too old is made anew.
    """

    person_id: PersonId
    built_at: datetime
    queries: tuple[ProfileQuery, ...] = ()
    muted: tuple[tuple[str, ...], ...] = ()
    mute_labels: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(query.terms for query in self.queries if query.kind is not PartKind.DISLIKED)


@dataclass(frozen=True, slots=True)
class KnownPaper:
    """A paper a person has reacted to, as the profile builder needs it."""

    key: PaperKey
    id: PaperId
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    reactions: frozenset[str] = field(default_factory=frozenset)
    reacted_at: datetime | None = None
