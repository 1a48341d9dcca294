"""A list of papers: some in the message itself, the others a press away.

The button that shows more holds the names of all that are left, so that it works as long as the message is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.slack.blocks import VALUE_CHARS, Block, actions
from adapters.slack.cards import card_blocks, name_of
from adapters.slack.controls import button
from bot.domain.chat import PaperCard

AT_ONCE = 8
"""Papers in a message; each is four blocks of its fifty, and has to be read."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The papers of a list that are not shown yet: their names, the number of the first, how many the list has."""

    first: int
    count: int
    names: tuple[str, ...]


def list_blocks(cards: Sequence[PaperCard]) -> list[Block]:
    """The first papers, and a button for the rest, if there are more."""
    blocks = [block for card in cards[:AT_ONCE] for block in card_blocks(card)]
    names = tuple(name_of(card) for card in cards[AT_ONCE:])
    return [*blocks, *more_button(Rest(AT_ONCE + 1, len(cards), names))]


def more_button(rest: Rest) -> list[Block]:
    if not rest.names:
        return []
    last = rest.first + min(AT_ONCE, len(rest.names)) - 1
    return [actions([button(f"Papers {rest.first} to {last} of {rest.count}", "page", _written(rest), 0)])]


def read_rest(argument: str) -> Rest | None:
    place, _, names = argument.partition(" ")
    first, _, count = place.partition("/")
    if not names or not all(each.isascii() and each.isdigit() and len(each) < 6 for each in (first, count)):
        return None
    return Rest(int(first), int(count), tuple(names.split()))


def _written(rest: Rest) -> str:
    """What of the list fits into a button: of short names, two hundred papers."""
    text = f"{rest.first}/{rest.count}"
    for name in rest.names:
        if len(text) + 1 + len(name) > VALUE_CHARS:
            break
        text += f" {name}"
    return text
