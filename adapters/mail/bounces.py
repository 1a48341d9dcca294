"""Delivery status notifications (RFC 3464): which of our mails did not arrive, for good."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import getaddresses

from bot.domain.mail_address import parse_mail_address

_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_OURS = re.compile(r"<([^@<>\s]{1,80})@")


@dataclass(frozen=True, slots=True)
class Bounce:
    """`token` is what the mail's Message-ID began with, `status` its code, such as 5.1.1."""

    address: str
    token: str
    status: str


def read_bounces(content: bytes) -> list[Bounce]:
    """The mails that a notification says failed for good; none for anything else: a delay, a vacation, a letter.

    Of which mail and address it speaks is read from the headers of the mail that it returns: where that was forwarded,
    the address that failed is not the one that we know.
    """
    report = message_from_bytes(content, policy=default)
    if report.get_content_type() != "multipart/report":
        return []
    parts = [part for part in report.walk() if isinstance(part, EmailMessage)]
    sent = next((found for part in parts if (found := _returned(part)) is not None), None)
    if sent is None:
        return []
    token = _OURS.search(str(sent.get("Message-ID", "")))
    to = [parse_mail_address(address) for _, address in getaddresses([str(sent.get("To", ""))])]
    if token is None or len(to) != 1 or to[0] is None:
        return []
    failed = [status for part in parts for status in _failures(part)]
    return [Bounce(to[0], token.group(1), failed[0])] if failed else []


def _failures(part: EmailMessage) -> Iterator[str]:
    """The status of each recipient that a part says failed for good."""
    if part.get_content_type() != "message/delivery-status":
        return
    for fields in part.iter_parts() if part.is_multipart() else ():
        status = _STATUS.search(str(fields.get("Status", "")))
        if str(fields.get("Action", "")).strip().lower() == "failed" and status:
            yield status.group()


def _returned(part: EmailMessage) -> Message | None:
    """The mail that came back, whole or its headers."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        return inner[0] if isinstance(inner, list) and isinstance(inner[0], Message) else None
    if kind == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        return message_from_bytes(payload, policy=default) if isinstance(payload, bytes) else None
    return None
