"""What one single change of a person's words would do to one paper."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.feedback import Reaction
from bot.domain.paper import PaperId


class ChangeKind(StrEnum):
    """A change that one command makes."""

    LIFT_MUTE = "lift mute"
    REMOVE_INTEREST = "remove interest"
    ADD_INTEREST = "add interest"
    TAKE_BACK = "take back"
    LOOK_BACK = "look back"


@dataclass(frozen=True, slots=True)
class Change:
    """`text` is the mute, the interest, or the title of the paper that a reaction is taken back from.

    TAKE_BACK names that `paper` and the `reaction` on it which is the latest; LOOK_BACK the `days` to look back.
    """

    kind: ChangeKind
    text: str = ""
    paper: PaperId | None = None
    reaction: Reaction | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A change and the rank that the paper has after it, None if it is not listed at all then.

    The rank is what ranking with the changed words gave, not an estimate.
    """

    change: Change
    rank: int | None
