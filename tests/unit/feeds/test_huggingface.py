import io
import json
from datetime import UTC, date, datetime

import pytest

from bot.domain.listing import FeedItem, ListingHead, Rejected
from bot.feeds import huggingface
from tests.unit.feeds.payloads import papers, payload, rejected

DAY = date(2026, 3, 6)


def parse(document: object) -> list[FeedItem]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(huggingface.parse(io.BytesIO(data), DAY))


def row(**fields: object) -> dict[str, object]:
    return {"paper": {"id": "2603.00001", "title": "T", "summary": "An abstract."} | fields}


def test_the_request_names_the_day() -> None:
    request = huggingface.request("https://huggingface.co/", DAY)
    assert request.url == "https://huggingface.co/api/daily_papers?date=2026-03-06"


def test_a_real_record_is_read_whole() -> None:
    head, *rest = huggingface.parse(payload("huggingface", "daily_papers_record_2602.23229.json"), DAY)
    (paper,) = papers(rest)
    assert head == ListingHead("huggingface", DAY)
    assert (paper.id, paper.title) == ("arXiv:2602.23229", "Large Multimodal Models as General In-Context Classifiers")
    assert paper.authors == ("Marco Garosi", "Matteo Farina", "Alessandro Conti", "Massimiliano Mancini", "Elisa Ricci")
    assert (paper.upvotes, paper.comments, paper.submitted_by) == (10, 1, "Marco Garosi")
    assert paper.code_url == "https://github.com/marco-garosi/CIRCLE"
    assert paper.submitted_at == datetime(2026, 2, 26, 17, 8, 18, tzinfo=UTC)
    assert paper.announced_at is None


def test_a_weekend_is_nothing() -> None:
    assert parse([]) == []


def test_papers_keep_the_pages_order() -> None:
    rows = [row(id=f"2603.0000{number}") for number in (3, 1, 2)]
    assert [paper.id[-1] for paper in papers(parse(rows))] == ["3", "1", "2"]


@pytest.mark.parametrize(
    "document",
    [b"", b"{", b"<html>", b"[" * 100_000, b"{}", b"null", b"7", b'{"error": "Rate limited"}', b"\xff\xfe\x00"],
)
def test_another_document_is_refused_once(document: bytes) -> None:
    items = parse(document)
    assert len(items) == len(rejected(items)) == 1


def test_the_services_own_error_is_passed_on() -> None:
    assert parse({"error": "Rate limited"}) == [Rejected("document", "the service says: Rate limited")]


def test_bad_rows_are_refused_and_good_ones_read() -> None:
    items = parse([None, {"paper": []}, row(id="hello"), row(id=5), row(title=None), row(summary=3), row()])
    assert [refused.where for refused in rejected(items)] == [f"paper {number}" for number in range(1, 7)]
    assert len(papers(items)) == 1


def test_fields_of_the_wrong_shape_are_left_out() -> None:
    odd = row(upvotes=-1, githubRepo="javascript:alert(1)", authors="nobody", publishedAt=7) | {
        "submittedBy": "x",
        "numComments": 1.5,
    }
    (paper,) = papers(parse([odd]))
    assert (paper.upvotes, paper.comments, paper.code_url, paper.authors) == (None, None, "", ())
    assert (paper.submitted_by, paper.submitted_at) == ("", None)


def test_hidden_authors_are_left_out() -> None:
    (paper,) = papers(parse([row(authors=[{"name": "A"}, {"name": "B", "hidden": True}, "C", {"name": 4}])]))
    assert paper.authors == ("A",)


def test_who_put_it_up_is_found_in_either_place() -> None:
    (paper,) = papers(parse([row(submittedOnDailyBy={"user": "ak"})]))
    assert paper.submitted_by == "ak"
