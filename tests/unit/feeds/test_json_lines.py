import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.listing import FeedItem, Rejected
from bot.domain.paper import Paper, title_paper_id
from bot.feeds import json_lines
from tests.unit.feeds.payloads import DATA, papers, rejected, shared


def parse(*rows: object) -> list[FeedItem]:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    return list(json_lines.parse(io.BytesIO(b"\n".join(lines))))


def row(**fields: object) -> dict[str, object]:
    return {"title": "A title", "abstract": "An abstract."} | fields


def one(**fields: object) -> Paper:
    (paper,) = parse(row(**fields))
    assert isinstance(paper, Paper)
    return paper


def test_the_real_page_as_json_lines_is_88_papers_in_order() -> None:
    path = shared(DATA / "trending_page.jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    with path.open("rb") as stream:
        items = list(json_lines.parse(stream))
    assert len(rows) == len(papers(items)) == len(items) == 88
    assert [paper.raw_title or paper.title for paper in papers(items)] == [row["title"] for row in rows]
    assert [paper.raw_abstract or paper.abstract for paper in papers(items)] == [row["abstract"] for row in rows]


def test_title_and_abstract_are_enough() -> None:
    assert one() == Paper(title_paper_id("A title"), "A title", "An abstract.", source="file")


def test_every_field_is_read() -> None:
    paper = one(
        id="2503.09566v2",
        authors="A. B, C. D and E. F",
        year=2025,
        categories="cs.LG cs.CL",
        doi="10.1000/X",
        upvotes=3,
        comments=2,
        url="https://x.org/1",
        announced_at="2025-03-14",
        submitted_at="2025-03-12T10:00:00Z",
        submitted_by="AK",
        withdrawn=True,
    )
    assert (paper.id, paper.version, paper.doi, paper.year) == ("arXiv:2503.09566", 2, "10.1000/x", 2025)
    assert (paper.authors, paper.categories) == (("A. B", "C. D", "E. F"), ("cs.LG", "cs.CL"))
    assert (paper.upvotes, paper.comments, paper.submitted_by, paper.withdrawn) == (3, 2, "AK", True)
    assert (paper.url, paper.pdf_url) == ("https://x.org/1", "https://arxiv.org/pdf/2503.09566")
    assert paper.announced_at is not None
    assert paper.submitted_at is not None


@pytest.mark.parametrize(
    ("fields", "paper_id"),
    [
        ({"id": "sample-01"}, "local:sample-01"),
        ({"id": " my paper #3 "}, "local:my-paper-3"),
        ({"id": 42}, "local:42"),
        ({"id": "x" * 1000}, "local:" + "x" * 150),
        ({"id": "https://arxiv.org/abs/2503.09566v1"}, "arXiv:2503.09566"),
        ({"id": "10.1000/ABC"}, "doi:10.1000/abc"),
        ({"id": "local:kept"}, "local:kept"),
        ({"doi": "https://doi.org/10.1000/ABC"}, "doi:10.1000/abc"),
        ({"url": "https://arxiv.org/pdf/2503.09566"}, "arXiv:2503.09566"),
        ({"id": "§§"}, title_paper_id("A title")),
        ({"id": None}, title_paper_id("A title")),
        ({"id": True}, title_paper_id("A title")),
    ],
)
def test_ids_are_recognised_or_made_local(fields: dict[str, object], paper_id: str) -> None:
    assert one(**fields).id == paper_id


def test_authors_and_categories_come_as_lists_too() -> None:
    paper = one(authors=["A", {"name": "B"}, 3, {"x": 1}], categories=["cs.LG", 5])
    assert (paper.authors, paper.categories) == (("A", "B"), ("cs.LG",))
    assert (one(authors=7, categories=7).authors, one(categories=7).categories) == ((), ())


def test_bad_lines_are_refused_by_number_and_good_ones_read() -> None:
    items = parse(
        b"{", b"[1]", b'"x"', row(), b"", {"title": "T"}, {"title": 3}, row(title=""), b"[" * 100_000, row(title="B")
    )
    assert [(refused.where, refused.reason.split(":")[0]) for refused in rejected(items)] == [
        ("line 1", "no JSON"),
        ("line 2", "not a JSON object"),
        ("line 3", "not a JSON object"),
        ("line 6", "no abstract"),
        ("line 7", "no title and no abstract"),
        ("line 8", "no title"),
        ("line 9", "no JSON"),
    ]
    assert len(papers(items)) == 2


def test_an_over_long_line_is_refused_and_the_next_read() -> None:
    items = parse(row(title="x" * 10_000_000), row())
    assert rejected(items) == [Rejected("line 1", "longer than 1 MB")]
    assert len(papers(items)) == 1


def test_an_id_again_with_another_title_is_refused() -> None:
    items = parse(row(id="a"), row(id="a", title="a TITLE!"), row(id="a", title="Another"))
    assert [paper.title for paper in papers(items)] == ["A title", "a TITLE!"]
    assert rejected(items) == [Rejected("line 3", "local:a stands in this file with another title already")]


def test_two_versions_may_have_two_titles() -> None:
    assert len(papers(parse(row(id="2503.09566v1"), row(id="2503.09566v2", title="Renamed")))) == 2


def test_bytes_that_are_no_utf8_are_repaired() -> None:
    (paper,) = papers(parse(b'{"title": "Sch\xf6n \x93x\x94", "abstract": "An abstract."}'))
    assert paper.title == "Schön “x”"


def test_gzip_is_recognised_by_its_magic() -> None:
    packed = gzip.compress(b"\n".join(json.dumps(row(id=str(number))).encode() for number in range(50)))
    assert len(papers(json_lines.parse(io.BytesIO(packed)))) == 50
    items = list(json_lines.parse(io.BytesIO(packed[:-20])))
    assert len(rejected(items)) == 1
    assert "gzip" in rejected(items)[0].reason


VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=5)
NAMES = ["id", "title", "abstract", "authors", "year", "doi", "url", "upvotes", "announced_at", "version", "categories"]


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_no_value_in_any_field_raises(fields: dict[str, object]) -> None:
    items = parse(row(**fields))
    assert len(items) == 1
    assert isinstance(items[0], Paper | Rejected)
