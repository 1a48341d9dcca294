"""Delivery status notifications (RFC 3464): which of our mails did not arrive, for good."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from bot.domain.mail_address import parse_mail_address

_STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
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
        return _bounces(message_from_bytes(content))
    except RecursionError:
        return []  # parts within parts, or comments within comments, as no mail server writes them


def _bounces(report: Message) -> list[Bounce]:
    if report.get_content_type() != "multipart/report":
        return []
    parts = list(report.walk())
    sent = next((found for part in parts if (found := _returned(part)) is not None), None)
    if sent is None:
        return []
    token = _OURS.search(str(sent.get("Message-ID", "")))
    to = [parse_mail_address(address) for _, address in getaddresses([str(sent.get("To", ""))])]
    if token is None or len(to) != 1 or to[0] is None:
        return []
    failed = [status for part in parts for status in _failures(part)]
    return [Bounce(to[0], token.group(1), failed[0])] if failed else []


def _failures(part: Message) -> Iterator[str]:
    """The status of each recipient that a part says failed for good."""
    if part.get_content_type() != "message/delivery-status":
        return
    for fields in _inner(part):
        status = _STATUS.match(str(fields.get("Status", "")).strip())
        if str(fields.get("Action", "")).strip().lower() == "failed" and status:
            yield status.group()


def _returned(part: Message) -> Message | None:
    """The mail that came back, whole or its headers."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return next(_inner(part), None)
    if kind == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        return message_from_bytes(payload) if isinstance(payload, bytes) else None
    return None


def _inner(part: Message) -> Iterator[Message]:
    """The messages that a part holds, or what the library reads as such."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))
