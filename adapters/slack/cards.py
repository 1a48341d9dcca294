"""A paper as blocks: its title as a link, its facts, its abstract and reasons, and its buttons."""

from adapters.chat.papers import DISLIKE, LIKE, REACTIONS, SAVE, paper_name, safe_address
from adapters.chat.wording import cut
from adapters.slack.blocks import SECTION_CHARS, Block, Element, actions, link, quote, rich, section, small, words
from adapters.slack.controls import SPOKEN, button, feedback_buttons
from bot.domain.chat import PaperCard
from bot.domain.paper import PaperId
from bot.domain.plain_text import clean_line

TITLE, META, REASON = 250, 200, 200
LISTED_CHARS = 800
"""Letters of abstract and reasons of a paper in a list: eight of them are to fit into a message."""

LONGEST_NAME = 200

_FURTHER = (("Similar papers", "similar"), ("I know it", "known"), ("Not for me", "hide"))


def name_of(card: PaperCard) -> PaperId:
    """What the paper is called in its buttons."""
    return paper_name(card, LONGEST_NAME)


def card_blocks(card: PaperCard, *, native: bool = False) -> list[Block]:
    """`native` gives it Slack's own thumbs. A card that shows the paper itself (it has no number) offers what More
    leads to."""
    name = name_of(card)
    facts = " · ".join(part for part in (clean_line(card.label), clean_line(card.meta)) if part)
    said = _said(card)
    return [
        rich(section(_title(card))),
        *([small(cut(facts, META))] if facts else []),
        *([rich(*said)] if said else []),
        *([feedback_buttons(name)] if native else []),
        actions(_row(card, name, native=native)),
        *([actions(_further(name))] if card.number is None else []),
    ]


def _title(card: PaperCard) -> list[Element]:
    number = [] if card.number is None else [words(f"{card.number}. ", bold=True)]
    title = cut(clean_line(card.title), TITLE) or "…"
    address = safe_address(card.url)
    return [*number, link(address, title) if address else words(title, bold=True)]


def _said(card: PaperCard) -> list[Element]:
    reasons = [cut(clean_line(reason), REASON) for reason in card.reasons[:3] if clean_line(reason)]
    room = (SECTION_CHARS if card.number is None else LISTED_CHARS) - sum(len(reason) + 1 for reason in reasons)
    abstract = cut("\n".join(line for line in map(clean_line, card.abstract.splitlines()) if line), room)
    return [
        *([section([words(abstract)])] if abstract else []),
        *([quote([words("\n".join(reasons), italic=True)])] if reasons else []),
    ]


def _row(card: PaperCard, name: PaperId, *, native: bool) -> list[Element]:
    thumbs = () if native else (LIKE, DISLIKE)
    made = [
        button(emoji, "do", f"{REACTIONS[emoji]} {name}", number, spoken=SPOKEN[emoji])
        for number, emoji in enumerate(thumbs)
    ]
    made.append(button(f"{SAVE} Save", "do", f"save {name}", 2))
    made.append(button("Why", "do", f"why {name}", 3))
    return made if card.number is None else [*made, button("More", "do", f"paper {name}", 4)]


def _further(name: PaperId) -> list[Element]:
    return [button(label, "do", f"{verb} {name}", 5 + number) for number, (label, verb) in enumerate(_FURTHER)]
