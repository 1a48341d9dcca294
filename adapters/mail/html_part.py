"""A message as HTML: one column, styles in the elements, nothing that is fetched from elsewhere."""

from functools import lru_cache
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from adapters.mail.inside import MailLinks
from adapters.mail.text_part import LABELS
from adapters.mail.urls import card_url, safe_url
from adapters.mail.words import clean
from bot.domain.chat import Block, Bullets, File, Image, Message, PaperCard, Table, Text
from bot.domain.plain_text import clean_line
from bot.domain.untyped import without_commands

_INLINER = CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
"""The style element stays as well: only there can a mail say how it looks in the dark."""


def html_part(message: Message, subject: str, address: str, links: MailLinks, *, foot: bool = True) -> str:
    """With `foot` it ends with the ways to change and to stop these mails."""
    page = _template().render(
        subject=subject,
        blocks=[_block(block, address, links) for block in message.blocks],
        manage=links.manage(address),
        unsubscribe=links.unsubscribe(address) if foot else "",
    )
    return _INLINER.inline(page)


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("adapters.mail"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    return environment.get_template("mail.html")


def _block(block: Block, address: str, links: MailLinks) -> dict[str, Any]:
    match block:
        case Text(text, "heading"):
            return {"kind": "heading", "lines": [clean_line(text)]}
        case Text(text, "link"):
            return {"kind": "link", "url": safe_url(text)}
        case Text(text, style):
            said = clean(without_commands(text))
            return {"kind": "text", "style": style, "lines": said.split("\n")} if said else {"kind": "nothing"}
        case PaperCard():
            return _card(block, address, links)
        case Bullets(items):
            return {"kind": "bullets", "lines": list(map(clean_line, items))}
        case Table(head, rows):
            return {"kind": "table", "rows": [list(map(clean_line, row)) for row in (head, *rows) if any(row)]}
        case Image(alt=alt):
            return {"kind": "text", "style": "note", "lines": [f"[{clean_line(alt)}]"]}
        case File(name=name):
            return {"kind": "text", "style": "note", "lines": [f"Attached: {clean_line(name)}"]}


def _card(card: PaperCard, address: str, links: MailLinks) -> dict[str, Any]:
    offered = [(label, links.reaction(address, card.paper, reaction)) for reaction, label in LABELS.items()]
    return {
        "kind": "card",
        "number": "" if card.number is None else f"{card.number}. ",
        "title": clean_line(card.title) or "…",
        "url": card_url(card, links),
        "facts": " · ".join(filter(None, (clean_line(card.label), clean_line(card.meta)))),
        "abstract": clean_line(card.abstract),
        "reasons": list(map(clean_line, card.reasons)),
        "links": [*offered, ("why this", links.why(address, card.paper))],
    }
