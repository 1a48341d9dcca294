"""Pictures of a page in a browser, at each size and in each scheme that is asked for."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

Picture = tuple[str, dict[str, int], str, str]
"""The file's name, the size of the window, `light` or `dark`, and what `show` is told."""


def take(pictures: Sequence[Picture], folder: Path, show: Callable[[Page, str], None], **options: Any) -> None:
    """Each in a context of its own, with these options, after `show` has brought there what it is to show."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"])
        for name, size, scheme, what in pictures:
            context = browser.new_context(viewport=size, color_scheme=scheme, **options)
            tab = context.new_page()
            show(tab, what)
            tab.screenshot(path=folder / name)
            context.close()
        browser.close()
