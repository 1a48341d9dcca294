"""The interactive prompt: history, completion, a toolbar, and messages above the line that is being typed."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

PROMPT = "paperboy> "
_REFRESH_S = 0.5


class CommandCompleter(Completer):
    """Completes whole command names, of several words too (`interests add`), while the line is nothing else."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = sorted({*names, "quit"})

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        typed = document.text_before_cursor.lstrip()
        for name in self._names:
            if name.startswith(typed.casefold()) and name != typed:
                yield Completion(name, start_position=-len(typed))


class Prompt:
    """Asks for one line after the other. `toolbar` is asked about twice a second; an empty string shows none."""

    def __init__(self, words: Sequence[str], toolbar: Callable[[], str] | None, history: Path | None) -> None:
        self._session: PromptSession[str] = PromptSession(
            # Of trailing blanks only coloured ones are written (others become cursor movements): for expect scripts.
            [("bold ansidefault", PROMPT)],
            history=open_history(history),
            completer=CommandCompleter(words),
            complete_while_typing=False,
            bottom_toolbar=(lambda: toolbar() or None) if toolbar else None,
            refresh_interval=_REFRESH_S if toolbar else 0,
        )

    async def lines(self) -> AsyncGenerator[str, None]:
        """Until Ctrl-D. Ctrl-C drops what is typed. Everything printed meanwhile appears above the prompt."""
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await self._session.prompt_async()
                except KeyboardInterrupt:
                    continue
                except EOFError:
                    return
                yield line

    def stop(self) -> None:
        """End `lines` even while it waits for a key."""
        if self._session.app.is_running:
            self._session.app.exit(exception=EOFError())


def open_history(path: Path | None) -> History:
    """Kept in a file if there is one that can be written, else in memory."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)
