"""The page in a real browser: at a desk and on a phone, light and dark, with and without scripts, by keyboard."""

from typing import Literal

import pytest
from playwright.async_api import Browser

from bot.usecases.browse import ON_A_PAGE
from tests.browser import DESKTOP, PHONE, barriers, needs_browser, open_tab, overflow
from tests.factories import make_paper
from tests.integration.web.site import served
from tests.integration.world import LIBRARY, World, paper

pytestmark = needs_browser

LONG = "This sentence is one of very many in a long abstract. " * 60
CROWD = tuple(
    paper(number, f"One of many papers, number {number}", f"{LONG}End {number}.", categories=("math.CO",))
    for number in range(100, 100 + ON_A_PAGE)
)


@pytest.fixture
def backend() -> str:
    """What the database is makes no difference to a browser."""
    return "sqlite"


async def test_a_reader_unfolds_sorts_filters_opens_and_searches(read: World, browser: Browser) -> None:
    voted = paper(20, "Voted for by many", upvotes=40, code_url="https://code.example.org/x", submitted_by="someone")
    await read.add(voted, *CROWD)
    async with served(read.context) as base, open_tab(browser, base) as tab:
        await tab.goto("/")
        assert await tab.locator("h1").inner_text() == "Monday, 16 March 2026"
        assert await tab.locator("ol.papers h2").first.inner_text() == voted.title
        abstract = tab.locator("ol.papers details").nth(ON_A_PAGE - 1)
        assert not await abstract.locator("p").is_visible()
        await abstract.locator("summary").click()
        await abstract.get_by_text("End ").wait_for()
        assert LONG.strip() in await abstract.locator("p").inner_text(), "cut on the page, whole once it is asked for"
        await tab.get_by_role("link", name="newest").click()
        await tab.wait_for_url("**/2026-03-16?sort=newest")
        await tab.get_by_label("Category").select_option("cs.IR")
        await tab.wait_for_url("**sort=newest&category=cs.IR")
        assert await tab.locator("ol.papers > li").count() == 3
        await tab.get_by_role("link", name=LIBRARY[4].title).click()
        await tab.wait_for_url("**/papers/2603.00005")
        assert await tab.get_by_role("heading", name="Papers like this one").is_visible()
        await tab.get_by_role("searchbox").fill("diffusion")
        await tab.keyboard.press("Enter")
        await tab.wait_for_url("**/search?q=diffusion")
        assert await tab.locator("ol.papers > li").count() == 3


async def test_without_scripts_everything_is_there_too(read: World, browser: Browser) -> None:
    await read.add(*CROWD)
    async with served(read.context) as base, open_tab(browser, base, PHONE, scripts=False) as tab:
        await tab.goto("/?category=math.CO")
        first = tab.locator("ol.papers > li").first
        await first.locator("summary").click()
        await first.get_by_role("link", name="The whole abstract").click()
        assert LONG.strip() in await tab.locator("p.abstract").inner_text()
        await tab.goto("/2026-03-16")
        await tab.get_by_label("Category").select_option("cs.IR")
        await tab.get_by_role("button", name="Show").click()
        await tab.wait_for_url("**category=cs.IR")
        assert await tab.locator("ol.papers > li").count() == 3


async def test_an_abstract_that_cannot_be_fetched_stays_as_it_was(read: World, browser: Browser) -> None:
    await read.add(*CROWD)
    async with served(read.context) as base, open_tab(browser, base) as tab:
        await tab.goto("/?category=math.CO")
        await tab.route("**/api/**", lambda route: route.fulfill(body="no JSON"))
        first = tab.locator("ol.papers details").first
        async with tab.expect_response("**/api/**"):
            await first.locator("summary").click()
        assert await first.get_by_role("link", name="The whole abstract").is_visible()
        await tab.unroute("**/api/**")
        await first.locator("summary").click()
        await first.locator("summary").click()
        await first.get_by_text("End ").wait_for()


async def test_a_keyboard_is_enough(read: World, browser: Browser) -> None:
    async with served(read.context) as base, open_tab(browser, base) as tab:
        await tab.goto("/")
        await tab.keyboard.press("Tab")
        assert await tab.locator(":focus").inner_text() == "To the content"
        await tab.keyboard.press("Enter")
        assert await tab.locator(":focus").get_attribute("id") == "main"
        details = tab.locator("ol.papers details").first
        for _ in range(20):
            await tab.keyboard.press("Tab")
            if await tab.locator(":focus").inner_text() == "Abstract":
                break
        await tab.keyboard.press("Enter")
        assert await details.locator("p").is_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_keeps_anybody_out(
    size: tuple[int, int], scheme: Literal["light", "dark"], read: World, browser: Browser
) -> None:
    await read.add(
        paper(20, "Voted for", upvotes=40), paper(21, "x" * 300), make_paper(id="arXiv:2603.00001", version=2)
    )
    async with served(read.context) as base, open_tab(browser, base, size, scheme) as tab:
        for path in ("/", "/month/2026-03?category=math.GT", "/papers/2603.00001", "/search?q=diffusion", "/search"):
            await tab.goto(path)
            await tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            assert await barriers(tab) == [], path
            assert await overflow(tab) == 0, path


async def test_an_empty_installation_looks_like_one(world: World, browser: Browser) -> None:
    async with served(world.context) as base, open_tab(browser, base, PHONE, "dark") as tab:
        await tab.goto("/")
        assert await tab.get_by_text("There are no papers here.").is_visible()
        assert await barriers(tab) == []


async def test_a_barrier_and_a_page_too_wide_would_be_noticed(world: World, browser: Browser) -> None:
    async with served(world.context) as base, open_tab(browser, base, PHONE) as tab:
        await tab.goto("/")
        await tab.evaluate("document.querySelector('label').remove(); document.querySelector('#q').placeholder = ''")
        await tab.evaluate(
            "document.querySelector('h1').append('wide'.repeat(99)); document.body.style.overflowWrap = 'normal'"
        )
        assert [found for found in await barriers(tab) if "label" in found]
        assert await overflow(tab) > 0
