"""A platform-neutral message as Slack messages."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import takewhile

from adapters.chat.wording import cut
from adapters.slack.blocks import MOST_BLOCKS, Block, rich, said_in, section, words
from adapters.slack.cards import card_blocks
from adapters.slack.controls import row
from adapters.slack.lists import Rest, list_blocks, more_buttons
from adapters.slack.payload import Payload, Upload
from adapters.slack.prose import prose
from adapters.slack.wording import Writer, escaped_within
from bot.domain.chat import File, Image, Message, PaperCard
from bot.domain.plain_text import clean_line

PAGE_CHARS = 11_000
"""Letters in all blocks of a message; Slack refuses messages that are much longer without saying where it draws the
line."""

SPOKEN_CHARS = 2_000
AROUND_BLOCKS, AROUND_CHARS = 5, 600
"""What is said before a list of papers, and after it."""

_NAME, _TITLE = 120, 250


def messages(message: Message, token: str = "", commands: Collection[str] = ()) -> list[Payload]:
    """The Slack messages that say it, in order: one, but for words that are too many. `commands` are the names of all
    commands, so that those named in the text get their slash.

    The files come with the last of them. The token travels in metadata, which `sending` writes: nothing here needs it.
    """
    writer = Writer(commands)
    buttons = row(message.buttons, "in" if message.private else "do")
    if any(isinstance(block, PaperCard) for block in message.blocks):
        made = [_payload([*_papers(message, writer), *buttons])]
    else:
        said = prose(message.blocks, writer) or _names(message)
        made = [_payload(page) for page in _pages(said, len(buttons))]
        last = made[-1]
        made[-1] = replace(last, blocks=(*last.blocks, *buttons))
    files = tuple(_upload(block) for block in message.blocks if isinstance(block, Image | File))
    return [*made[:-1], replace(made[-1], files=files)]


def _papers(message: Message, writer: Writer) -> list[Block]:
    """One card, or a list; what is said around it goes before and after."""
    before = tuple(takewhile(lambda block: not isinstance(block, PaperCard), message.blocks))
    cards = [block for block in message.blocks if isinstance(block, PaperCard)]
    after = [block for block in message.blocks[len(before) :] if not isinstance(block, PaperCard)]
    shown = card_blocks(cards[0], native=True) if len(cards) == 1 else list_blocks(cards)
    return [*_few(prose(before, writer)), *shown, *_few(prose(after, writer))]


def _names(message: Message) -> list[Block]:
    """What a message of files alone says; Slack has no message without words."""
    names = [clean_line(block.name) for block in message.blocks if isinstance(block, Image | File)]
    return [rich(section([words(cut(", ".join(names), SPOKEN_CHARS) or "…")]))]


def _few(blocks: Sequence[Block]) -> list[Block]:
    kept: list[Block] = []
    for block in blocks[:AROUND_BLOCKS]:
        if len(said_in([*kept, block])) > AROUND_CHARS:
            break
        kept.append(block)
    return kept


def _pages(blocks: Sequence[Block], kept_free: int) -> list[list[Block]]:
    """The blocks in as few messages as hold them."""
    pages: list[list[Block]] = []
    size = 0
    for block in blocks:
        length = len(said_in([block]))
        if not pages or len(pages[-1]) + kept_free >= MOST_BLOCKS or size + length > PAGE_CHARS:
            pages.append([])
            size = 0
        pages[-1].append(block)
        size += length
    return pages


def page_of(cards: Sequence[PaperCard], rest: Rest) -> Payload:
    """Further papers of a list, and the buttons for those after them."""
    return _payload([*(block for card in cards for block in card_blocks(card)), *more_buttons(rest)])


def _payload(blocks: Sequence[Block]) -> Payload:
    return Payload(escaped_within(said_in([*blocks]), SPOKEN_CHARS) or "…", tuple(blocks))


def _upload(block: Image | File) -> Upload:
    name = cut(clean_line(block.name).replace("/", "-").replace("\\", "-"), _NAME).strip(". ") or "file"
    if isinstance(block, Image):
        return Upload(name, block.png, cut(clean_line(block.alt), _TITLE) or name)
    return Upload(name, block.content.encode("utf-8", "replace") or b"\n", name)
