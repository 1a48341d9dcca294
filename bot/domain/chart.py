"""A picture's contents: sections of rows, each with how strong it is and how it came to be."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
Tone = Literal["stated", "learned", "less"]


@dataclass(frozen=True, slots=True)
class Row:
    """`value` is the length of the bar, `history` what it was, oldest first, now last; all from 0 to 1."""

    label: str
    value: float
    history: tuple[float, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """`rows` stand strongest first: what does not fit is left out from the end. `empty` is said if there are none."""

    title: str
    tone: Tone
    rows: tuple[Row, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """`axis` says over which time a row's history goes."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    axis: str
