import gzip
import io
import json
from datetime import date

import pytest

from bot.domain.listing import FeedItem, ListingHead, Rejected
from bot.domain.paper import title_paper_id
from bot.feeds import text_page
from tests.unit.feeds.payloads import DATA, heads, papers, rejected, shared

TODAY = date(2026, 11, 22)
HEAD = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nbyAK and the research community\n\n{}\n\n"
ABSTRACT = "We study a problem that matters and show, on three collections, that a simple method solves most of it."


def parse(text: str | bytes, *, day: date | None = None) -> list[FeedItem]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(text_page.parse(io.BytesIO(data), today=TODAY, day=day))


def page(*titles: str, when: str = "Mar 14") -> str:
    return HEAD.format(when) + "\n\n".join(f"{title}\n\n{ABSTRACT} Number {n}." for n, title in enumerate(titles))


def test_the_real_page_is_exactly_the_88_papers_of_its_json_lines() -> None:
    rows = [json.loads(line) for line in shared(DATA / "trending_page.jsonl").read_text("utf-8").splitlines()]
    items = parse(shared(DATA / "trending_page.txt").read_bytes())
    assert items[0] == ListingHead("page", date(2026, 3, 14), "AK")
    found = papers(items)
    assert len(items) == 89
    assert [paper.raw_title or paper.title for paper in found] == [row["title"] for row in rows]
    assert [paper.raw_abstract or paper.abstract for paper in found] == [row["abstract"] for row in rows]
    assert [paper.id for paper in found] == [title_paper_id(row["title"]) for row in rows]


@pytest.mark.parametrize("cut", [1, 60, 120, 125, 200, 1700, 5_000, 50_000, 152_300])
def test_a_truncated_real_page_gives_a_prefix_of_the_papers(cut: int) -> None:
    data = shared(DATA / "trending_page.txt").read_bytes()
    whole, found = papers(parse(data)), papers(parse(data[:cut]))
    assert [paper.id for paper in found] == [paper.id for paper in whole[: len(found)]]


def test_windows_line_ends_and_a_last_newline_change_nothing() -> None:
    text = page("One", "Two", "Three")
    assert parse(text.replace("\n", "\r\n") + "\r\n\r\n") == parse(text) == parse(text + "\n")
    assert len(papers(parse(text))) == 3


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("Mar 14", date(2026, 3, 14)),
        ("Dec 1", date(2025, 12, 1)),
        ("Mar 14, 2025", date(2025, 3, 14)),
        ("14 March 2025", date(2025, 3, 14)),
        ("2025-03-14", date(2025, 3, 14)),
        ("no date here", TODAY),
    ],
)
def test_the_listings_day_is_the_pages_else_today(when: str, day: date) -> None:
    assert [head.day for head in heads(parse(page("One", when=when)))] == [day]


def test_a_given_day_counts_for_more_than_the_pages() -> None:
    assert [head.day for head in heads(parse(page("One"), day=date(2024, 1, 1)))] == [date(2024, 1, 1)]


def test_furniture_is_no_paper() -> None:
    text = page("One").replace("One\n\n", "Upvote\n\n128\n\n5 authors\n\nOne\n\n")
    items = parse(f"{text}\n\nSubmitted by someone\n\n•\n\nNext")
    assert [paper.title for paper in papers(items)] == ["One"]
    assert rejected(items) == []


@pytest.mark.parametrize(
    "title", ["注意力就是你所需要的一切", "¿Qué? — «Ω(n²)»", "0", "Why?", "On $O(n)$ \\emph{sorting}", "New"]
)
def test_titles_of_any_characters_are_titles(title: str) -> None:
    found = papers(parse(page("First", title, "Last")))
    assert len(found) == 3
    assert [paper.raw_title or paper.title for paper in found] == ["First", title, "Last"]


def test_a_title_that_ends_with_a_full_stop_is_a_title() -> None:
    sentence = "Attention is all that one needs for translating the sentences of one language into another one."
    assert [paper.title for paper in papers(parse(page("First", sentence)))] == ["First", sentence]


def test_a_second_paragraph_belongs_to_its_abstract() -> None:
    text = page("One") + "\n\n" + "More of the same thought, at length. " * 15 + "\n\n" + "Two\n\n" + ABSTRACT
    first, second = papers(parse(text))
    assert first.abstract.endswith("at length.")
    assert second.title == "Two"


def test_a_wrapped_abstract_is_one_line() -> None:
    (paper,) = papers(parse(page("One").replace(" on three", "\non three")))
    assert "show, on three collections" in paper.abstract


def test_a_page_without_blank_lines_is_read_line_by_line() -> None:
    text = f"byAK and the research community\nMar 14\nOne\n{ABSTRACT}\nTwo\n{ABSTRACT}\n"
    items = parse(text)
    assert [paper.title for paper in papers(items)] == ["One", "Two"]
    assert heads(items) == [ListingHead("page", date(2026, 3, 14), "AK")]


def test_titles_without_abstracts_are_refused_by_line_and_the_rest_is_read() -> None:
    items = parse(f"Mar 14\n\nLost\n\nOne\n\n{ABSTRACT}\n\nLast")
    assert [paper.title for paper in papers(items)] == ["One"]
    assert [(refused.where, refused.reason) for refused in rejected(items)] == [
        ("line 3", "no abstract follows: 'Lost'"),
        ("line 9", "no abstract follows: 'Last'"),
    ]


def test_an_abstract_without_a_title_is_refused() -> None:
    items = parse(f"{ABSTRACT * 5}\n\nOne\n\n{ABSTRACT}")
    assert [paper.title for paper in papers(items)] == ["One"]
    assert rejected(items) == [Rejected("line 1", "an abstract without a title before it")]


def test_an_endless_title_is_refused_and_its_abstract_goes_nowhere_else() -> None:
    items = parse(page("First", "x" * 10_000_000, "Last"))
    assert [paper.title for paper in papers(items)] == ["First", "Last"]
    assert [refused.reason for refused in rejected(items)] == ["the title is longer than 2000 characters"]
    assert papers(items)[0].abstract == f"{ABSTRACT} Number 0."


@pytest.mark.parametrize("text", ["Hello", "Mar 14", "new\n\nSubscribe\n\nMar 14\n\nA title"])
def test_a_page_without_papers_is_refused(text: str) -> None:
    assert [item for item in parse(text) if not isinstance(item, Rejected)] == []
    assert len(parse(text)) == 1


def test_a_page_whose_gzip_breaks_off_is_refused() -> None:
    (refused,) = parse(gzip.compress(page("One").encode())[:-9])
    assert isinstance(refused, Rejected)
    assert "gzip" in refused.reason


def test_an_empty_page_is_nothing() -> None:
    assert parse(" \n\n ") == []
