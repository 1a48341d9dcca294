"""A list of papers: some in the message itself, the others a press away.

The button that shows more holds the names of those that are left, so that it works as long as the message is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from adapters.slack.blocks import VALUE_CHARS, Block, actions
from adapters.slack.cards import card_blocks, name_of
from adapters.slack.controls import button
from bot.domain.chat import PaperCard

AT_ONCE = 8
"""Papers in a message; each is four blocks of its fifty, and has to be read."""

MOST_BUTTONS = 10
"""For more papers: a thousand, or ninety of the longest names."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The papers of a list that are not shown yet: their names, the number of the first, how many the list has."""

    first: int
    count: int
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"Papers {self.first} to {self.first + min(AT_ONCE, len(self.names)) - 1} of {self.count}"

    @property
    def after(self) -> "Rest":
        """What is left when the next of them are shown."""
        return Rest(self.first + AT_ONCE, self.count, self.names[AT_ONCE:])

    def written(self) -> str:
        return " ".join((f"{self.first}/{self.count}", *self.names))


def list_blocks(cards: Sequence[PaperCard]) -> list[Block]:
    """The first papers, and buttons for the rest, if there are more."""
    blocks = [block for card in cards[:AT_ONCE] for block in card_blocks(card)]
    names = tuple(name_of(card) for card in cards[AT_ONCE:])
    return [*blocks, *more_buttons(Rest(AT_ONCE + 1, len(cards), names))]


def more_buttons(rest: Rest) -> list[Block]:
    """One for the papers that come next; of many or long names, which one button does not hold, one for each part. What
    is not reached with all of them is not promised either."""
    parts = [*islice(_parts(rest), MOST_BUTTONS)]
    if not parts:
        return []
    if len(parts) == MOST_BUTTONS:
        reached = parts[-1].first + len(parts[-1].names) - 1
        parts = [replace(part, count=reached) for part in parts]
    return [actions([button(part.label, "page", part.written(), at) for at, part in enumerate(parts)])]


def read_rest(argument: str) -> Rest | None:
    place, _, names = argument.partition(" ")
    first, _, count = place.partition("/")
    if not names or not all(each.isascii() and each.isdigit() and len(each) < 6 for each in (first, count)):
        return None
    return Rest(int(first), int(count), tuple(names.split()))


def _parts(rest: Rest) -> Iterator[Rest]:
    """The papers in as few parts as buttons can hold; of short names, one holds a hundred."""
    while rest.names:
        held = len(rest.names)
        while len(replace(rest, names=rest.names[:held]).written()) > VALUE_CHARS:
            held -= 1
        yield replace(rest, names=rest.names[:held])
        rest = Rest(rest.first + held, rest.count, rest.names[held:])
