"""A message as a mail (RFC 5322): its headers, and its words twice, as text and as HTML."""

from datetime import datetime
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from adapters.mail.html_part import html_part
from adapters.mail.inside import MailLinks
from adapters.mail.text_part import text_part
from bot.domain.chat import File, Image, Message, PaperCard, Text
from bot.domain.excerpt import shorten
from bot.domain.plain_text import clean_line

MAX_SUBJECT = 120
MAX_NAME = 60

LONG_WORD = 60
"""A longer one cannot be folded but by encoding it."""


def mail_bytes(
    message: Message, sender: Mailbox, address: str, token: str, at: datetime, links: MailLinks, *, listed: bool = True
) -> bytes:
    """The mail to one address, ready to be sent. The same token gives the same Message-ID, so that a mailbox that is
    given a mail twice shows it once. One that is not `listed` answers one person: there is nothing to unsubscribe."""
    subject = subject_of(message)
    mail = EmailMessage(SMTP)
    mail["From"] = Mailbox(sender.display_name[:MAX_NAME], addr_spec=sender.addr_spec)
    mail["Date"] = format_datetime(at)
    mail.set_content(text_part(message, address, links, foot=listed), cte="quoted-printable")
    mail.add_alternative(
        html_part(message, subject, address, links, foot=listed), subtype="html", cte="quoted-printable"
    )
    for block in message.blocks:
        if isinstance(block, File):
            mail.add_attachment(
                block.content.encode("utf-8", "replace"), "application", "octet-stream", filename=_name(block.name)
            )
        elif isinstance(block, Image):
            mail.add_attachment(block.png, "image", "png", filename=_name(block.name))
    return _own_headers(sender, address, token, links if listed else None) + _subject(subject) + mail.as_bytes()


def message_id(sender: Mailbox, token: str) -> str:
    return f"<{token}@{sender.domain}>"


def subject_of(message: Message) -> str:
    """The heading, else the first words; of a digest also what its first paper is called."""
    texts = [block for block in message.blocks if isinstance(block, Text)]
    first = next((text for text in texts if text.style == "heading"), texts[0] if texts else None)
    subject = clean_line(first.text) if first else ""
    paper = next((block for block in message.blocks if isinstance(block, PaperCard)), None)
    if paper is not None and clean_line(paper.title):
        subject = f"{subject}: {clean_line(paper.title)}" if subject else clean_line(paper.title)
    return shorten(subject, MAX_SUBJECT) or "Paperboy"


def _subject(subject: str) -> bytes:
    """Encoded where it has to be (RFC 2047), and folded between words; the library's own way would begin it on a line
    of its own. What looks like an encoded word is encoded once more: else it would be read as one."""
    plain = subject.isascii() and "=?" not in subject and max(map(len, subject.split()), default=0) <= LONG_WORD
    charset = "us-ascii" if plain else "utf-8"
    folded = Header(subject, charset, maxlinelen=76, header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode("ascii")


def _own_headers(sender: Mailbox, address: str, token: str, links: MailLinks | None) -> bytes:
    """The headers whose values must stand as they are: the library would encode or break long ones. Each value is made
    here, of an address that was parsed, a token, and links without spaces."""
    headers = {
        "To": f"<{address}>",
        "Message-ID": message_id(sender, token),
        "Auto-Submitted": "auto-generated",
    }
    if links is not None:
        headers["List-Id"] = f"Paperboy digests <digests.{sender.domain}>"
        headers["List-Unsubscribe"] = f"<{links.unsubscribe(address)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if any(not line.isascii() or not line.isprintable() or len(line) > 998 for line in lines):
        raise ValueError("a header of a mail is no line of RFC 5322")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _name(name: str) -> str:
    """A file's name without folders or anything that a shell or a header would read."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in name)
    return kept.strip(".-")[:80] or "file"
