"""Make the pictures of docs/web.md from a running page: `page_pictures.py http://127.0.0.1:8080 docs/img`."""

import sys
from pathlib import Path

from pictures import take
from playwright.sync_api import Page

DESKTOP = {"width": 1000, "height": 760}
PHONE = {"width": 390, "height": 780}
PICTURES = (
    ("web-desktop-light.png", DESKTOP, "light", "/"),
    ("web-desktop-dark.png", DESKTOP, "dark", "paper"),
    ("web-phone-light.png", PHONE, "light", "/search?q=distillation"),
    ("web-phone-dark.png", PHONE, "dark", "/"),
)


def show(tab: Page, path: str) -> None:
    tab.goto("/" if path == "paper" else path)
    if path == "paper":
        tab.locator("ol.papers h2 a").first.click()
        tab.wait_for_load_state()
    else:
        tab.locator("ol.papers summary").first.click()


if __name__ == "__main__":
    take(PICTURES, Path(sys.argv[2]), show, base_url=sys.argv[1])
