"""Lists to take away: each read back by somebody else's reader of its form."""

from xml.etree import ElementTree as ET

import feedparser
import pytest
from bibtexparser.entrypoint import parse_string

from tests.integration.web.site import BASE, open_site, see
from tests.integration.world import LIBRARY, World, paper

TITLES = {one.title for one in LIBRARY}


@pytest.mark.parametrize("path", ["/trending", "/2026-03-16", "/week/2026-W12", "/month/2026-03"])
async def test_atom_is_read_by_a_feed_reader(path: str, read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get(f"{path}.atom")
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not feed.bozo
    assert answer.headers["content-type"] == "application/atom+xml"
    assert {entry.title for entry in feed.entries} == TITLES
    first = next(entry for entry in feed.entries if entry.title == LIBRARY[0].title)
    assert first.link == first.id == f"{BASE}/papers/2603.00001"
    assert first.summary == LIBRARY[0].abstract
    assert [author.name for author in first.authors] == ["Ada Byron", "Yann LeCun"]
    assert [tag.term for tag in first.tags] == ["cs.LG"]
    assert first.updated == "2026-03-16T12:00:00Z" == feed.feed.updated
    assert feed.feed.id.startswith(BASE)
    (own,) = [link.href for link in feed.feed.links if link.rel == "self"]
    assert own == f"{BASE}{path}.atom"


async def test_json_feed_has_what_its_version_asks_for(read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get("/trending.json?category=cs.IR")
    feed = answer.json()
    assert answer.headers["content-type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{BASE}/trending.json?category=cs.IR"
    assert {item["title"] for item in feed["items"]} == {one.title for one in LIBRARY if "cs.IR" in one.categories}
    assert all(item["id"] and item["content_text"] and item["date_published"] for item in feed["items"])


async def test_opml_follows_the_list_and_links_its_papers(read: World) -> None:
    async with open_site(read.context) as site:
        root = ET.fromstring((await site.get("/2026-03-16.opml")).content)
    (followed,) = root.findall("./body/outline")
    assert followed.attrib["xmlUrl"] == f"{BASE}/2026-03-16.atom"
    assert {each.attrib["text"] for each in followed} == TITLES
    assert {each.attrib["type"] for each in followed} == {"link"}


async def test_bibtex_of_a_search_has_its_papers(read: World) -> None:
    async with open_site(read.context) as site:
        library = parse_string((await site.get("/search.bib?q=diffusion")).text)
    assert {entry["eprint"] for entry in library.entries} == {f"2603.0000{number}" for number in (1, 2, 3)}
    assert library.failed_blocks == []


async def test_a_search_is_a_feed(read: World) -> None:
    async with open_site(read.context) as site:
        feed = feedparser.parse((await site.get("/search.atom?q=cat:cs.IR")).content)
        wrong = await site.get("/search.atom?q=since:never")
        unknown = await site.get("/search.rss?q=x")
    assert len(feed.entries) == 3
    assert feed.feed.title == "Paperboy: cat:cs.IR"
    assert (wrong.status_code, unknown.status_code) == (400, 404)


async def test_an_empty_list_is_whole_in_every_form(world: World) -> None:
    async with open_site(world.context) as site:
        assert feedparser.parse((await site.get("/trending.atom")).content).feed.title == "Paperboy: Trending papers"
        assert (await site.get("/trending.json")).json()["items"] == []
        assert (await site.get("/trending.bib")).text == ""
        assert ET.fromstring((await site.get("/trending.opml")).content).tag == "opml"


async def test_the_page_leads_to_every_form_of_itself(read: World) -> None:
    async with open_site(read.context) as site:
        page = await see(site, "/2026-03-16?category=cs.IR&sort=newest")
        for form in ("atom", "json", "bib", "opml"):
            address = f"/2026-03-16.{form}?sort=newest&category=cs.IR"
            assert address in page.links()
            assert (await site.get(address)).status_code == 200


async def test_what_no_document_can_hold_breaks_none(world: World) -> None:
    await world.add(paper(1, "A \x0b\x1f\ufffe]]> title", "An &amp; \x08 <abstract>.", authors=("\x00Eve",)))
    async with open_site(world.context) as site:
        feed = feedparser.parse((await site.get("/trending.atom")).content)
        assert not feed.bozo
        assert len(feed.entries) == 1
        assert ET.fromstring((await site.get("/trending.opml")).content).tag == "opml"
        assert len((await site.get("/trending.json")).json()["items"]) == 1
