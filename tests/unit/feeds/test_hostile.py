"""What no feed may do with hostile or broken bytes: raise, hang, expand, or take more memory than a bound."""

import gzip
import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.listing import FeedItem, ListingHead, NextPage, Rejected
from bot.domain.paper import Paper
from bot.feeds.detect import FeedKind, parse_any
from bot.feeds.xml_stream import iter_elements
from tests.unit.feeds.payloads import papers, rejected

TODAY = date(2026, 11, 22)

RSS_ITEM = (
    "<item><title>Title {0} &amp; more</title><link>https://arxiv.org/abs/2611.0000{0}</link>"
    "<description>arXiv:2611.0000{0}v1 Announce Type: new \nAbstract: An abstract é of paper {0}.</description>"
    "<guid>oai:arXiv.org:2611.0000{0}v1</guid></item>"
)
API_ENTRY = (
    "<entry><id>http://arxiv.org/abs/2611.0000{0}v1</id><title>Title {0} é</title><summary>An abstract.</summary>"
    "<author><name>A. B</name></author></entry>"
)
OAI_RECORD = (
    "<record><header><identifier>oai:arXiv.org:2611.0000{0}</identifier></header><metadata><arXivRaw><id>2611.0000{0}</id>"
    "<title>Title {0} é</title><authors>A. B</authors><abstract>An abstract.</abstract></arXivRaw></metadata></record>"
)
TWICE = range(1, 3)


def two(piece: str) -> str:
    return "".join(piece.format(number) for number in TWICE)


WHOLE = {
    FeedKind.ARXIV_FEED: "<rss version='2.0'><channel><title>cs.LG updates on arXiv.org</title>"
    f"{two(RSS_ITEM)}</channel></rss>",
    FeedKind.WEB_FEED: f"<rss version='2.0'><channel><title>Journal</title>{two(RSS_ITEM)}</channel></rss>",
    FeedKind.ARXIV_API: f"<feed xmlns='http://www.w3.org/2005/Atom'>{two(API_ENTRY)}</feed>",
    FeedKind.OAI_PMH: f"<OAI-PMH><ListRecords>{two(OAI_RECORD)}</ListRecords></OAI-PMH>",
    FeedKind.HUGGINGFACE: '[{"paper": {"id": "2611.00001", "title": "Ti", "summary": "Abs"}}, '
    '{"paper": {"id": "2611.00002", "title": "Ti é", "summary": "Abs"}}]',
    FeedKind.JSON_LINES: '{"title": "Title 1", "abstract": "Abs é"}\n{"title": "Title 2", "abstract": "Abs"}\n',
    FeedKind.TEXT_PAGE: "byAK and the research community\n\nMar 14\n\n"
    + two(
        "Title {0} é\n\nAn abstract of more than eighty characters, which says what this paper is about, at length.\n\n"
    ),
}
XML = [FeedKind.ARXIV_FEED, FeedKind.WEB_FEED, FeedKind.ARXIV_API, FeedKind.OAI_PMH]


def parse(kind: FeedKind, data: bytes) -> list[FeedItem]:
    return list(parse_any(kind, io.BytesIO(data), today=TODAY))


@pytest.mark.parametrize("kind", WHOLE)
def test_the_whole_feed_has_two_papers(kind: FeedKind) -> None:
    items = parse(kind, WHOLE[kind].encode())
    assert len(papers(items)) == 2
    assert rejected(items) == []


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("kind", WHOLE)
def test_a_feed_cut_at_any_byte_gives_whole_papers_and_at_most_one_refusal(kind: FeedKind) -> None:
    data = WHOLE[kind].encode()
    whole = papers(parse(kind, data))
    for cut in range(len(data)):
        items = parse(kind, data[:cut])
        found = papers(items)
        # a page of plain text cannot show that its last abstract was cut, nor whether a stump was to be one
        plain = kind is FeedKind.TEXT_PAGE
        same = max(len(found) - plain, 0)
        assert found[:same] == whole[:same], cut
        assert len(rejected(items)) <= 1 + plain, cut


@pytest.mark.parametrize("kind", XML)
def test_xml_cut_before_its_end_is_refused_once(kind: FeedKind) -> None:
    data = WHOLE[kind].encode()
    for cut in range(1, len(data) - 1, 7):
        assert len(rejected(parse(kind, data[:cut]))) == 1, cut


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400))
def test_random_bytes_never_raise(kind: FeedKind, data: bytes) -> None:
    for item in parse(kind, data):
        assert isinstance(item, Paper | ListingHead | Rejected | NextPage)


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_feed_with_changed_bytes_never_raises(kind: FeedKind, data: st.DataObject) -> None:
    broken = bytearray(WHOLE[kind].encode())
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    for item in parse(kind, bytes(broken)):
        assert isinstance(item, Paper | ListingHead | Rejected | NextPage)


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("kind", XML)
@pytest.mark.parametrize(("doctype", "entity"), [(BOMB, "&l9;"), (EXTERNAL, "&secret;")])
def test_declared_entities_are_refused_and_expand_to_nothing(kind: FeedKind, doctype: str, entity: str) -> None:
    document = doctype + WHOLE[kind].replace("An abstract", f"An {entity} abstract")
    tracemalloc.start()
    items = parse(kind, document.encode())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert papers(items) == []
    assert len(rejected(items)) == 1
    assert peak < 20 * 2**20


@pytest.mark.parametrize("kind", WHOLE)
def test_a_title_of_10_megabytes_is_refused_and_the_next_paper_read(kind: FeedKind) -> None:
    text = WHOLE[kind].replace("Ti", "T" * 10_000_000, 1) if kind is not FeedKind.TEXT_PAGE else WHOLE[kind]
    if kind is FeedKind.TEXT_PAGE:
        text = text.replace("Title 1", "T" * 10_000_000)
    items = parse(kind, text.encode())
    assert len(papers(items)) == 1
    assert len(rejected(items)) == 1


@pytest.mark.parametrize("kind", WHOLE)
def test_html_and_control_characters_in_titles_are_gone(kind: FeedKind) -> None:
    escaped = "&lt;script&gt;x&lt;/script&gt;&lt;b&gt;" if kind in XML else "<script>x</script><b>"
    items = parse(kind, WHOLE[kind].replace("Ti", f"{escaped}\u202eTi\u200b", 2).encode())
    for paper in papers(items):
        assert not set(paper.title) & set("<>\u202e\u200b")
        assert paper.title.startswith("Ti")


@pytest.mark.parametrize("kind", [kind for kind in WHOLE if kind is not FeedKind.TEXT_PAGE])
def test_a_gzip_that_breaks_off_is_refused(kind: FeedKind) -> None:
    items = parse(kind, gzip.compress(WHOLE[kind].encode())[:-12])
    assert len(rejected(items)) == 1


@pytest.mark.parametrize("kind", XML)
def test_an_encoding_nobody_knows_is_refused(kind: FeedKind) -> None:
    document = f'<?xml version="1.0" encoding="x-nobody"?>{WHOLE[kind]}'
    assert len(parse(kind, document.encode())) >= 1


def many(piece: str, start: str, end: str, number: int) -> BinaryIO:
    """A long document that is never whole in memory."""

    def chunks() -> Iterator[bytes]:
        yield start.encode()
        for count in range(number):
            yield piece.replace("{0}", str(count % 9 + 1)).encode()
        yield end.encode()

    class Stream(io.RawIOBase):
        rest = b""
        source = chunks()

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1, /) -> bytes:
            while len(self.rest) < size and (piece := next(self.source, b"")):
                self.rest += piece
            taken, self.rest = self.rest[:size], self.rest[size:]
            return taken

    return cast(BinaryIO, Stream())


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize(
    ("kind", "make"),
    [
        (FeedKind.OAI_PMH, lambda n: many(OAI_RECORD, "<OAI-PMH><ListRecords>", "</ListRecords></OAI-PMH>", n)),
        (FeedKind.ARXIV_API, lambda n: many(API_ENTRY, "<feed>", "</feed>", n)),
        (FeedKind.JSON_LINES, lambda n: many('{"id": "{0}", "title": "Title {0}", "abstract": "Abs"}\n', "", "", n)),
    ],
)
def test_a_streamed_feed_takes_no_more_memory_when_it_is_longer(
    kind: FeedKind, make: Callable[[int], BinaryIO]
) -> None:
    def peak(number: int) -> int:
        tracemalloc.start()
        found = sum(isinstance(item, Paper) for item in parse_any(kind, make(number), today=TODAY))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == number
        return highest

    peak(50)  # first use fills caches
    assert peak(4000) < peak(400) + 300_000


def test_elements_are_emptied_as_they_are_passed() -> None:
    names = [name for name, _ in iter_elements(io.BytesIO(WHOLE[FeedKind.OAI_PMH].encode()), {"record"})]
    assert names == ["record", "record"]
