"""Make the pictures of docs/mail.md from a digest in the folder of mails: `mail_pictures.py digest.eml docs/img`."""

import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from pictures import take
from playwright.sync_api import Page, Route

DESKTOP = {"width": 800, "height": 760}
PHONE = {"width": 375, "height": 780}
PICTURES = (
    ("mail-desktop-light.png", DESKTOP, "light", "top"),
    ("mail-desktop-dark.png", DESKTOP, "dark", "end"),
    ("mail-phone-light.png", PHONE, "light", "end"),
    ("mail-phone-dark.png", PHONE, "dark", "top"),
)


def refuse(route: Route) -> None:
    raise SystemExit(f"the mail asks for {route.request.url}")


def main(mail: Path, folder: Path) -> None:
    html = message_from_bytes(mail.read_bytes(), policy=default).get_body(("html",))
    if html is None:
        raise SystemExit(f"{mail} has no HTML")

    def show(tab: Page, place: str) -> None:
        tab.route("**/*", refuse)
        tab.set_content(html.get_content())
        if place == "end":
            tab.keyboard.press("End")
            tab.wait_for_timeout(500)

    take(PICTURES, folder, show, java_script_enabled=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
