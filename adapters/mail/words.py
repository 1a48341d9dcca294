"""Text as it goes into a mail: plain. HTML and headers escape it themselves."""

from bot.domain.plain_text import plain_text


def clean(text: str) -> str:
    """Lines of plain text."""
    return "\n".join(line.rstrip() for line in plain_text(text).split("\n"))
