"""Addresses that a mail may carry."""

from urllib.parse import urlsplit

from adapters.mail.inside import MailLinks
from bot.domain.chat import PaperCard
from bot.domain.plain_text import clean_line


def card_url(card: PaperCard, links: MailLinks) -> str:
    """Where the paper can be read: its page here where its feed gave no address, or one that nobody should open."""
    return safe_url(card.url) or links.paper(card.paper)


def safe_url(url: str) -> str:
    """A web address; empty for anything else, whatever would happen when it is opened."""
    line = clean_line(url)
    if any(char in line for char in ' <>"'):
        return ""  # no address has these but encoded
    try:
        parts = urlsplit(line)
    except ValueError:
        return ""
    return line if parts.scheme in ("http", "https") and parts.hostname and not parts.username else ""
