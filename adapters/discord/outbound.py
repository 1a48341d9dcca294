"""A platform-neutral message as Discord messages."""

from collections.abc import Collection, Sequence
from itertools import takewhile

import discord

from adapters.discord.attachments import Attached, attach_all
from adapters.discord.cards import Row, card_view
from adapters.discord.controls import button_rows
from adapters.discord.lists import list_view
from adapters.discord.payload import Payload
from adapters.discord.prose import pages, prose
from adapters.discord.wording import Writer
from bot.domain.chat import Block, Button, Message, PaperCard

HEAD_CHARS, NOTES_CHARS = 350, 400
STATUS = Button("Status", "status")
"""What a message without any other control carries its token in."""


def messages(message: Message, token: str = "", commands: Collection[str] = ()) -> list[Payload]:
    """The Discord messages that say it, in order: one, but for words that are too many. `commands` are the names of all
    commands, so that those named in the text get their slash.

    With a token, the last of them carries it in the custom_id of a component (`custom_ids.token_in`), by which it is
    found again; the token is at most 25 characters.
    """
    writer = Writer(commands)
    attached = attach_all(message.blocks)
    if any(isinstance(block, PaperCard) for block in message.blocks):
        return [_papers(message, token, writer, attached)]
    texts = pages(prose(message.blocks, writer)) or ["…"]
    views = [_words(text) for text in texts]
    for item in attached.items:
        views[-1].add_item(item)
    rows = button_rows(message.buttons, token, "in" if message.private else "do")
    for row in rows or (button_rows((STATUS,), token, "do") if token else []):
        views[-1].add_item(row)
    return [Payload(_still(view), files=attached.files if view is views[-1] else ()) for view in views]


def _papers(message: Message, token: str, writer: Writer, attached: Attached) -> Payload:
    """One card, or a list that shows one card at a time."""
    before: Sequence[Block] = tuple(takewhile(lambda block: not isinstance(block, PaperCard), message.blocks))
    cards = [block for block in message.blocks if isinstance(block, PaperCard)]
    after = [block for block in message.blocks[len(before) :] if not isinstance(block, PaperCard)]
    rows = button_rows(message.buttons, token, "do")
    head = "\n".join(pages(prose(before, writer), HEAD_CHARS)[:1])
    notes = "\n".join(pages(prose(after, writer), NOTES_CHARS)[:1])
    if len(cards) > 1:
        view = list_view(cards, head=head, notes=notes, rows=rows, token=token)
    else:
        view = _words(head) if head else discord.ui.LayoutView(timeout=None)
        view.add_item(card_view(cards[0], token))
        for text in (notes,) if notes else ():
            view.add_item(discord.ui.TextDisplay(text))
        _add(view, rows)
    for item in attached.items:
        view.add_item(item)
    return Payload(_still(view), files=attached.files)


def _words(text: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(text))
    return view


def _add(view: discord.ui.LayoutView, rows: Sequence[Row]) -> None:
    for row in rows:
        view.add_item(row)


def _still(view: discord.ui.LayoutView) -> discord.ui.LayoutView:
    """A view that discord.py need not keep: every press is answered by its custom_id alone, after a restart too."""
    view.stop()
    return view
