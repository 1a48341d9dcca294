"""Reading an answer's body with a cap that counts what comes out of the decompressor, not what came over the wire."""

import zlib
from collections.abc import AsyncIterator

MAX_BODY_BYTES = 50 * 1024 * 1024
ACCEPT_ENCODING = "gzip, deflate"

_STEP = 1024 * 1024
_GZIP, _ZLIB, _RAW_DEFLATE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS


class BodyTooLargeError(Exception):
    """The answer is larger than allowed."""


class BodyBrokenError(Exception):
    """The answer ended early or its compression is damaged."""


class BodyEncodingError(Exception):
    """The answer is encoded in a way that was not asked for."""


async def read_body(chunks: AsyncIterator[bytes], encoding: str, limit: int = MAX_BODY_BYTES) -> bytes:
    """The decoded body of at most `limit` bytes. `encoding` is the Content-Encoding header.

    Memory stays within the limit plus one step of the decompressor whatever the body claims or holds: httpx's own
    decoders unfold a whole network chunk at once, and one encoding inside another a thousand times that.
    Raises BodyTooLargeError, BodyBrokenError, BodyEncodingError.
    """
    body = bytearray()
    unfold = _decoder(encoding)
    async for chunk in chunks:
        if unfold is None:
            body += chunk
        else:
            unfold.feed(chunk, body, limit)
        if len(body) > limit:
            raise BodyTooLargeError
    if unfold is not None and not unfold.finished:
        raise BodyBrokenError
    return bytes(body)


def _decoder(encoding: str) -> "_Unfolder | None":
    names = [name.strip().lower() for name in encoding.split(",") if name.strip().lower() not in ("", "identity")]
    if not names:
        return None
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise BodyEncodingError
    return _Unfolder(deflate=names[0] == "deflate")


class _Unfolder:
    """Decompresses in steps. Several gzip members one after another are one body (RFC 1952, 2.2)."""

    def __init__(self, *, deflate: bool) -> None:
        self._deflate = deflate
        self._wbits = _ZLIB if deflate else _GZIP
        self._inner = zlib.decompressobj(self._wbits)
        self._fed = False

    @property
    def finished(self) -> bool:
        """Whether the stream ended where its format says; no bytes at all are an empty body."""
        return not self._fed or self._inner.eof

    def feed(self, data: bytes, body: bytearray, limit: int) -> None:
        """Append what `data` unfolds to; stop soon after `limit` is passed."""
        if data and not self._fed:
            self._fed = True
            # RFC 9110 means zlib by "deflate", yet servers send the bare stream too; the zlib header tells them apart.
            if self._deflate and data[0] & 0x0F != 8:
                self._wbits = _RAW_DEFLATE
                self._inner = zlib.decompressobj(self._wbits)
        while data and len(body) <= limit:
            if self._inner.eof:
                if self._deflate or not data.strip(b"\0"):
                    return
                self._inner = zlib.decompressobj(self._wbits)
            try:
                body += self._inner.decompress(data, _STEP)
            except zlib.error as error:
                raise BodyBrokenError from error
            data = self._inner.unconsumed_tail or self._inner.unused_data
