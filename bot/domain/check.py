"""What a look at one part of an installation found."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    """It works, but somebody should look at it."""
    PROBLEM = "problem"
    """Something does not work."""


@dataclass(frozen=True, slots=True)
class Check:
    """`text` is what was found, `advice` what to do about it, empty where nothing is."""

    name: str
    level: Level
    text: str
    advice: str = ""


def ok(name: str, text: str) -> Check:
    return Check(name, Level.OK, text)


def warn(name: str, text: str, advice: str) -> Check:
    return Check(name, Level.WARN, text, advice)


def problem(name: str, text: str, advice: str) -> Check:
    return Check(name, Level.PROBLEM, text, advice)
