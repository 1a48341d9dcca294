"""A paper as a card: a container with its title as a link, its facts, its abstract and reasons, and its buttons."""

import discord

from adapters.chat import papers
from adapters.chat.papers import REACTIONS, safe_address
from adapters.discord.custom_ids import MAX_CUSTOM_ID, MAX_TOKEN, custom_id
from adapters.discord.wording import escaped_within, link_text
from bot.domain.chat import PaperCard
from bot.domain.paper import PaperId
from bot.domain.plain_text import clean_line

Row = discord.ui.ActionRow[discord.ui.LayoutView]
Card = discord.ui.Container[discord.ui.LayoutView]

CARD_CHARS = 3_200
"""Characters of text in a card: of the 4,000 of a message some are for what stands around it."""

ACCENT = 0x2F6F8F
_TITLE, _META, _REASON, _LABEL = 300, 300, 220, 80


def paper_name(card: PaperCard) -> PaperId:
    """A name of the paper that fits into a custom_id, whatever is said of it there."""
    return papers.paper_name(card, MAX_CUSTOM_ID - MAX_TOKEN - len(custom_id("do", "dislike ")))


def card_view(card: PaperCard, token: str = "") -> Card:
    """A card with the row of buttons; one that shows the paper itself (it has no number) offers what More leads to."""
    name = paper_name(card)
    container: Card = discord.ui.Container(accent_colour=ACCENT)
    container.add_item(discord.ui.TextDisplay(card_text(card)))
    last = _button("More", f"paper {name}", token)
    container.add_item(_row(name, token, [last] if card.number is not None else []))
    if card.number is None:
        more: Row = discord.ui.ActionRow()
        for label, verb in (("Similar papers", "similar"), ("I know it", "known"), ("Not for me", "hide")):
            more.add_item(_button(label, f"{verb} {name}", token))
        container.add_item(more)
    return container


def card_text(card: PaperCard) -> str:
    number = "" if card.number is None else f"{card.number}. "
    title = link_text(card.title, _TITLE) or "…"
    address = safe_address(card.url)
    head = f"### {number}[{title}]({address})" if address else f"### {number}{title}"
    facts = " · ".join(part for part in (clean_line(card.label), clean_line(card.meta)) if part)
    lines = [head, *([f"-# {escaped_within(facts, _META)}"] if facts else [])]
    reasons = [f"> {escaped_within(clean_line(reason), _REASON)}" for reason in card.reasons[:3]]
    room = CARD_CHARS - sum(len(line) + 1 for line in (*lines, *reasons))
    abstract = escaped_within("\n".join(map(clean_line, card.abstract.splitlines())), room)
    return "\n".join([*lines, *([abstract] if abstract else []), *reasons])


def _row(name: PaperId, token: str, more: list[discord.ui.Button[discord.ui.LayoutView]]) -> Row:
    row: Row = discord.ui.ActionRow()
    for emoji, verb in REACTIONS.items():
        row.add_item(discord.ui.Button(emoji=emoji, custom_id=custom_id("do", f"{verb} {name}", token)))
    row.add_item(_button("Why", f"why {name}", token))
    for button in more:
        row.add_item(button)
    return row


def _button(label: str, command: str, token: str) -> discord.ui.Button[discord.ui.LayoutView]:
    return discord.ui.Button(label=label[:_LABEL], custom_id=custom_id("do", command, token))
