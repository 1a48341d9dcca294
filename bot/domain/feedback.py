"""Feedback is an append-only log of events; what a person thinks now is its fold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.paper import PaperKey
from bot.domain.person import PersonId


class Reaction(StrEnum):
    LIKE = "like"
    DISLIKE = "dislike"
    SAVE = "save"
    HIDE = "hide"
    KNOWN = "known"
    CLICK = "click"


POSITIVE = frozenset({Reaction.LIKE, Reaction.SAVE, Reaction.KNOWN})
NEGATIVE = frozenset({Reaction.DISLIKE, Reaction.HIDE})


@dataclass(frozen=True, slots=True)
class Feedback:
    """One event: a reaction set (`active`) or taken back."""

    person_id: PersonId
    paper: PaperKey
    reaction: Reaction
    active: bool
    at: datetime
    surface: str = ""


def press(reaction: Reaction, current: frozenset[Reaction]) -> list[tuple[Reaction, bool]]:
    """The events that pressing a button adds to the log, given what is active now.

    Pressing what is active takes it back; a verdict (like, known, save against dislike, hide) clears its opposites.
    """
    if reaction in current:
        return [(reaction, False)]
    opposites = NEGATIVE if reaction in POSITIVE else POSITIVE if reaction in NEGATIVE else frozenset[Reaction]()
    return [(other, False) for other in sorted(opposites & current)] + [(reaction, True)]


@dataclass(frozen=True, slots=True)
class Impression:
    """A paper shown to a person, at a position (from 1) of a list that `surface` showed."""

    person_id: PersonId
    paper: PaperKey
    position: int
    at: datetime
    surface: str
