import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.reading import (
    MAX_LINE_BYTES,
    MAX_SKIPPED_BYTES,
    BrokenStreamError,
    decode_text,
    open_plain,
    read_document,
    read_lines,
)


class Endless(io.RawIOBase):
    """A line without an end, which counts what was taken from it."""

    taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        assert size >= 0
        self.taken += size
        return b"x" * size


@given(st.binary(max_size=2000))
def test_plain_and_gzipped_bytes_read_the_same(data: bytes) -> None:
    if not data.startswith(b"\x1f\x8b"):
        assert read_document(io.BytesIO(data)) == data
    assert read_document(io.BytesIO(gzip.compress(data))) == data


def test_a_closed_reader_leaves_the_stream_open() -> None:
    stream = io.BytesIO(b"abc")
    open_plain(stream).close()
    assert not stream.closed


def test_a_document_over_the_limit_is_broken_even_when_gzip_hides_its_size() -> None:
    with pytest.raises(BrokenStreamError, match="larger than 1 MB"):
        read_document(io.BytesIO(gzip.compress(b"0" * (2**20 + 1))), 2**20)
    assert len(read_document(io.BytesIO(b"0" * 2**20), 2**20)) == 2**20


@pytest.mark.parametrize("cut", [2, 5, 12, -9, -1])
def test_broken_gzip_is_one_kind_of_error(cut: int) -> None:
    with pytest.raises(BrokenStreamError, match="gzip"):
        read_document(io.BytesIO(gzip.compress(b"hello" * 100)[:cut]))


def test_garbage_after_the_gzip_magic_is_broken() -> None:
    with pytest.raises(BrokenStreamError, match="gzip"):
        read_document(io.BytesIO(b"\x1f\x8b" + b"garbage" * 10))


def test_lines_are_numbered_and_lose_their_ends() -> None:
    assert list(read_lines(io.BytesIO(b"a\r\n\nb\nc"))) == [(1, b"a"), (2, b""), (3, b"b"), (4, b"c")]


def test_a_line_of_the_limit_is_read_and_a_longer_one_skipped() -> None:
    exact, over = b"x" * MAX_LINE_BYTES, b"y" * (MAX_LINE_BYTES + 1)
    lines = list(read_lines(io.BytesIO(b"\n".join([exact, over, over * 3, b"end"]))))
    assert lines == [(1, exact), (2, None), (3, None), (4, b"end")]


def test_a_line_of_the_limit_with_carriage_return_is_read() -> None:
    exact = b"x" * MAX_LINE_BYTES
    assert list(read_lines(io.BytesIO(exact + b"\r\nend"))) == [(1, exact), (2, b"end")]


def test_a_line_that_never_ends_is_given_up() -> None:
    stream = Endless()
    with pytest.raises(BrokenStreamError, match="line 1 does not end"):
        list(read_lines(stream))  # type: ignore[arg-type]
    assert stream.taken <= MAX_SKIPPED_BYTES + 4 * MAX_LINE_BYTES


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("schön".encode(), "schön"),
        ("schön".encode("cp1252"), "schön"),
        (b"\xef\xbb\xbfabc", "abc"),
        ("schön".encode("utf-16"), "schön"),
        ("gut ü ".encode() + b"\x93quoted\x94", "gut ü “quoted”"),
    ],
)
def test_text_is_decoded_whatever_wrote_it(data: bytes, text: str) -> None:
    assert decode_text(data) == text


@given(st.binary(max_size=300))
def test_any_bytes_decode_to_text_that_can_be_stored(data: bytes) -> None:
    text = decode_text(data)
    assert not any("\ud800" <= char <= "\udfff" for char in text)
    text.encode("utf-8")
