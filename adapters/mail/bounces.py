"""Delivery status notifications (RFC 3464, RFC 6533, qmail's letters): which of our mails did not arrive, for good."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses

from bot.domain.mail_address import parse_mail_address

_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}\b(?!\.\d)")
"""Of a failure. One that begins with 4 is what kept a server from bringing the mail until it gave up."""

_UNICODE = re.compile(rb"^(content-type:\s*)message/(?=global)", re.IGNORECASE | re.MULTILINE)
_QMAIL = "Hi. This is the qmail-send program"
_QMAIL_COPY = "--- Below this line is a copy of the message."
_QMAIL_FAILED = re.compile(r"^<[^<>\n]+>:$", re.MULTILINE)
_NO_STATUS = "5.0.0"
"""RFC 3463's code of a failure of which nothing else is known."""

_OURS = re.compile(r"<([^@<>\s]{1,80})@")


@dataclass(frozen=True, slots=True)
class Bounce:
    """`token` is what the mail's Message-ID began with, `status` its code, such as 5.1.1."""

    address: str
    token: str
    status: str


def read_bounces(content: bytes) -> list[Bounce]:
    """The mails that a notification says failed for good; none for anything else: a delay, a vacation, a letter, or
    bytes that somebody made up to see what happens.

    Of which mail and address it speaks is read from the headers of the mail that it returns: where that was forwarded,
    the address that failed is not the one that we know.
    """
    try:
        # The library's older reading of headers, which takes them as they are: its newer one raises at hostile ones.
        # It reads all that is message/... as a mail before it undoes its coding, which RFC 6533 allows there.
        return _bounces(message_from_bytes(_UNICODE.sub(rb"\1text/", content)))
    except RecursionError:
        return []  # parts within parts, or comments within comments, as no mail server writes them


def _bounces(report: Message) -> list[Bounce]:
    if report.get_content_type() == "multipart/report":
        parts = list(report.walk())
        sent = next((found for part in parts if (found := _returned(part)) is not None), None)
        failed = [status for part in parts for status in _failures(part)]
    else:
        said, _, copy = _text(report).partition(_QMAIL_COPY)
        sent, failed = message_from_string(copy.lstrip()), _told_by_qmail(said)
    if sent is None or not failed:
        return []
    token = _OURS.search(str(sent.get("Message-ID", "")))
    to = [parse_mail_address(address) for _, address in getaddresses([str(sent.get("To", ""))])]
    if token is None or len(to) != 1 or to[0] is None:
        return []
    return [Bounce(to[0], token.group(1), failed[0])]


def _told_by_qmail(said: str) -> list[str]:
    """The status of a failure that the letter tells of: qmail writes none but when it gives up."""
    failed = _QMAIL_FAILED.search(said)
    if not said.startswith(_QMAIL) or failed is None:
        return []
    status = _STATUS.search(said, failed.end())
    return [status.group() if status else _NO_STATUS]


def _failures(part: Message) -> Iterator[str]:
    """The status of each recipient that a part says failed for good."""
    kind = part.get_content_type()
    recipients: list[Message] = []
    if kind == "message/delivery-status":
        recipients = list(_inner(part))
    elif kind == "text/global-delivery-status":
        recipients = [message_from_string(fields) for fields in _text(part).split("\n\n")]
    for fields in recipients:
        status = _STATUS.match(str(fields.get("Status", "")).strip())
        if str(fields.get("Action", "")).strip().lower() == "failed" and status:
            yield status.group()


def _returned(part: Message) -> Message | None:
    """The mail that came back, whole or its headers."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return next(_inner(part), None)
    if kind in ("text/rfc822-headers", "text/global-headers", "text/global"):
        return message_from_string(_text(part))
    return None


def _text(part: Message) -> str:
    """What a part without parts says, its lines ending as the library's do."""
    payload = part.get_payload(decode=True)
    text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return text.replace("\r\n", "\n")


def _inner(part: Message) -> Iterator[Message]:
    """The messages that a part holds, or what the library reads as such."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))
