"""A paper that a reader put on the page for everybody, under a name of their choice or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.paper import Paper, PaperKey
from bot.domain.person import PersonId
from bot.domain.plain_text import clean_line

MAX_NAME = 40
NAMELESS = "a reader"


@dataclass(frozen=True, slots=True)
class Submission:
    """`name` is what everybody may read of who it was; empty for nothing."""

    person_id: PersonId
    paper: PaperKey
    at: datetime
    name: str = ""

    @property
    def by(self) -> str:
        return self.name or NAMELESS


class Refused(StrEnum):
    """Why a paper was not taken."""

    NO_ID = "no id"
    UNKNOWN = "unknown"
    """arXiv has no paper of this id."""
    ELSEWHERE = "elsewhere"
    """It is not here, and not on arXiv, so that it cannot be fetched."""
    NOT_REACHED = "not reached"
    """It would have to be fetched, and cannot be just now."""
    LISTED = "listed"
    """It is on the page already."""
    TOO_MANY = "too many"


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of it. `paper` is the stored one; a refused one only where it is listed already."""

    paper: Paper | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class OwnSubmission:
    """As its reader sees it."""

    paper: Paper
    submission: Submission


@dataclass(frozen=True, slots=True)
class Submitter:
    """A reader who may submit, and what they submitted, the latest first."""

    own: Sequence[OwnSubmission]

    @property
    def name(self) -> str:
        """The name that they used last."""
        return self.own[0].submission.name if self.own else ""


def read_name(typed: str) -> str | None:
    """A name that everybody may read, on one line; None for what is too long, or could be a mail address or a link."""
    name = clean_line(typed)
    return None if len(name) > MAX_NAME or "@" in name or "//" in name else name
