"""What a mail server's refusals mean, in words for the person or the operator who can do something about it."""

import re
from enum import Enum

import structlog
from aiosmtplib import SMTPAuthenticationError, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from bot.ports import DeliveryError

log = structlog.get_logger()


class Stage(Enum):
    """How far the talk with a mail server was."""

    CONNECTING = "connecting"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.\d{1,3}(?=\s|$)")
"""At the beginning of a reply's text (RFC 2034): further on it may be anything, such as an address in digits."""


def delivery_error(error: Exception, stage: Stage) -> DeliveryError:
    """What it means for the mail that was being brought.

    Refused for good is a mail only where the server speaks of its address (RFC 3463's 5.1 and 5.2, or without such a
    code a 550 to the address itself: to the mail it is what filters say of spam). Everything else that it refuses for
    good (a password, the sender, a policy) is the operator's to mend, who is told in the log, and the mail waits for
    it. Without an answer to the mail itself, it may have arrived.
    """
    if isinstance(error, SMTPResponseException):
        return _refused(error, stage)
    if stage is Stage.CONTENT:
        return DeliveryError("the mail server did not say whether it took the mail", unknown=True)
    if isinstance(error, SMTPServerDisconnected):
        return DeliveryError("the mail server broke the connection")
    if isinstance(error, SMTPTimeoutError) and stage is not Stage.CONNECTING:
        return DeliveryError("the mail server does not answer")
    log.error("mail server not reached", error=type(error).__name__, reason=str(error)[:200])
    if "STARTTLS" in str(error):
        return DeliveryError("the mail server does not offer STARTTLS")
    return DeliveryError("the mail server cannot be reached")


def _refused(error: SMTPResponseException, stage: Stage) -> DeliveryError:
    code = error.code
    if 400 <= code < 500 or code < 0:
        return DeliveryError(f"the mail server asks to wait ({code})")
    enhanced = _ENHANCED.match(error.message)
    log.error("mail refused", code=code, enhanced=enhanced.group() if enhanced else "", stage=stage.value)
    if isinstance(error, SMTPAuthenticationError):
        return DeliveryError("the mail server does not take the user and password of PAPERBOY_SMTP_URL")
    if _is_about_the_address(code, enhanced, stage):
        return DeliveryError(f"The mail server says that this mailbox takes no mail ({code}).", permanent=True)
    return DeliveryError(f"the mail server refused the mail ({code})")


def _is_about_the_address(code: int, enhanced: re.Match[str] | None, stage: Stage) -> bool:
    if enhanced is not None:
        said = enhanced.group(1) == "5" and enhanced.group(2) in ("1", "2")
        return said and stage in (Stage.RECIPIENT, Stage.CONTENT)
    return code in (550, 551, 553) and stage is Stage.RECIPIENT
