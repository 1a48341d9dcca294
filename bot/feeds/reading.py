"""Reading bytes from outside: bounded, gunzipped where they are gzipped, decoded without ever failing."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

MAX_DOCUMENT_BYTES = 50 * 2**20
"""What a feed that must be read whole may have, decompressed."""

MAX_LINE_BYTES = 2**20
MAX_SKIPPED_BYTES = 64 * 2**20

_GZIP_MAGIC = b"\x1f\x8b"
_UNDECODED = re.compile("[\udc80-\udcff]+")


class BrokenStreamError(ValueError):
    """The bytes cannot be read on; the text says why."""


class _Rest(io.RawIOBase):
    """A stream from its beginning although its first bytes have been looked at. Closing it leaves the stream open."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if self._head:
            cut = len(self._head) if size < 0 else size
            piece, self._head = self._head[:cut], self._head[cut:]
            return piece if size >= 0 else piece + self._stream.read()
        return self._stream.read(size)

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # typeshed's Buffer has no len()
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


class _Checked(io.RawIOBase):
    """Gzip's several errors as the one BrokenStreamError."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        try:
            piece = self._packed.read1(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise BrokenStreamError(f"the gzip data is broken: {error}") from None
        buffer[: len(piece)] = piece
        return len(piece)


def open_plain(stream: BinaryIO) -> io.BufferedReader:
    """The stream, decompressed if it is gzip (by its magic bytes). Reading it may raise BrokenStreamError."""
    head = stream.read(len(_GZIP_MAGIC))
    rest = _Rest(head, stream)
    if head != _GZIP_MAGIC:
        return io.BufferedReader(rest)
    return io.BufferedReader(_Checked(gzip.GzipFile(fileobj=io.BufferedReader(rest))))


def read_document(stream: BinaryIO, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """The whole document. Raises BrokenStreamError if it is larger than `limit` bytes."""
    reader = open_plain(stream)
    data = bytearray()
    while piece := reader.read(2**16):  # one large read would set `limit` bytes aside at once
        data += piece
        if len(data) > limit:
            raise BrokenStreamError(f"the document is larger than {limit // 2**20} MB")
    return bytes(data)


def read_lines(stream: BinaryIO, limit: int = MAX_LINE_BYTES) -> Iterator[tuple[int, bytes | None]]:
    """(line number from 1, the line without its end), or None for a line of more than `limit` bytes.

    An over-long line is read past in pieces; raises BrokenStreamError when it does not end within 64 MB.
    """
    reader = open_plain(stream)
    number = 0
    while line := reader.readline(limit + 2):
        number += 1
        if len(line.rstrip(b"\r\n")) > limit:
            skipped = len(line)
            while not line.endswith(b"\n") and (line := reader.readline(limit)):
                skipped += len(line)
                if skipped > MAX_SKIPPED_BYTES:
                    raise BrokenStreamError(f"line {number} does not end")
            yield number, None
        else:
            yield number, line.rstrip(b"\r\n")


def decode_text(data: bytes) -> str:
    """UTF-8 (or UTF-16 with its mark) as text; bytes that are no UTF-8 are read as Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    return _UNDECODED.sub(_as_windows_1252, text)


def _as_windows_1252(match: re.Match[str]) -> str:
    return match[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")
