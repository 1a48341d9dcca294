"""What an answer means: when to try again, which redirect to follow, which error is a feed's own answer. Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

MAX_RETRY_AFTER_S = 24 * 3600.0
_DEFAULT_PORTS = {"http": 80, "https": 443}


def retry_after_s(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as an HTTP date; None if it says neither.

    Never negative, never above a day.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), MAX_RETRY_AFTER_S)


def backoff_s(attempt: int, jitter: float) -> float:
    """The pause after failed attempt number `attempt` (from 1): 1, 2, 4 ... s, times 1 to 1.5 by `jitter` in [0, 1]."""
    return float(2 ** (attempt - 1)) * (1 + jitter / 2)


def redirect_target(url: str, location: str) -> str | None:
    """Where a redirect leads if it may be followed: the same host and port, or http to https of the same host.

    None for any other host, port or scheme, for https to http, and for a target that carries credentials of its own.
    """
    try:
        old, new = urlsplit(url), urlsplit(urljoin(url, location))
        old_port, new_port = (part.port or _DEFAULT_PORTS.get(part.scheme) for part in (old, new))
    except ValueError:
        return None
    if new.hostname != old.hostname or (new.username, new.password) not in ((None, None), (old.username, old.password)):
        return None
    if new.scheme == old.scheme and new_port == old_port:
        return new.geturl()
    if (old.scheme, new.scheme) == ("http", "https") and (new_port == old_port or (old_port, new_port) == (80, 443)):
        return new.geturl()
    return None


def is_feed_error(content_type: str, body: bytes) -> bool:
    """Whether an error's body is a feed's own answer (XML or JSON that a parser can read), and not a web page."""
    media = content_type.partition(";")[0].strip().lower()
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:300].lower()
    if media.endswith(("/json", "+json")):
        return start.startswith((b"{", b"["))
    if media.endswith(("/xml", "+xml")) and media != "application/xhtml+xml":
        return start.startswith(b"<") and b"<html" not in start
    return False


def host_of(url: str) -> str:
    """The host alone: what an error may name of an URL (its query and user part may hold secrets)."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
