"""What chat platforms need to know of the commands, besides the table."""

from collections.abc import Collection

from bot.domain.command import CommandSpec, Option

FOR_CHANNEL = frozenset(
    {
        "interests",
        "interests add",
        "interests remove",
        "interests mute",
        "interests follow",
        "interests category",
        "interests reset",
        "digest subscribe",
        "digest show",
        "digest preview",
        "digest pause",
        "digest resume",
        "digest stop",
    }
)
"""Commands that can be given for a channel, which has interests and a digest of its own."""

BROUGHT_DIRECTLY = frozenset({"digest subscribe"})
"""Commands about what comes to a person alone, wherever they are given."""

REPEATABLE = frozenset({"help", "interests", "profile", "status", "why", "digest show"})
"""Commands that change nothing: a page of their answer is found by asking again."""


def lacking(spec: CommandSpec) -> list[Option]:
    """What a command must be told in writing."""
    return [option for option in spec.options if option.required and option.kind in ("text", "paper")]


def name_in(text: str, names: Collection[str]) -> str:
    """The name of the command that a text begins with, as far as it is one."""
    words = text.casefold().split()
    two = " ".join(words[:2])
    return two if two in names else words[0] if words else ""
