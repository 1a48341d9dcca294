import io
from datetime import UTC, datetime

import pytest

from bot.feeds import arxiv_feed
from tests.unit.feeds.payloads import papers, payload, rejected

MIDNIGHT_EASTERN = datetime(2026, 11, 22, 5, tzinfo=UTC)


def rss(*items: str, channel: str = "<title>cs.LG updates on arXiv.org</title>") -> io.BytesIO:
    namespaces = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    date = "<pubDate>Sun, 22 Nov 2026 00:00:00 -0500</pubDate>"
    return io.BytesIO(
        f'<rss {namespaces} version="2.0"><channel>{channel}{date}{"".join(items)}</channel></rss>'.encode()
    )


def item(
    number: str = "2611.00001v1", *, kind: str = "new", title: str = "A Title", abstract: str = "An abstract."
) -> str:
    return (
        f"<item><title>A Title</title><link>https://arxiv.org/abs/{number[:10]}</link>"
        f"<description>arXiv:{number} Announce Type: {kind} \nAbstract: {abstract}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{number}</guid>'
        f"<arxiv:announce_type>{kind}</arxiv:announce_type></item>"
    )


def test_the_request_joins_the_categories() -> None:
    assert arxiv_feed.request("http://127.0.0.1:8091/", ["cs.LG", "cs.CL", "a b"]).url == (
        "http://127.0.0.1:8091/rss/cs.LG+cs.CL+a%20b"
    )


def test_the_atom_feed_gives_every_paper_with_its_version_and_date() -> None:
    items = list(arxiv_feed.parse(payload("arxiv-feed", "atom_cs.xml")))
    found = papers(items)
    assert len(items) == len(found) == 32
    assert sum(paper.announced_at == MIDNIGHT_EASTERN for paper in found) == 23
    replaced = {str(paper.id): paper.version for paper in found if paper.announced_at is None}
    assert len(replaced) == 9
    assert replaced["arXiv:1101.2483"] == 4
    assert not any(paper.abstract.startswith(("arXiv:", "Abstract")) for paper in found)
    assert not any("\\" in name or "(" in name for paper in found for name in paper.authors)


def test_joined_authors_become_names_without_affiliations() -> None:
    found = {str(paper.id): paper for paper in papers(arxiv_feed.parse(payload("arxiv-feed", "atom_cs.xml")))}
    assert found["arXiv:1004.3715"].authors == ("Irina Lupu", "Pierre Courbin", "Laurent George", "Joël Goossens")
    assert found["arXiv:1102.0316"].authors == ("G. David Forney, Jr.", "Pascal O. Vontobel")
    assert found["arXiv:1102.0372"].authors == ("Hadj Mahboubi", "Jérôme Darmont")
    assert found["arXiv:1009.1575"].doi == "10.1007/s00454-010-9298-4"
    assert found["arXiv:1009.1575"].categories == ("cs.CG", "math.CO")


def test_the_rss_feed_gives_new_and_old_style_ids_and_clean_text() -> None:
    first, second = papers(arxiv_feed.parse(payload("arxiv-feed", "rss_cs.CV.xml")))
    assert (first.id, first.version, first.announced_at) == ("arXiv:2305.11452", 1, MIDNIGHT_EASTERN)
    assert first.abstract.startswith("Learning-based gaze estimation")
    assert "less than 128×128)" in first.abstract
    assert r"$128\\times128$" in first.raw_abstract
    assert (first.url, first.pdf_url) == ("https://arxiv.org/abs/2305.11452", "https://arxiv.org/pdf/2305.11452")
    assert (second.id, second.authors) == ("arXiv:cs/0001024", ("B. R. Schlei", "L. Prasad"))
    assert second.raw_abstract == ""


def test_an_empty_day_is_nothing() -> None:
    assert list(arxiv_feed.parse(payload("arxiv-feed", "rss_math.NT.xml"))) == []


def test_an_error_feed_is_refused_with_the_services_own_words() -> None:
    (refused,) = rejected(arxiv_feed.parse(payload("arxiv-feed", "rss_nosuch.xml")))
    assert "Bad archive 'nosuch'" in refused.reason


@pytest.mark.parametrize(
    ("kind", "dated"), [("new", True), ("cross", True), ("replace", False), ("replace-cross", False)]
)
def test_only_announcements_carry_todays_date(kind: str, dated: bool) -> None:
    (paper,) = papers(arxiv_feed.parse(rss(item("2611.00001v3", kind=kind))))
    assert paper.version == 3
    assert (paper.announced_at == MIDNIGHT_EASTERN) is dated


def test_a_bad_item_is_refused_and_the_next_one_read() -> None:
    nameless = "<item><title>x</title><description>no id at all</description></item>"
    items = list(arxiv_feed.parse(rss(nameless, item(abstract=" "), item())))
    assert [refused.where for refused in rejected(items)] == ["item 1", "item 2"]
    assert [refused.reason for refused in rejected(items)] == ["no arXiv id: ''", "no abstract"]
    assert [paper.id for paper in papers(items)] == ["arXiv:2611.00001"]


def test_the_version_is_found_where_only_the_text_names_it() -> None:
    bare = (
        "<item><title>T</title><link>https://arxiv.org/abs/2611.00002</link>"
        "<description>arXiv:2611.00002v2 Announce Type: replace Abstract: Text here.</description></item>"
    )
    (paper,) = papers(arxiv_feed.parse(rss(bare)))
    assert (paper.version, paper.announced_at, paper.abstract) == (2, None, "Text here.")


def test_a_withdrawn_paper_is_marked() -> None:
    (paper,) = papers(arxiv_feed.parse(rss(item(abstract="This paper has been withdrawn by the authors."))))
    assert paper.withdrawn


@pytest.mark.parametrize("document", [b"", b"<html><body>Bad gateway</body></html>", b"not a feed", b"\x00\xff"])
def test_what_is_no_feed_is_refused_once(document: bytes) -> None:
    assert len(rejected(arxiv_feed.parse(io.BytesIO(document)))) == 1


def test_a_truncated_feed_gives_its_whole_items_and_one_refusal() -> None:
    whole = rss(item("2611.00001v1"), item("2611.00002v1")).getvalue()
    cut = whole[: whole.rindex(b"An abstract") + 5]
    items = list(arxiv_feed.parse(io.BytesIO(cut)))
    assert [paper.id for paper in papers(items)] == ["arXiv:2611.00001"]
    assert len(rejected(items)) == 1
