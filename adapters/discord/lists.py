"""A list of papers in one message that pages from card to card.

The message itself remembers the list, so that its buttons work as long as it is there: the options of its menus hold
the papers' names, numbers and reasons.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import discord

from adapters.chat.wording import cut
from adapters.discord.cards import Row, card_view, paper_name
from adapters.discord.controls import turning_row
from adapters.discord.custom_ids import Press, custom_id, read_custom_id
from bot.domain.chat import PaperCard
from bot.domain.plain_text import clean_line

IN_A_MENU = 25
MOST = 100
"""Papers that the menus of a message can hold beside everything else in it."""

_OPTION = 100

Menu = discord.ui.Select[discord.ui.LayoutView]


@dataclass(frozen=True, slots=True)
class Listed:
    """A place of a list: the paper's name, its number there, why it is there."""

    name: str
    number: int
    reason: str


def list_view(
    cards: Sequence[PaperCard], *, head: str, notes: str, rows: Sequence[Row], token: str
) -> discord.ui.LayoutView:
    """The list at its first paper, with words before and after it."""
    view = discord.ui.LayoutView(timeout=None)
    shown = list({paper_name(card): card for card in cards}.values())[:MOST]
    if head:
        view.add_item(discord.ui.TextDisplay(head))
    view.add_item(card_view(shown[0], token))
    view.add_item(_turning(0, len(shown), token))
    options = [_option(card, at) for at, card in enumerate(shown)]
    for menu, first in enumerate(range(0, len(options), IN_A_MENU)):
        view.add_item(_menu(options[first : first + IN_A_MENU], 0, menu, first, len(options), token))
    if len(shown) < len(cards):
        notes = f"{notes}\n-# The first {len(shown)} of {len(cards):,}.".strip()
    if notes:
        view.add_item(discord.ui.TextDisplay(notes))
    for row in rows:
        view.add_item(row)
    return view


def listed_in(message: discord.Message) -> list[Listed]:
    """The list that a message of ours holds; empty for any other message."""
    found: list[Listed] = []
    for select in _menus(message):
        for option in select.options:
            number, _, _ = option.label.partition(". ")
            at = int(number) if number.isascii() and number.isdigit() else len(found) + 1
            found.append(Listed(option.value, at, option.description or ""))
    return found


def turned(message: discord.Message, card: PaperCard, at: int) -> discord.ui.LayoutView:
    """The message's list with this card, which stands at place `at`, instead of the one it shows."""
    old = discord.ui.LayoutView.from_message(message, timeout=None)
    view = discord.ui.LayoutView(timeout=None)
    count = len(listed_in(message))
    for item in list(old.children):
        old.remove_item(item)
        press = _press_in(item)
        token = press.token if press else ""
        if isinstance(item, discord.ui.Container):
            view.add_item(card_view(card, _token(message)))
        elif press is not None and press.kind == "page":
            view.add_item(_turning(at, count, token))
        elif press is not None and press.kind == "pick":
            row = cast(Row, item)
            select = next(child for child in row.children if isinstance(child, discord.ui.Select))
            menu = int(press.argument)
            view.add_item(_menu(select.options, at, menu, menu * IN_A_MENU, count, token))
        else:
            view.add_item(item)
    view.stop()
    return view


def _option(card: PaperCard, at: int) -> discord.SelectOption:
    number = card.number if card.number is not None else at + 1
    reason = cut(clean_line(card.reasons[0]), _OPTION) if card.reasons else None
    label = cut(f"{number}. {clean_line(card.title) or '…'}", _OPTION)
    return discord.SelectOption(label=label, value=paper_name(card), description=reason)


def _menu(options: Sequence[discord.SelectOption], at: int, menu: int, first: int, count: int, token: str) -> Row:
    said = [
        discord.SelectOption(
            label=option.label, value=option.value, description=option.description, default=first + place == at
        )
        for place, option in enumerate(options)
    ]
    words = f"Papers {first + 1} to {first + len(said)} of {count}"
    select: Menu = discord.ui.Select(custom_id=custom_id("pick", str(menu), token), placeholder=words, options=said)
    row: Row = discord.ui.ActionRow()
    row.add_item(select)
    return row


def _turning(at: int, count: int, token: str) -> Row:
    return turning_row(at, count, lambda place: custom_id("page", place, token))


def _menus(message: discord.Message) -> Iterator[discord.SelectMenu]:
    for row in message.components:
        for child in row.children if isinstance(row, discord.ActionRow) else ():
            press = read_custom_id(child.custom_id or "") if isinstance(child, discord.SelectMenu) else None
            if isinstance(child, discord.SelectMenu) and press is not None and press.kind == "pick":
                yield child


def _press_in(item: discord.ui.Item[discord.ui.LayoutView]) -> Press | None:
    """What the first control of a row means."""
    if not isinstance(item, discord.ui.ActionRow):
        return None
    first = next(iter(item.children), None)
    return read_custom_id(getattr(first, "custom_id", None) or "")


def _token(message: discord.Message) -> str:
    menu = next(_menus(message), None)
    press = read_custom_id(menu.custom_id or "") if menu else None
    return press.token if press else ""
