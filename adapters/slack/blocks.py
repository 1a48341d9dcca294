"""The pieces of Block Kit that Paperboy writes with.

Everything that people read is `plain_text` or rich text, whose letters Slack shows as they are: there is no markup to
escape, so text from outside can neither mention anybody, nor link, nor look like Paperboy's own words.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.chat.wording import cut

Block = dict[str, Any]
Element = dict[str, Any]

SECTION_CHARS, HEADER_CHARS, BUTTON_CHARS = 3_000, 150, 75
VALUE_CHARS, ACTION_ID_CHARS = 2_000, 255
MOST_BLOCKS = 50


def plain(text: str, limit: int) -> Element:
    """A text object; `:names:` in it are not made into emoji. Slack takes no empty one."""
    return {"type": "plain_text", "text": cut(text, limit).strip() or "…", "emoji": False}


def words(text: str, **style: bool) -> Element:
    """Literal text within rich text; `style` is bold, italic, strike or code."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def link(url: str, text: str) -> Element:
    """A link in bold; only for addresses that `safe_address` gave."""
    return {"type": "link", "url": url, "text": text, "style": {"bold": True}}


def section(elements: Iterable[Element]) -> Element:
    return {"type": "rich_text_section", "elements": [*elements]}


def quote(elements: Iterable[Element]) -> Element:
    return {"type": "rich_text_quote", "elements": [*elements]}


def preformatted(text: str) -> Element:
    return {"type": "rich_text_preformatted", "elements": [words(text)], "border": 0}


def bullets(items: Iterable[Sequence[Element]]) -> Element:
    return {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": [section(item) for item in items]}


def rich(*parts: Element) -> Block:
    return {"type": "rich_text", "elements": [*parts]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER_CHARS)}


def small(text: str) -> Block:
    """A line in small grey letters."""
    return {"type": "context", "elements": [plain(text, SECTION_CHARS)]}


def actions(elements: Sequence[Element]) -> Block:
    return {"type": "actions", "elements": [*elements]}


def said_in(blocks: object) -> str:
    """Everything that blocks say, in order, without their controls."""
    return "\n".join(text for text in _texts(blocks) if text)


def _texts(node: object) -> list[str]:
    if isinstance(node, list | tuple):
        return [text for each in node for text in _texts(each)]
    if not isinstance(node, dict) or node.get("type") in ("actions", "context_actions", "button"):
        return []
    if str(node.get("type", "")).startswith("rich_text_") and node.get("type") != "rich_text_list":
        return ["".join(str(each.get("text", "")) for each in node["elements"])]
    own = node.get("text")
    return ([own] if isinstance(own, str) else _texts(own)) + _texts(node.get("elements")) + _texts(node.get("fields"))
