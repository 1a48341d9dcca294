"""A person's own page with Paperboy: what it knows of them, and what can be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.chat import Button, Message
from bot.domain.command import OptionValue


@dataclass(frozen=True, slots=True)
class HomeEntry:
    """One thing that is kept, where it leads to (or nowhere), and the button that takes it away."""

    text: str
    remove: Button
    url: str = ""


@dataclass(frozen=True, slots=True)
class HomeSection:
    """What is said, then the entries, then the buttons of what is said. `forms` are commands to be asked for what they
    can be told, filled in with `known`; `final` what must be confirmed, since it cannot be taken back."""

    said: Message
    entries: tuple[HomeEntry, ...] = ()
    more: str = ""
    """A word on entries that are not shown."""
    forms: tuple[Button, ...] = ()
    known: Mapping[str, OptionValue] = field(default_factory=dict)
    final: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    sections: tuple[HomeSection, ...]
