"""A real browser for tests: Debian's Chromium, driven by Playwright."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP = (1100, 900)
PHONE = (390, 844)
MISTAKE = "the server responded with a status of 422"

needs_browser = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium"
)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_tab(
    browser: Browser,
    base: str,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    *,
    scripts: bool = True,
    zone: str = "UTC",
) -> AsyncIterator[Page]:
    """A tab of a browser that knows nothing yet. At the end nothing may have been refused or asked elsewhere, but for
    forms with a mistake."""
    trouble: list[str] = []
    context = await browser.new_context(
        base_url=base,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        java_script_enabled=scripts,
        timezone_id=zone,
        reduced_motion="reduce",
    )
    tab = await context.new_page()
    tab.set_default_timeout(20_000)
    tab.on("console", lambda message: None if MISTAKE in message.text else trouble.append(message.text))
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("request", lambda request: None if request.url.startswith(base) else trouble.append(request.url))
    try:
        yield tab
    finally:
        await context.close()
    assert trouble == []


async def barriers(tab: Page) -> list[str]:
    """What axe-core finds on the page that keeps somebody from using it."""
    found: Any = await Axe().run(tab)
    return [
        f"{each['id']}: {node['html']}"
        for each in found.response["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


async def overflow(tab: Page) -> int:
    """How many pixels one has to scroll sideways; 0 on a page that fits."""
    wider: int = await tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, wider)
