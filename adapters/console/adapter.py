"""`ConsoleAdapter`: Paperboy on the terminal, typed to by a person or fed by a pipe."""

import asyncio
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO

from adapters.console.inbound import End, LineReader, asks_to_forget, read_file
from adapters.console.lines import read_lines
from adapters.console.outbound import Look, render, render_json
from adapters.console.prompt import Prompt
from bot.domain.chat import Address, Handler, Image, Incoming, Message, Receipt, Text, direct
from bot.domain.person import Account
from bot.ports import DeliveryError, LookUpUnsupportedError

PLATFORM = "console"
ADDRESS = Address(PLATFORM, "terminal")
_PIPE_WIDTH = 100


class ConsoleAdapter:
    """Implements bot.ports.ChatAdapter for one account at one terminal.

    Interactive, it keeps a prompt; otherwise it answers one command a line until the input ends. With `json_lines`
    standard output holds exactly one JSON document a command and unasked messages go to standard error. `color` None
    means: if the output is a terminal and NO_COLOR is unset. `pictures` is where pictures are kept (default: a folder
    of their own among the temporary files).
    """

    def __init__(
        self,
        stdin: TextIO,
        stdout: TextIO,
        *,
        account: Account,
        interactive: bool = False,
        json_lines: bool = False,
        toolbar: Callable[[], str] | None = None,
        words: Sequence[str] = (),
        history: Path | None = None,
        pictures: Path | None = None,
        color: bool | None = None,
        stderr: TextIO | None = None,
    ) -> None:
        self._account = account
        self._stdin = stdin
        self._stdout = stdout
        self._stderr = stderr
        self._interactive = interactive
        self._on_terminal = interactive and stdout is sys.stdout
        self._json_lines = json_lines
        self._toolbar = toolbar
        self._words = words
        self._history = history
        self._pictures = pictures
        self._color = (stdout.isatty() and not os.environ.get("NO_COLOR")) if color is None else color
        self._reader = LineReader(account, ADDRESS, read_file)
        self._closed = asyncio.Event()
        self._prompt: Prompt | None = None
        self._sent: dict[str, Receipt] = {}
        self._sends = 0
        self._saved: set[Path] = set()

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return "one"

    async def run(self, handle: Handler) -> None:
        """Answer until the input ends, `quit` is typed, the output is gone or the adapter is closed."""
        lines = self._prompted() if self._interactive else read_lines(self._stdin, self._closed)
        try:
            async with aclosing(lines) as source:
                async for line in source:
                    wanted = self._reader.read(line)
                    if wanted is End.END:
                        return
                    if isinstance(wanted, Incoming):
                        answer = await self._handled(handle, wanted)
                        if answer.ok and asks_to_forget(wanted.text):
                            self._forget_pictures()
                        self._answer(answer)
                    elif isinstance(wanted, Message):
                        self._answer(wanted)
        except BrokenPipeError:
            self._forget_stdout()

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        """Show a message unasked. The same token is shown once and has one receipt; an empty token counts as new."""
        if address not in (ADDRESS, direct(self._account)):
            raise DeliveryError("This terminal is the only place I can reach from here.", permanent=True)
        if token and token in self._sent:
            return self._sent[token]
        try:
            if self._json_lines:
                self._write(render_json(message, self._save), self._stderr or sys.stderr)
            else:
                self._write(render(message, self._look(), self._save), self._stdout)
        except (OSError, ValueError) as error:
            raise DeliveryError("The terminal is gone.") from error
        self._sends += 1
        receipt = Receipt(token or f"unasked-{self._sends}")
        if token:
            self._sent[token] = receipt
        return receipt

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        """What this program showed is known; what one before it showed is on a screen that nobody can read back."""
        if token not in self._sent:
            raise LookUpUnsupportedError("A terminal cannot be asked what it has shown.")
        return self._sent[token]

    async def close(self) -> None:
        self._closed.set()
        if self._prompt is not None:
            self._prompt.stop()

    async def _prompted(self) -> AsyncGenerator[str, None]:
        self._prompt = Prompt(self._words, self._toolbar, self._history)
        async with aclosing(self._prompt.lines()) as lines:
            async for line in lines:
                yield line
                if self._closed.is_set():
                    return

    async def _handled(self, handle: Handler, incoming: Incoming) -> Message:
        """The answer; at a prompt Ctrl-C stops the command and not the program."""
        if not self._interactive:
            return await handle(incoming)
        work = asyncio.ensure_future(handle(incoming))
        stopped = False

        def stop() -> None:
            nonlocal stopped
            stopped = True
            work.cancel()

        with _on_interrupt(stop):
            try:
                return await work
            except asyncio.CancelledError:
                if not stopped:
                    raise
                return Message((Text("Stopped.", "note"),), ok=False)

    def _answer(self, message: Message) -> None:
        if self._json_lines:
            self._write(render_json(message, self._save), self._stdout)
        else:
            self._write(render(message, self._look(), self._save), self._stdout)

    def _write(self, text: str, stream: TextIO) -> None:
        if not text:
            return
        # At a prompt, prompt_toolkit has put a writer in sys.stdout's place that prints above the line being typed.
        stream = sys.stdout if self._on_terminal and stream is self._stdout else stream
        encoding = stream.encoding or "utf-8"
        gap = "" if self._json_lines else "\n"
        stream.write(f"{text}\n{gap}".encode(encoding, "replace").decode(encoding))
        stream.flush()

    def _look(self) -> Look:
        width = shutil.get_terminal_size().columns if self._interactive else _PIPE_WIDTH
        return Look(min(width, 100), wrapped=self._interactive, color=self._color)

    def _save(self, image: Image) -> str:
        """Keep a picture under its own name, made harmless; an empty string if it cannot be kept."""
        name = re.sub(r"[^\w.-]+", "-", Path(image.name).name).strip(".-")[:80] or "picture.png"
        try:
            folder = self._pictures or Path(tempfile.mkdtemp(prefix="paperboy-"))
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(image.png)
        except OSError:
            return ""
        self._saved.add(folder / name)
        return str(folder / name)

    def _forget_pictures(self) -> None:
        """Who is forgotten leaves no picture of their profile behind."""
        kept = [*self._saved, *(self._pictures.glob("*.png") if self._pictures else ())]
        for path in kept:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._saved.clear()

    def _forget_stdout(self) -> None:
        """Nobody reads us any more. Python would complain about it once more when it flushes at exit."""
        if self._stdout is sys.stdout:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stdout.fileno())


@contextmanager
def _on_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on Ctrl-C, where the event loop can watch for it (not on Windows, not in another thread)."""
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    try:
        loop.add_signal_handler(signal.SIGINT, stop)
    except (NotImplementedError, RuntimeError, ValueError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        # Removing puts Python's own handler there, not the one that asyncio.run had set to end the program in order.
        signal.signal(signal.SIGINT, before)
