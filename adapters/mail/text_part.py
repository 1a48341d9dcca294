"""A message as plain text, in lines that a terminal shows whole."""

import textwrap
from collections.abc import Callable

from adapters.mail.inside import MailLinks
from adapters.mail.urls import card_url
from adapters.mail.words import clean
from bot.domain.chat import Block, Bullets, File, Image, Message, PaperCard, Table, Text
from bot.domain.plain_text import clean_line
from bot.domain.untyped import without_commands

WIDTH = 72

LABELS = {"like": "👍 like", "dislike": "👎 dislike", "save": "🔖 save"}
"""What a reaction is called, in the order in which it is offered."""


def text_part(message: Message, address: str, links: MailLinks, *, foot: bool = True) -> str:
    """All that the message says, and at its foot how to change and to stop these mails. Addresses of pages stand on
    lines of their own, unbroken."""
    pieces = [_block(block, address, links) for block in message.blocks]
    ways = [_foot(address, links)] if foot else []
    return "\n\n".join([*filter(None, pieces), *ways]) + "\n"


def _block(block: Block, address: str, links: MailLinks) -> str:
    match block:
        case Text(text, "heading"):
            title = clean_line(text)
            return f"{title}\n{'=' * min(len(title), WIDTH)}"
        case Text(text, "link"):
            return clean_line(text)
        case Text(text):
            return _wrapped(clean(without_commands(text)))
        case PaperCard():
            return _card(block, address, links)
        case Bullets(items):
            return "\n".join(_hanging("- ", clean_line(item)) for item in items)
        case Table(head, rows):
            lines = [" | ".join(map(clean_line, row)) for row in (head, *rows) if any(row)]
            return "\n".join(lines)
        case Image(alt=alt):
            return _wrapped(f"[{clean_line(alt)}]")
        case File(name=name):
            return _wrapped(f"Attached: {clean_line(name)}")


def _card(card: PaperCard, address: str, links: MailLinks) -> str:
    number = "" if card.number is None else f"{card.number}. "
    facts = " · ".join(filter(None, (clean_line(card.label), clean_line(card.meta))))
    lines = [_hanging(number, clean_line(card.title)), *filter(None, (card_url(card, links), _wrapped(facts)))]
    lines += ["", _wrapped(clean(card.abstract))] if card.abstract else []
    lines += ["", *(_hanging("* ", clean_line(reason)) for reason in card.reasons)] if card.reasons else []
    lines.append("")
    for reaction, label in LABELS.items():
        lines += [f"{label}:", links.reaction(address, card.paper, reaction)]
    lines += ["why this:", links.why(address, card.paper)]
    return "\n".join(lines)


def _foot(address: str, links: MailLinks) -> str:
    lines = ["-- ", "You asked Paperboy for these mails.", "Your interests, days and time:", links.manage(address)]
    return "\n".join([*lines, "No more of these mails:", links.unsubscribe(address)])


def _wrapped(text: str) -> str:
    return "\n".join(map(_filler(), text.split("\n")))


def _hanging(first: str, text: str) -> str:
    return _filler(first, " " * len(first))(text)


def _filler(first: str = "", rest: str = "") -> Callable[[str], str]:
    wrapper = textwrap.TextWrapper(
        WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.fill
