"""Make the pictures of docs/web.md from a running page: `page_pictures.py http://127.0.0.1:8080 docs/img`."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DESKTOP = {"width": 1000, "height": 760}
PHONE = {"width": 390, "height": 780}
PICTURES = (
    ("web-desktop-light.png", DESKTOP, "light", "/"),
    ("web-desktop-dark.png", DESKTOP, "dark", "paper"),
    ("web-phone-light.png", PHONE, "light", "/search?q=distillation"),
    ("web-phone-dark.png", PHONE, "dark", "/"),
)


def main(base: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"])
        for name, size, scheme, path in PICTURES:
            context = browser.new_context(viewport=size, color_scheme=scheme, base_url=base)
            tab = context.new_page()
            tab.goto("/" if path == "paper" else path)
            if path == "paper":
                tab.locator("ol.papers h2 a").first.click()
                tab.wait_for_load_state()
            else:
                tab.locator("ol.papers summary").first.click()
            tab.screenshot(path=folder / name)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
