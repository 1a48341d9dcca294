"""A typed line -> `Incoming`. Pure, but for reading a file that the line names, which is handed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from adapters.console.clean import clean_line
from bot.domain.chat import Address, Incoming, Message, Text
from bot.domain.person import Account

MAX_LINE_CHARS = 20_000
MAX_FILE_BYTES = 20 * 1024 * 1024
FILE_COMMANDS = ("interests import",)


class End(Enum):
    """The person wants to leave."""

    END = "end"


class FileProblemError(Exception):
    """A file that a command names cannot be read; the text says why."""


ReadFile = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class LineReader:
    """Reads lines of one account at one address. `file_commands` take a file's name as the rest of their line."""

    account: Account
    address: Address
    read_file: ReadFile
    file_commands: Sequence[str] = FILE_COMMANDS

    def read(self, line: str) -> Incoming | Message | End | None:
        """What a line asks for: a command, a wish to end, nothing (blank or a comment) or, as a Message, a problem."""
        text = line.lstrip("\ufeff")[:MAX_LINE_CHARS].strip()
        if not text or text.startswith("#"):
            return None
        if text.casefold().removeprefix("/") in ("quit", "exit"):
            return End.END
        name = self._file_name(text)
        if not name:
            return Incoming(self.account, self.address, text)
        try:
            content = self.read_file(name)
        except FileProblemError as problem:
            return Message((Text(str(problem), "error"),), {"error": str(problem)}, ok=False)
        return Incoming(self.account, self.address, text, {Path(name).name: content})

    def _file_name(self, text: str) -> str:
        words = text.removeprefix("/").split()
        for command in self.file_commands:
            length = len(command.split())
            if [word.casefold() for word in words[:length]] == command.casefold().split() and len(words) > length:
                name = text.removeprefix("/").split(maxsplit=length)[length].strip()
                quoted = len(name) > 1 and name[0] == name[-1] and name[0] in "\"'"
                return name[1:-1] if quoted else name
        return ""


def asks_to_forget(text: str) -> bool:
    """Whether a command erases the person: what this surface keeps of them then goes too."""
    return text.removeprefix("/").casefold().split() == ["privacy", "forget", "yes"]


def read_file(name: str) -> bytes:
    """The bytes of a plain file of at most 20 MiB; `~` is the home folder. Raises FileProblemError."""
    shown = clean_line(name)[:200]
    try:
        path = Path(name).expanduser()
        if path.is_dir():
            raise FileProblemError(f"{shown} is a folder: name a file in it.")
        if path.exists() and not path.is_file():
            raise FileProblemError(f"{shown} is not a plain file.")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise FileProblemError(f"There is no file {shown}. Give its path as seen from here: {Path.cwd()}") from None
    except PermissionError:
        raise FileProblemError(f"I am not allowed to read {shown}.") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise FileProblemError(f"I cannot read {shown}.") from error
    if len(content) > MAX_FILE_BYTES:
        raise FileProblemError(f"{shown} is larger than 20 MiB; split it or send the part that counts.")
    return content
