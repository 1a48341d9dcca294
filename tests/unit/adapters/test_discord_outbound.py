"""Messages as Discord takes them: within every limit, whatever is in them."""

import discord
import pytest

from adapters.chat.papers import safe_address
from adapters.discord.custom_ids import read_custom_id, token_in
from adapters.discord.outbound import messages
from adapters.discord.payload import Payload
from bot.domain.chat import Block, Button, Message, Table, Text
from tests.chat_blocks import LEGAL_AND_OTHER, LONG, card, longest

TOKEN = "abcdefghijklmnopqrstuvwxy"


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("blocks", LEGAL_AND_OTHER, ids=range(len(LEGAL_AND_OTHER)))
@pytest.mark.parametrize("buttons", [(), tuple(Button(LONG, f"help {number}") for number in range(30))], ids=["", "b"])
async def test_every_message_is_within_every_limit_and_its_last_part_carries_the_token(
    blocks: tuple[Block, ...], buttons: tuple[Button, ...]
) -> None:
    made = messages(Message(blocks, buttons=buttons), TOKEN, ("recommend", "help"))
    for payload in made:
        _check(payload)
    assert TOKEN in {token_in(each) for each in _ids(made[-1])}
    for payload in messages(Message(blocks, private=True)):
        _check(payload)


async def test_a_card_links_its_title_and_says_why_with_its_buttons_below() -> None:
    (payload,) = messages(Message((card(2),)), TOKEN)
    assert _shown(payload) == (
        "### 2. [On papers](https://arxiv.org/abs/2603.00001)\n-# Ada Byron · 2026-03-16 · cs.LG\n"
        'We look into papers. They are many.\n> your interest "papers": papers'
    )
    presses = [read_custom_id(each) for each in _ids(payload)]
    assert [press.argument for press in presses if press] == [
        f"{verb} arXiv:2603.00002" for verb in ("like", "dislike", "save", "why", "paper")
    ]


async def test_a_paper_with_a_long_id_goes_by_its_title_and_a_list_shows_one_paper_once() -> None:
    (payload,) = messages(Message((longest(1),)))
    assert all(each.startswith("do:") and ":title:" in each.replace(" ", ":") for each in _ids(payload))
    (payload,) = messages(Message((card(1), card(1), card(2))))
    assert "1 of 2" in _labels(payload)


async def test_long_words_become_several_messages_that_leave_nothing_out() -> None:
    lines = [f"{number}. an interest with some words" for number in range(400)]
    made = messages(Message((Text("\n".join(lines)),)))
    assert len(made) > 1
    assert "\n".join(map(_shown, made)).split("\n") == lines


async def test_code_that_a_page_breaks_is_closed_and_opened_again() -> None:
    rows = tuple((f"term number {number}", "+0.001", "1%") for number in range(300))
    made = messages(Message((Table(("term", "adds", "share"), rows),)))
    assert len(made) > 1
    assert all(_shown(payload).count("```") == 2 for payload in made)


async def test_a_button_whose_command_cannot_be_carried_is_left_out() -> None:
    buttons = (Button("long", "undo " + "x" * 200), Button("short", "undo 1"), Button("same", "undo 1"))
    (payload,) = messages(Message((Text("hello"),), private=True, buttons=buttons))
    assert _ids(payload) == ["in:undo 1:"]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://arxiv.org/abs/2603.00001", "https://arxiv.org/abs/2603.00001"),
        ("https://doi.org/10.1/a(b)c", "https://doi.org/10.1/a%28b%29c"),
        ("javascript:alert(1)", ""),
        ("https://user:pass@evil.test/", ""),
        ("https://[bad", ""),
        ("", ""),
        ("https://a.test/ x) [y](z", "https://a.test/%20x%29%20%5By%5D%28z"),
    ],
)
def test_an_address_never_leaves_its_brackets(url: str, safe: str) -> None:
    assert safe_address(url) == safe


@pytest.mark.parametrize("text", ["", "do", "do::", "other:like 1:", "do:like 1:" + "t" * 26, "do:like 1:a b"])
def test_what_is_not_ours_means_nothing(text: str) -> None:
    assert read_custom_id(text) is None
    assert token_in(text) == ""


def _check(payload: Payload) -> None:
    view = _view(payload)
    every = list(view.walk_children())
    assert 1 <= len(every) <= 40
    assert len(_shown(payload)) <= 4_000
    identifiers = _ids(payload)
    assert len(set(identifiers)) == len(identifiers)
    assert all(1 <= len(each) <= 100 and read_custom_id(each) for each in identifiers)
    assert len(payload.files) <= 10
    for item in every:
        if isinstance(item, discord.ui.TextDisplay):
            assert item.content.strip()
        if isinstance(item, discord.ui.Button):
            assert item.emoji or 1 <= len(item.label or "") <= 80
        if isinstance(item, discord.ui.Select):
            assert 1 <= len(item.options) <= 25
            for option in item.options:
                assert (1 <= len(option.label) <= 100, 1 <= len(option.value) <= 100) == (True, True)
                assert len(option.description or "") <= 100
        if isinstance(item, discord.ui.MediaGallery):
            assert all(len(each.description or "") <= 256 for each in item.items)
    assert "@everyone" not in _shown(payload)


def _view(payload: Payload) -> discord.ui.LayoutView:
    assert isinstance(payload.view, discord.ui.LayoutView)
    return payload.view


def _shown(payload: Payload) -> str:
    every = _view(payload).walk_children()
    return "\n".join(item.content for item in every if isinstance(item, discord.ui.TextDisplay))


def _labels(payload: Payload) -> list[str]:
    return [item.label or "" for item in _view(payload).walk_children() if isinstance(item, discord.ui.Button)]


def _ids(payload: Payload) -> list[str]:
    return [item.custom_id for item in _view(payload).walk_children() if hasattr(item, "custom_id") and item.custom_id]
