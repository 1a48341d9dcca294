import io

import pytest

from bot.feeds import web_feed
from tests.unit.feeds.payloads import papers, rejected

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
ROOT = " ".join(f'xmlns:{name}="{address}"' for name, address in NAMESPACES.items())


def rss(*items: str) -> io.BytesIO:
    body = "".join(f"<item>{item}</item>" for item in items)
    return io.BytesIO(f'<rss version="2.0" {ROOT}><channel><title>J</title>{body}</channel></rss>'.encode())


BASIC = "<title>A title</title><description>An abstract.</description>"


def test_the_request_is_the_address() -> None:
    assert web_feed.request("https://x.org/feed?a=b").url == "https://x.org/feed?a=b"


def test_a_journals_item_is_read_with_authors_doi_and_date() -> None:
    item = (
        f"{BASIC}<link>https://journal.example/article/7</link>"
        "<dc:creator>Doe, Jane</dc:creator><dc:creator>R. Roe</dc:creator>"
        "<prism:doi>10.1000/ABC.7</prism:doi><pubDate>Tue, 03 Nov 2026 10:00:00 GMT</pubDate>"
        "<category>Optics</category>"
    )
    (paper,) = papers(web_feed.parse(rss(item)))
    assert (paper.id, paper.doi, paper.url) == (
        "doi:10.1000/abc.7",
        "10.1000/abc.7",
        "https://journal.example/article/7",
    )
    assert paper.authors == ("Jane Doe", "R. Roe")
    assert (paper.year, paper.categories) == (2026, ("Optics",))
    assert paper.announced_at is not None


@pytest.mark.parametrize(
    ("fields", "paper_id"),
    [
        ("<link>https://arxiv.org/abs/2503.09566v1</link>", "arXiv:2503.09566"),
        ("<guid>https://doi.org/10.1000/xyz</guid>", "doi:10.1000/xyz"),
        ("<link>https://press.example/doi/10.1000/xyz.pdf?ref=rss</link>", "doi:10.1000/xyz"),
        ("<link>https://bio.example/content/10.1101/2026.01.02.345678v1</link>", "doi:10.1101/2026.01.02.345678"),
        ("<link>https://arxiv.org/abs/2503.09566</link><prism:doi>10.1000/xyz</prism:doi>", "arXiv:2503.09566"),
    ],
)
def test_ids_are_found_in_links_and_ids(fields: str, paper_id: str) -> None:
    assert [paper.id for paper in papers(web_feed.parse(rss(BASIC + fields)))] == [paper_id]


def test_an_item_without_an_id_is_named_by_its_title() -> None:
    (paper,) = papers(web_feed.parse(rss(BASIC)))
    assert paper.id.startswith("title:")


def test_the_longest_text_is_the_abstract_and_its_markup_goes() -> None:
    html = "<h3>Abstract</h3><p>We <b>show</b> more &amp; more things.</p>"
    longer = f"<content:encoded><![CDATA[{html}]]></content:encoded>"
    (paper,) = papers(web_feed.parse(rss(BASIC + longer)))
    assert paper.abstract == "We show more & more things."


def test_an_atom_feed_is_read() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>J</title><entry><id>urn:1</id><title>A title</title>'
        '<summary type="html">&lt;p&gt;Abstract: An abstract.&lt;/p&gt;</summary><link href="https://x.org/1"/>'
        "<author><name>A. B, C. D</name></author><updated>2026-11-03T10:00:00Z</updated></entry></feed>"
    )
    (paper,) = papers(web_feed.parse(io.BytesIO(atom.encode())))
    assert (paper.abstract, paper.authors, paper.url) == ("An abstract.", ("A. B", "C. D"), "https://x.org/1")
    assert paper.announced_at == paper.updated_at is not None


@pytest.mark.parametrize("soup", ["<rss><channel><item><title>&#xFFFFFFF;</title>", "<item><updated>&#xFFFFFFF;"])
def test_soup_that_feedparser_itself_breaks_on_is_refused(soup: str) -> None:
    assert [refused.reason for refused in rejected(web_feed.parse(io.BytesIO(soup.encode())))] == [
        "the feed is broken: ValueError"
    ]


def test_news_without_an_abstract_is_refused() -> None:
    items = list(web_feed.parse(rss("<title>Editorial</title>", BASIC)))
    assert [(refused.where, refused.reason) for refused in rejected(items)] == [("entry 1", "no abstract")]
    assert len(papers(items)) == 1
