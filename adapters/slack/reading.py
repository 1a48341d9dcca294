"""What people write on Slack, as they typed it: Slack marks up mentions, channels and links, and escapes the rest."""

import re
from html import unescape

_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})


def typed(text: str, bot_user: str = "") -> str:
    """The text without Paperboy's own name; links as addresses, quotation marks as they are on a keyboard.

    What only looks like a host, as `cs.AI` does, Slack makes a link of, too: it is what was typed.
    """
    text = _MARKED.sub(lambda match: _plain(match, bot_user), text)
    return " ".join(unescape(text).translate(_QUOTES).strip().strip("`").split())


def _plain(match: re.Match[str], bot_user: str) -> str:
    kind, target, label = match[1], match[2], match[3] or ""
    if kind == "@":
        return " " if target == bot_user else f"@{label or target}"
    if kind == "#":
        return f"#{label or target}"
    if kind == "!":
        return label.lstrip("@") or target.partition("^")[0]
    is_host = target == f"http://{label}" and "/" not in label
    return label or target if is_host or target.startswith(("mailto:", "tel:")) else target
