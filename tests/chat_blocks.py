"""Messages that a chat platform must be able to say: the ordinary, the longest and the most hostile."""

from typing import Any

from bot.domain.chat import Block, Bullets, File, Image, PaperCard, Table, Text
from bot.domain.paper import PaperId

LONG = "word* " * 3_000
HOSTILE = (
    "@everyone <!channel> <@U1> [x](https://evil.test) <https://evil.test|x> &amp; *b* _i_ ~s~ :fire: ```\n> q\n# " * 60
)


def card(number: int | None = 1, **changes: Any) -> PaperCard:
    fields: dict[str, Any] = {
        "title": "On papers",
        "url": "https://arxiv.org/abs/2603.00001",
        "meta": "Ada Byron · 2026-03-16 · cs.LG",
        "abstract": "We look into papers. They are many.",
        "number": number,
        "reasons": ('your interest "papers": papers',),
        "paper": PaperId(f"arXiv:2603.{number or 1:05d}"),
        **changes,
    }
    return PaperCard(**fields)


def longest(number: int | None) -> PaperCard:
    return card(
        number,
        paper=PaperId(f"local:{'x' * 300}{number}"),
        title=f"{number} {LONG}",
        url="https://example.test/" + "a" * 370,
        meta=LONG,
        abstract=HOSTILE,
        reasons=(LONG, HOSTILE, LONG),
        label=LONG,
    )


LEGAL_AND_OTHER: list[tuple[Block, ...]] = [
    (),
    (Text(""),),
    (Text("\n\n", "note"), Text(" ", "heading"), Bullets(()), Bullets(("",)), Table((), ())),
    (Text(LONG), Text(HOSTILE, "heading"), Text(LONG, "note"), Text(HOSTILE, "error")),
    (Text("x" * 20_000), Text("`recommend` " * 2_000)),
    tuple(Text(f"paragraph {number}") for number in range(200)),
    (Bullets((LONG, HOSTILE) * 20),),
    (Table(("", ""), (("recommend [n]", LONG), (HOSTILE, HOSTILE), ("", "")) * 30),),
    (Table(("term", "adds", "share"), ((HOSTILE, "+1.000", "5%"),) * 200),),
    (card(None),),
    (longest(None),),
    (longest(1),),
    (Text(LONG, "heading"), Text(LONG), *(longest(number) for number in range(1, 151)), Text(LONG, "note")),
    tuple(File(f"../{HOSTILE[:200]}.bib", LONG, "text/plain") for _ in range(12)),
    (Text("Your profile"), Image("profile light.png", b"\x89PNG", LONG)),
]
