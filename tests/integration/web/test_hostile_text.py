"""What a feed, or who asks, may write into a page: text, and never more."""

from dataclasses import replace

import httpx
import pytest

from bot.domain.paper import PaperId
from tests.integration.web.site import Seen, open_site, see
from tests.integration.world import World, paper

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' autofocus onfocus=alert(1) x='",
    "{{ 7 * 7 }} {% include 'base.html' %}",
    "</title></textarea></style><svg onload=alert(1)>",
    "&lt;b&gt; &#60;i&#62;",
    "\u202egnp.exe\u2066",
)
LINKS = ("javascript:alert(1)", "data:text/html,<script>1</script>", "//evil.example.org", "https://", "http://[oops")
ALLOWED_SCHEMES = ("/", "https://arxiv.org/", "https://huggingface.co/", "#main")


def check(page: Seen) -> None:
    """Nothing of the page is anything but ours: no script but our file, no handler, no style, no foreign address."""
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"img", "svg", "iframe", "object", "embed", "style", "b", "i", "base"}
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    for tag, attrs in page.elements:
        assert not [name for name in attrs if name.startswith("on") or name in {"style", "autofocus", "srcdoc"}], tag
    assert all(link.startswith(ALLOWED_SCHEMES) and not link.startswith("//") for link in page.links())
    assert "49" not in page.text


@pytest.mark.parametrize("text", HOSTILE)
async def test_text_of_a_paper_stays_text(text: str, world: World) -> None:
    hostile = paper(
        1,
        f"Title {text}",
        f"Abstract {text}",
        authors=(f"Author {text}",),
        categories=("cs.LG", f"x{text}"),
        submitted_by=text,
        url="javascript:alert(1)",
        code_url="javascript:alert(1)",
        pdf_url="javascript:alert(1)",
        upvotes=3,
    )
    await world.add(hostile, paper(2, f"Another abstract {text}", f"Abstract {text}"))
    async with open_site(world.context, curator=text) as site:
        for path in ("/", "/papers/2603.00001", "/search?q=abstract"):
            page = await see(site, path)
            check(page)
            if "&" not in text and "\u202e" not in text:
                assert f"Title {text}" in page.text


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_is_asked_for_stays_text(text: str, read: World) -> None:
    async with open_site(read.context) as site:
        for path, name in (("/search", "q"), ("/2026-03-16", "category"), ("/", "sort"), ("/", "page")):
            answer = await site.get(path, params={name: text})
            assert answer.status_code == 200
            check(Seen(answer.text))
        check(Seen((await site.get(f"/{text.replace('/', '')}")).text))


@pytest.mark.parametrize("link", LINKS)
async def test_only_addresses_of_the_web_become_links(link: str, world: World) -> None:
    await world.add(replace(paper(1, "A paper", url=link, code_url=link, pdf_url=link), id=PaperId("local:one")))
    async with open_site(world.context) as site:
        for path in ("/", "/papers/local:one"):
            check(await see(site, path))
        assert f'"{link}"' not in (await site.get("/trending.opml")).text
        assert (await site.get("/api/v1/papers/local:one")).json()["links"] == {}


@pytest.mark.parametrize(
    "path",
    ["//evil.example.org", "/\\evil.example.org", "/papers//evil.example.org", "/papers/https://evil.example.org"],
)
async def test_nothing_here_sends_anybody_elsewhere(path: str, read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get(httpx.URL(f"https://papers.example.org{path}"))
    assert answer.status_code == 404


async def test_a_query_as_long_as_one_likes_is_cut(read: World) -> None:
    async with open_site(read.context) as site:
        answer = await site.get("/search", params={"q": "x" * 20_000})
    assert answer.status_code == 200
    assert len(answer.content) < 20_000
