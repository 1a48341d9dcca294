import io
from datetime import UTC, datetime

import pytest

from bot.domain.listing import FeedItem, NextPage, Rejected
from bot.domain.paper import PaperId
from bot.feeds import arxiv_api
from tests.unit.feeds.payloads import api_payload, next_pages, papers, rejected

ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom">{}</feed>'
)


def entry(link: str = "http://arxiv.org/abs/2611.00001v1", summary: str = "An abstract.", extra: str = "") -> str:
    return f"<entry><id>{link}</id><title>A title</title><summary>{summary}</summary>{extra}</entry>"


def counts(total: int, start: int) -> str:
    return "".join(
        f"<opensearch:{name}>{number}</opensearch:{name}>"
        for name, number in (("totalResults", total), ("startIndex", start))
    )


def parse(*parts: str) -> list[FeedItem]:
    return list(arxiv_api.parse(io.BytesIO(ATOM.format("".join(parts)).encode())))


def test_the_request_by_id_names_only_arxiv_papers() -> None:
    ids = [PaperId("arXiv:2503.09566"), PaperId("doi:10.1/x"), PaperId("arXiv:math/0309136")]
    url = "http://127.0.0.1/api/query?id_list=2503.09566,math/0309136&max_results=2"
    assert arxiv_api.request_by_ids("http://127.0.0.1/api/query", ids).url == url
    assert arxiv_api.request_by_ids("http://127.0.0.1/", ids).url == url


def test_the_newest_first_request_takes_a_next_pages_token() -> None:
    assert arxiv_api.request_newest("http://127.0.0.1/api/query", ["cs.LG", "math.*"], "2000").url == (
        "http://127.0.0.1/api/query?search_query=cat:cs.LG+OR+cat:math.*&sortBy=submittedDate&sortOrder=descending"
        "&start=2000&max_results=2000"
    )


def test_a_page_of_a_query_gives_its_papers_and_where_to_go_on() -> None:
    items = list(arxiv_api.parse(api_payload("q_testing_s0_m15_80c242b59d59.json")))
    assert len(papers(items)) == 15
    assert items[-1] == NextPage("15", 214881)
    first = papers(items)[0]
    assert (first.id, first.version, first.year) == ("arXiv:2202.12139", 1, 2022)
    assert first.submitted_at == datetime(2022, 2, 24, 15, 5, 19, tzinfo=UTC)
    assert first.announced_at == datetime(2022, 2, 25, 1, tzinfo=UTC)
    assert first.categories[0] == "cs.SE"
    assert all(paper.authors and paper.abstract and paper.url for paper in papers(items))


def test_an_id_of_a_single_digit_title_is_a_paper() -> None:
    (paper,) = papers(arxiv_api.parse(api_payload("id_2104.12255v1_s0_m100_6ae69987ffe1.json")))
    assert (paper.id, paper.title) == ("arXiv:2104.12255", "0")
    assert "$35,000 in total" in paper.abstract


def test_an_old_style_id_and_its_text_are_read() -> None:
    (paper,) = papers(arxiv_api.parse(api_payload("id_astro-ph_0601001_s0_m100_3150dca9dc76.json")))
    assert paper.id == "arXiv:astro-ph/0601001"
    assert paper.abstract.startswith("We derive the frequencies")
    assert "Gould & Morgan" in paper.abstract
    assert "V_max<17.5" in paper.abstract


def test_a_missing_id_among_others_is_just_missing() -> None:
    items = list(arxiv_api.parse(api_payload("id_0808.05394_1707.08567_s0_m100_42e5aa0ec3af.json")))
    assert [paper.id for paper in papers(items)] == ["arXiv:1707.08567"]
    assert len(items) == 1


def test_an_empty_answer_is_nothing() -> None:
    assert list(arxiv_api.parse(api_payload("id_0000.0000_s0_m100_8b51d9633a68.json"))) == []


def test_an_error_entry_is_refused_with_arxivs_words() -> None:
    items = list(arxiv_api.parse(api_payload("id_abc_s0_m100_b79c8dcf6bc3.json")))
    assert items == [Rejected("entry 1", "arXiv says: incorrect id format for abc")]


@pytest.mark.parametrize(
    ("summary", "comment", "withdrawn"),
    [
        ("This paper has been withdrawn by the author due to an error.", "", True),
        ("We study water withdrawn from lakes.", "", False),
        ("An abstract.", "This paper has been withdrawn", True),
        ("This paper and abstract have been withdrawn.", "", True),
        ("An abstract.", "Withdrawn", True),
        ("An abstract.", "12 pages", False),
    ],
)
def test_withdrawal_is_recognised_by_how_authors_say_it(summary: str, comment: str, withdrawn: bool) -> None:
    found = parse(counts(1, 0), entry(summary=summary, extra=f"<arxiv:comment>{comment}</arxiv:comment>"))
    assert [paper.withdrawn for paper in papers(found)] == [withdrawn]


def test_the_last_page_names_no_next() -> None:
    assert next_pages(parse(counts(3, 2), entry())) == []
    assert next_pages(parse(counts(4, 2), entry())) == [NextPage("3", 4)]


def test_an_empty_page_in_the_middle_is_refused_and_names_no_next() -> None:
    items = parse(counts(10, 4))
    assert items == [Rejected("entry 4", "the service sent an empty page though it counts 10 papers")]


def test_bad_entries_are_refused_and_the_next_one_is_read() -> None:
    items = parse(counts(3, 0), entry("http://arxiv.org/abs/nonsense"), entry(summary=""), entry())
    assert [refused.where for refused in rejected(items)] == ["entry 1", "entry 2"]
    assert [paper.id for paper in papers(items)] == ["arXiv:2611.00001"]


def test_a_date_of_the_year_0_is_left_out() -> None:
    items = parse(counts(1, 0), entry(extra="<published>0000-01-01T00:00:00Z</published>"))
    (paper,) = papers(items)
    assert (paper.submitted_at, paper.announced_at, paper.year) == (None, None, None)


def test_another_document_is_refused() -> None:
    assert rejected(arxiv_api.parse(io.BytesIO(b"<html><body/></html>"))) == [
        Rejected("document", "no answer of arXiv's API")
    ]
