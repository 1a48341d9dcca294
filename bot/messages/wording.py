"""Small things that sentences are made of."""

from collections.abc import Iterable
from datetime import date, timedelta

from bot.domain.chat import Address, is_direct


def plural(count: int, noun: str) -> str:
    """`1 paper`, `2,000 papers`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def quoted(text: str, most: int = 60) -> str:
    """What somebody typed, in quotation marks; of a long text the words within the first `most` characters."""
    line = " ".join(text.split())
    if len(line) > most:
        line = line[: most + 1].rpartition(" ")[0] or line[:most]
        line = f"{line} …"
    mark = "'" if '"' in line else '"'
    return f"{mark}{line}{mark}"


def distinct_words(words: Iterable[str], most: int) -> list[str]:
    """The first `most` that say something of their own: a phrase stands for the words it holds, whatever their case."""
    said: list[str] = []
    for word in words:
        pieces = set(word.casefold().replace("-", " ").split())
        if any(pieces <= set(other.casefold().replace("-", " ").split()) for other in said):
            continue
        said = [other for other in said if not set(other.casefold().replace("-", " ").split()) <= pieces]
        said.append(word)
        if len(said) == most:
            break
    return said


def day_words(day: date) -> str:
    """`Thursday, 26 November`."""
    return f"{day:%A}, {day.day} {day:%B}"


def place_words(address: Address) -> str:
    """The place that messages go to, as people call it."""
    if is_direct(address) and address.platform not in ("console", "mail"):
        return f"your direct messages on {address.platform.capitalize()}"
    return {"console": "the terminal", "mail": "your mailbox"}.get(address.platform, address.platform.capitalize())


def span_words(span: timedelta) -> str:
    """How long until then: `in 5 minutes`."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return "in less than a minute"
    if minutes < 120:
        return f"in {plural(minutes, 'minute')}"
    hours = round(minutes / 60)
    return f"in {plural(hours, 'hour')}" if hours < 48 else f"in {plural(round(hours / 24), 'day')}"
