"""A command: what a person asked for, in the same form whatever surface it came by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OptionValue = str | int | bool


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is the full name from the command table (`interests add`); `options` are checked against it."""

    name: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)

    def text(self, option: str, default: str = "") -> str:
        return str(self.options.get(option, default))

    def number(self, option: str, default: int) -> int:
        value = self.options.get(option, default)
        return value if isinstance(value, int) else default

    def flag(self, option: str) -> bool:
        return self.options.get(option) is True


@dataclass(frozen=True, slots=True)
class CommandProblem:
    """Text that is no command. `message` says what is wrong, `suggestion` is what was probably meant."""

    message: str
    suggestion: str = ""
