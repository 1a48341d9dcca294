"""A mail's HTML as a mail program would show it: narrow and wide, light and dark, with hard content."""

from typing import Literal

import pytest
from playwright.async_api import Browser

from adapters.mail.html_part import html_part
from bot.domain.chat import Bullets, Message, PaperCard, Table, Text
from bot.domain.paper import PaperId
from tests.browser import barriers, needs_browser, open_tab, overflow
from tests.mail_parts import Links

pytestmark = needs_browser

NARROW, WIDE = (375, 800), (1000, 900)
WORD = "Hyperparameteroptimierungsverfahrensvergleichsuntersuchungsbericht" * 2
CARDS = [
    PaperCard(PaperId("arXiv:2603.00001"), title, "https://arxiv.org/abs/2603.00001", meta, abstract, number, reasons)
    for number, (title, meta, abstract, reasons) in enumerate(
        (
            ("A short title", "Ada Lovelace · 2026 · cs.LG", "We look into it.", ('your interest "flows": flow',)),
            ("A title that goes on and on " * 8, "Somebody With Many Names · " * 9, "A sentence. " * 40, ()),
            (WORD, WORD, f"{WORD} https://example.org/{WORD}", (WORD, "close to what you liked: x")),
        ),
        start=1,
    )
]
DIGEST = Message(
    (
        Text("Your papers for Thursday, 26 November", "heading"),
        Text("Said plainly, in lines\nof which there are two."),
        *CARDS,
        Text(f"https://papers.example.org/confirm/{'t' * 200}", "link"),
        Bullets(("One thing", WORD)),
        Table(("what", "how much"), (("papers", "5"), (WORD, "1"))),
        Text("Something went wrong.", "error"),
        Text("3 of 40 new papers (the last 7 days).", "note"),
    )
)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_keeps_anybody_from_reading_a_mail(
    size: tuple[int, int], scheme: Literal["light", "dark"], browser: Browser
) -> None:
    async with open_tab(browser, "http://nowhere.test", size, scheme) as tab:
        await tab.set_content(html_part(DIGEST, "Your papers", "ada@example.org", Links()))
        assert await barriers(tab) == []
        assert await overflow(tab) == 0


async def test_the_buttons_of_a_paper_stand_in_one_row_on_a_phone(browser: Browser) -> None:
    async with open_tab(browser, "http://nowhere.test", NARROW) as tab:
        await tab.set_content(html_part(DIGEST, "Your papers", "ada@example.org", Links()))
        boxes = [await each.bounding_box() for each in await tab.locator(".links").first.locator("a").all()]
        assert len(boxes) == 4
        assert len({box["y"] for box in boxes if box}) == 1
        assert min(box["height"] for box in boxes if box) >= 32
