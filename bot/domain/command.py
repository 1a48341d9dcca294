"""A command: what a person asked for, in the same form whatever surface it came by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

OptionValue = str | int | bool
OptionKind = Literal["int", "text", "paper", "choice", "flag", "days", "time", "zone", "file"]
"""`days`, `time` and `zone` are text too, as `bot.domain.schedule_words` and `zone_words` read it; `file` is a file's
name, which comes with its content."""


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


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a command. In text, options stand in the table's order; `named` ones are written `--name value`."""

    name: str
    kind: OptionKind
    help: str
    required: bool = False
    named: bool = False
    minimum: int = 1
    maximum: int = 1
    choices: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        if self.kind == "flag":
            word = self.name
        elif self.kind == "choice":
            word = "|".join(self.choices)
        elif self.named:
            word = f"--{self.name} N"
        elif self.kind == "time":
            word = "HH:MM"
        else:
            word = self.name if self.kind == "int" else self.name.upper()
        return word if self.required else f"[{word}]"


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A row of the table. `needs_papers` says that it is worth waiting for the first papers before answering;
    `any_order` that its options may be typed in any order, as far as they can be told apart; `public` that its answer
    says nothing of who asked, so that others may see it."""

    name: str
    summary: str
    options: tuple[Option, ...] = ()
    example: str = ""
    needs_papers: bool = False
    any_order: bool = False
    public: bool = False

    @property
    def usage(self) -> str:
        return " ".join((self.name, *(option.usage for option in self.options)))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What could be meant by what somebody types of an option: its value, and the words to show for it."""

    value: str
    label: str
