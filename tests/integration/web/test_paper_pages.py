"""The page of one paper, and of a search."""

import pytest

from tests.factories import NOON, make_paper
from tests.integration.web.site import BASE, open_site, see
from tests.integration.world import DIFFUSION, LIBRARY, World, paper


async def test_a_paper_has_its_abstract_its_links_and_papers_like_it(read: World) -> None:
    async with open_site(read.context) as site:
        page = await see(site, "/papers/2603.00002")
    assert LIBRARY[1].abstract in page.text
    assert "Grace Hopper" in page.text
    links = page.links()
    for address in (
        "https://arxiv.org/abs/2603.00002",
        "https://arxiv.org/pdf/2603.00002",
        "https://huggingface.co/papers/2603.00002",
        "/bibtex/2603.00002",
    ):
        assert address in links
    alike = {f"arXiv:{link.removeprefix('/papers/')}" for link in links if link.startswith("/papers/")}
    assert alike >= DIFFUSION - {"arXiv:2603.00002"}
    assert LIBRARY[0].title in page.titles


async def test_its_older_texts_are_there_too(world: World) -> None:
    await world.add(make_paper(id="arXiv:2603.00001", title="First try", abstract="We try. It fails.", version=1))
    world.later(days=3)
    await world.add(make_paper(id="arXiv:2603.00001", title="Second try", abstract="We try. It works.", version=2))
    async with open_site(world.context) as site:
        page = await see(site, "/papers/2603.00001")
    assert "This is version 2." in page.text
    assert "Version 1, replaced on 19 March 2026" in page.text
    assert "It fails." in page.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("arXiv:2603.00002", 308),
        ("2603.00002v3", 308),
        ("https://arxiv.org/pdf/2603.00002", 308),
        ("2603.99999", 404),
        ("nothing", 404),
        ("//evil.example.org", 404),
        ("https://evil.example.org/2603.00002", 404),
    ],
)
async def test_a_paper_has_one_page_whatever_it_is_called(asked: str, status: int, read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get(f"/papers/{asked}")
    assert answer.status_code == status
    if status == 308:
        assert answer.headers["location"] == "/papers/2603.00002"


@pytest.mark.parametrize("paper_id", ["doi:10.1000/a(b)%c;d", "arXiv:math/0309136", "local:my#p%2Fa?per"])
async def test_every_kind_of_id_has_an_address_that_leads_to_it(paper_id: str, world: World) -> None:
    await world.add(make_paper(id=paper_id, announced_at=NOON, title="The one"))
    async with open_site(world.context) as site:
        (address,) = [link for link in (await see(site, "/")).links() if link.startswith("/papers/")]
        assert "The one" in (await see(site, address)).text
        assert "The one" in (await site.get(address.replace("/papers/", "/bibtex/"))).text


async def test_a_look_at_what_is_not_stored_asks_nobody_for_it(read: World) -> None:
    async with open_site(read.context) as site:
        assert (await site.get("/papers/2603.77777")).status_code == 404
        assert (await site.get("/api/v1/papers/2603.77777")).status_code == 404
    assert read.fetcher.asked == []


async def test_a_search_finds_and_can_be_followed(read: World) -> None:
    async with open_site(read.context) as site:
        page = await see(site, "/search?q=diffusion models")
        nothing = await see(site, "/search?q=zzzyx")
        empty = await see(site, "/search")
        wrong = await see(site, "/search?q=since:yesterday")
    assert set(page.titles[:3]) == {one.title for one in LIBRARY[:3]}
    assert "/search.atom?q=diffusion+models" in page.links()
    assert ("input", "diffusion models") in [(tag, attrs.get("value")) for tag, attrs in page.elements]
    assert "Nothing found." in nothing.text
    assert "What a search understands" in empty.text
    assert "I cannot read the date" in wrong.text


async def test_a_paper_takes_its_bibtex_along(read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get("/bibtex/2603.00002")
        missing = await site.get("/bibtex/2603.99999")
    assert answer.headers["content-type"].startswith("application/x-bibtex")
    assert "eprint = {2603.00002}" in answer.text
    assert missing.status_code == 404
    assert BASE not in answer.text


async def test_samples_are_called_so(world: World) -> None:
    await world.add(paper(1, "Made up", source="sample"))
    async with open_site(world.context) as site:
        for path in ("/", "/papers/2603.00001"):
            assert "sample, not a real paper" in (await see(site, path)).text
