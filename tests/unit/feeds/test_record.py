from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.listing import Rejected
from bot.domain.paper import Paper, PaperId, title_paper_id
from bot.feeds.record import (
    MAX_ABSTRACT_CHARS,
    MAX_TITLE_CHARS,
    NO_ID,
    arxiv_id,
    clean_paper,
    count,
    endpoint,
    web_url,
)

DRAFT = Paper(PaperId("local:1"), "A title", "An abstract.")


def cleaned(draft: Paper) -> Paper:
    paper = clean_paper(draft, "here")
    assert isinstance(paper, Paper)
    return paper


def test_a_clean_draft_is_kept_as_it_is() -> None:
    assert cleaned(DRAFT) == DRAFT


def test_the_raw_text_is_kept_only_where_more_than_spacing_changed() -> None:
    paper = cleaned(replace(DRAFT, title=r"Na\"ive $x$", abstract="  An\n  abstract. "))
    assert (paper.title, paper.raw_title) == ("Naïve x", r"Na\"ive $x$")
    assert (paper.abstract, paper.raw_abstract) == ("An abstract.", "")


def test_raw_text_has_nothing_that_a_database_refuses() -> None:
    assert cleaned(replace(DRAFT, title="<b>a\0\ud800</b>")).raw_title == "<b>a</b>"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": " \u200b "}, "no title"),
        ({"title": "<p></p>"}, "no title"),
        ({"abstract": "\n"}, "no abstract"),
        ({"title": "x" * (MAX_TITLE_CHARS + 1)}, "the title is longer than 2000 characters"),
        ({"title": "x" * 10_000_000}, "the title is longer than 2000 characters"),
        ({"abstract": "x" * (MAX_ABSTRACT_CHARS + 1)}, "the abstract is longer than 50000 characters"),
        ({"abstract": "x" * 10_000_000}, "the abstract is longer than 50000 characters"),
        ({"id": NO_ID, "title": "?!"}, "no id, and the title has no letters or digits to make one from"),
    ],
)
def test_what_cannot_be_a_paper_is_refused_with_the_reason(changes: dict[str, str], reason: str) -> None:
    assert clean_paper(replace(DRAFT, **changes), "line 7") == Rejected("line 7", reason)  # type: ignore[arg-type]


def test_limits_are_allowed_exactly() -> None:
    paper = cleaned(replace(DRAFT, title="x" * MAX_TITLE_CHARS, abstract="y" * MAX_ABSTRACT_CHARS))
    assert (len(paper.title), len(paper.abstract)) == (MAX_TITLE_CHARS, MAX_ABSTRACT_CHARS)


def test_a_draft_without_an_id_is_named_by_its_clean_title() -> None:
    assert cleaned(replace(DRAFT, id=NO_ID, title="<i>A</i> Title")).id == title_paper_id("a title")


def test_implausible_fields_are_emptied() -> None:
    paper = cleaned(
        replace(
            DRAFT,
            version=0,
            doi="not a doi",
            submitted_at=datetime(1, 1, 1, tzinfo=UTC),
            updated_at=datetime(9999, 12, 31, tzinfo=UTC),
            url="javascript:alert(1)",
            pdf_url="http://x.org/a b",
            code_url="https://" + "x" * 3000,
            upvotes=-1,
            comments=2**40,
            categories=("cs.LG", "", "cs.LG", " x "),
            authors=("", "  Ada\nLovelace "),
            submitted_by="<b>Someone</b>",
        )
    )
    assert (paper.version, paper.doi, paper.submitted_at, paper.updated_at) == (None, "", None, None)
    assert (paper.url, paper.pdf_url, paper.code_url, paper.upvotes, paper.comments) == ("", "", "", None, None)
    assert (paper.categories, paper.authors, paper.submitted_by) == (("cs.LG", "x"), ("Ada Lovelace",), "Someone")


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://x.org/a?b=c&d#e", "https://x.org/a?b=c&d#e"),
        ("HTTP://x.org", "HTTP://x.org"),
        ("ftp://x.org", ""),
        ("https://x.org/\n", ""),
        ("https://x.org/<b>", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_only_web_links_are_links(value: object, url: str) -> None:
    assert web_url(value) == url


@pytest.mark.parametrize(("value", "number"), [(0, 0), (3, 3), (-1, None), (True, None), ("3", None), (2**31, None)])
def test_counts_are_whole_and_fit_the_store(value: object, number: int | None) -> None:
    assert count(value) == number


def test_an_endpoint_keeps_a_path_and_adds_the_usual_one() -> None:
    assert endpoint("http://127.0.0.1:80/", "/oai") == "http://127.0.0.1:80/oai"
    assert endpoint("http://127.0.0.1/other/oai/", "/oai") == "http://127.0.0.1/other/oai"


def test_only_arxiv_ids_are_arxiv_ids() -> None:
    assert arxiv_id("http://arxiv.org/abs/math.GT/0309136v2") == ("arXiv:math/0309136", 2)
    assert arxiv_id("10.1000/xyz") is None
    assert arxiv_id("title:0123456789abcdef") is None
