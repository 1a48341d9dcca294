"""The index's folder: opened, or made anew where it is missing, damaged or of another version; its cursor file."""

import json
import os
from pathlib import Path

from tantivy import Index, Schema

from adapters.search.schema import SCHEMA_VERSION

_CURSOR = "cursor.json"
_META = "meta.json"


def is_engine_failure(error: BaseException) -> bool:
    """Whether an exception is tantivy's word that the index cannot be used.

    A damaged file can make tantivy panic, which arrives as pyo3's PanicException: no class one can import, and no
    Exception either.
    """
    return isinstance(error, ValueError | OSError | RuntimeError) or type(error).__name__ == "PanicException"


class IndexFolder:
    """Where the index lives. It belongs to the index alone: files in it are removed when it has to be made anew.

    If the folder cannot be used at all (read-only, full, no rights), the index lives in memory until the process ends.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self._path = path
        self._schema = schema
        self._in_memory: tuple[Index, int] | None = None

    def open(self) -> Index:
        """The index as it stands, or a new empty one whose cursor is 0. Never raises."""
        if self._in_memory is not None:
            return self._in_memory[0]
        try:
            if self._read_cursor() is not None and self._has_positions():
                return self._checked(Index.open(str(self._path)))
        except BaseException as error:
            if not is_engine_failure(error):
                raise
        return self.make_anew()

    def trouble(self) -> str:
        """Why the index that lies there cannot be used, empty if it can or there is none. Touches nothing."""
        if not (self._path / _META).is_file():
            return ""
        try:
            if self._read_cursor() is not None and self._has_positions():
                Index.open(str(self._path)).searcher()
                return ""
        except BaseException as error:
            if not is_engine_failure(error):
                raise
        return "the index cannot be read: it is damaged, or another version made it"

    def make_anew(self) -> Index:
        """An empty index with cursor 0 in the place of whatever was there."""
        try:
            self._wipe()
            # The cursor comes first: a folder without one is of unknown make and would be wiped again.
            self._path.mkdir(parents=True, exist_ok=True)
            self._write_cursor(0)
            return self._checked(Index(self._schema, str(self._path)))
        except BaseException as error:
            if not is_engine_failure(error):
                raise
            index = Index(self._schema)
            self._in_memory = (index, 0)
            return index

    def cursor(self) -> int:
        """The revision that the last finished update brought the index to. Read anew: another process may write."""
        if self._in_memory is not None:
            return self._in_memory[1]
        return (self._read_cursor() or 0) if (self._path / _META).is_file() else 0

    def advance(self, revision: int) -> None:
        """Record that everything up to `revision` is committed. Comes after the commit: a crash repeats work."""
        if self._in_memory is not None:
            self._in_memory = (self._in_memory[0], revision)
        else:
            self._write_cursor(revision)

    def stamp(self) -> tuple[int, int, int]:
        """Changes whenever anybody commits. Raises OSError if the index is gone."""
        if self._in_memory is not None:
            return (0, 0, self._in_memory[1])
        stat = (self._path / _META).stat()
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)

    def _has_positions(self) -> bool:
        """Whether there is an index at all and all its segments have their positions.

        tantivy itself notices every other file that is missing, but takes this one for a field without phrases.
        """
        meta = self._path / _META
        if not meta.is_file():
            return False
        try:
            segments = [segment["segment_id"].replace("-", "") for segment in json.loads(meta.read_bytes())["segments"]]
        except (LookupError, TypeError, AttributeError):
            return False
        return all((self._path / f"{segment}.pos").is_file() for segment in segments)

    def _checked(self, index: Index) -> Index:
        # Reload by hand (see `stamp`): the other policy keeps a thread that polls the folder twice a second.
        index.config_reader("manual")
        index.reload()
        return index

    def _read_cursor(self) -> int | None:
        """None if there is none, it is garbage, or another version wrote it."""
        try:
            found = json.loads((self._path / _CURSOR).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(found, dict) or found.get("schema_version") != SCHEMA_VERSION:
            return None
        revision = found.get("revision")
        return revision if isinstance(revision, int) and not isinstance(revision, bool) and revision >= 0 else None

    def _write_cursor(self, revision: int) -> None:
        target = self._path / _CURSOR
        fresh = self._path / f"{_CURSOR}.{os.getpid()}.tmp"
        with fresh.open("w") as file:
            json.dump({"schema_version": SCHEMA_VERSION, "revision": revision}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)

    def _wipe(self) -> None:
        if not self._path.is_dir():
            self._path.unlink(missing_ok=True)
            return
        (self._path / _CURSOR).unlink(missing_ok=True)
        for entry in self._path.iterdir():
            if entry.is_file() or entry.is_symlink():
                entry.unlink(missing_ok=True)
