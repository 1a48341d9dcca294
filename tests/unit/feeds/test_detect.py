import gzip
import io
from dataclasses import dataclass
from datetime import date

import pytest

from bot.domain.listing import Rejected
from bot.domain.paper import SAMPLE_SOURCE
from bot.feeds.detect import FeedKind, detect, parse_any
from tests.unit.feeds.payloads import DATA, api_payload, heads, papers, payload, shared

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("name", ["atom_cs.xml", "rss_cs.CV.xml", "rss_math.NT.xml", "rss_nosuch.xml"])
def test_arxivs_announcements_are_recognised(name: str) -> None:
    assert detect("x", payload("arxiv-feed", name).getvalue()[:2000]) is FeedKind.ARXIV_FEED


@pytest.mark.parametrize("name", ["ListRecords_arXivRaw.xml", "badResumptionToken.xml"])
def test_oai_pmh_is_recognised(name: str) -> None:
    assert detect("x", payload("arxiv-oai", name).getvalue()[:2000]) is FeedKind.OAI_PMH


@pytest.mark.parametrize(
    "name",
    [
        "q_testing_s0_m15_80c242b59d59.json",
        "id_abc_s0_m100_b79c8dcf6bc3.json",
        "id_0000.0000_s0_m100_8b51d9633a68.json",
    ],
)
def test_arxivs_api_is_recognised(name: str) -> None:
    assert detect("x", api_payload(name).getvalue()[:2000]) is FeedKind.ARXIV_API


def test_the_pages_and_the_daily_papers_are_recognised() -> None:
    daily = payload("huggingface", "daily_papers_record_2602.23229.json").getvalue()[:500]
    assert detect("x.json", daily) is FeedKind.HUGGINGFACE
    assert detect("x", shared(DATA / "trending_page.txt").read_bytes()[:500]) is FeedKind.TEXT_PAGE
    lines = shared(DATA / "trending_page.jsonl").read_bytes()[:500]
    assert detect("x", lines) is FeedKind.JSON_LINES
    assert detect("x", gzip.compress(lines)[:200]) is FeedKind.JSON_LINES


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("feed", b"\xef\xbb\xbf <?xml version='1.0'?><rss>", FeedKind.WEB_FEED),
        ("feed", b"<html>", FeedKind.WEB_FEED),
        ("x.txt", b'{"title": 1}', FeedKind.JSON_LINES),
        ("x.jsonl", b"Some text", FeedKind.TEXT_PAGE),
        ("x.jsonl.gz", b"\x1f\x8b", FeedKind.JSON_LINES),
        ("x.jsonl.gz", b"\x1f\x8bgarbage and more of it", FeedKind.JSON_LINES),
        ("papers.ndjson", b"", FeedKind.JSON_LINES),
        ("https://hf.example/api/daily_papers?date=2026-03-06", b"", FeedKind.HUGGINGFACE),
        ("https://oaipmh.arxiv.org/oai?verb=ListRecords", b"", FeedKind.OAI_PMH),
        ("https://export.arxiv.org/api/query?id_list=1", b"", FeedKind.ARXIV_API),
        ("https://rss.arxiv.org/rss/cs.LG", b"", FeedKind.ARXIV_FEED),
        ("https://journal.example/feed.rss", b" ", FeedKind.WEB_FEED),
        ("page", b"", FeedKind.TEXT_PAGE),
    ],
)
def test_content_counts_before_the_name(name: str, head: bytes, kind: FeedKind) -> None:
    assert detect(name, head) is kind


@dataclass
class Case:
    kind: FeedKind
    data: bytes


CASES = [
    Case(
        FeedKind.ARXIV_FEED,
        b"<rss version='2.0'><channel><title>cs.LG updates on arXiv.org</title><item><title>T</title>"
        b"<guid>oai:arXiv.org:2611.00001v1</guid><description>An abstract.</description></item></channel></rss>",
    ),
    Case(
        FeedKind.ARXIV_API,
        b"<feed><title>arXiv Query: x</title><entry><id>http://arxiv.org/abs/2611.00001</id><title>T</title>"
        b"<summary>An abstract.</summary></entry></feed>",
    ),
    Case(
        FeedKind.OAI_PMH,
        b"<OAI-PMH><ListRecords><record><metadata><arXivRaw><id>2611.00001</id><title>T</title>"
        b"<abstract>An abstract.</abstract></arXivRaw></metadata></record></ListRecords></OAI-PMH>",
    ),
    Case(FeedKind.HUGGINGFACE, b'[{"paper": {"id": "2611.00001", "title": "T", "summary": "An abstract."}}]'),
    Case(FeedKind.JSON_LINES, b'{"title": "T", "abstract": "An abstract."}'),
    Case(FeedKind.TEXT_PAGE, b"Mar 14\n\nT\n\n" + b"An abstract that is long enough to be one, with words. " * 3),
    Case(
        FeedKind.WEB_FEED,
        b"<rss version='2.0'><channel><title>J</title><item><title>T</title><description>An abstract.</description>"
        b"</item></channel></rss>",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_every_kind_is_detected_and_parsed_plain_and_gzipped(case: Case) -> None:
    for data in (case.data, gzip.compress(case.data)):
        assert detect("", data) is case.kind
        assert [paper.title for paper in papers(parse_any(case.kind, io.BytesIO(data), today=TODAY))] == ["T"]


def test_every_kind_has_a_case() -> None:
    assert {case.kind for case in CASES} == set(FeedKind) - {FeedKind.BINARY}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_only_nameless_feeds_take_the_sources_name_and_never_the_samples(case: Case) -> None:
    def source(name: str) -> str:
        return papers(parse_any(case.kind, io.BytesIO(case.data), today=TODAY, source=name))[0].source

    nameless = {FeedKind.JSON_LINES, FeedKind.TEXT_PAGE, FeedKind.WEB_FEED}
    assert (source("mine.txt") == "mine.txt") is (case.kind in nameless)
    assert source(SAMPLE_SOURCE) != SAMPLE_SOURCE


def test_a_listing_keeps_its_feeds_name_and_takes_the_day() -> None:
    day = date(2024, 5, 6)
    for case in CASES:
        if case.kind in {FeedKind.TEXT_PAGE, FeedKind.HUGGINGFACE}:
            (head,) = heads(parse_any(case.kind, io.BytesIO(case.data), today=TODAY, day=day, source="x"))
            assert (head.day, head.source in {"page", "huggingface"}) == (day, True)


def test_dates_of_the_far_future_are_dropped() -> None:
    line = b'{"title": "T", "abstract": "An abstract.", "announced_at": "2150-01-01", "year": 2150}'
    (paper,) = papers(parse_any(FeedKind.JSON_LINES, io.BytesIO(line), today=TODAY))
    assert (paper.announced_at, paper.year) == (None, None)


BINARY = [
    b"\x7fELF\x02\x01\x01\0\0\0\0" + b"A long string in a program, as there are many. " * 10,
    b"%PDF-1.7\n" + b"Words of a page. " * 20,
    b'{"title": "T"}\0\0\0',
    b"<rss>\0</rss>",
]


@pytest.mark.parametrize("data", BINARY)
@pytest.mark.parametrize("name", ["ls", "papers.jsonl", "feed.xml"])
def test_a_file_that_is_no_text_is_one_rejection_and_no_papers(name: str, data: bytes) -> None:
    for form in (data, gzip.compress(data)):
        kind = detect(name, form)
        (item,) = parse_any(kind, io.BytesIO(form), today=TODAY, source=name)
        assert isinstance(item, Rejected)
        assert item.reason.startswith("this is no file of papers")


def test_utf_16_with_its_mark_is_text_although_it_has_nuls() -> None:
    assert detect("x", "Some text".encode("utf-16")) is FeedKind.TEXT_PAGE
    assert detect("x", '{"title": "T"}'.encode("utf-16")) is FeedKind.JSON_LINES
