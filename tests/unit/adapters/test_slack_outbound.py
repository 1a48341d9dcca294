"""Messages as Slack takes them: within every limit, whatever is in them."""

import json
from typing import Any

import pytest

from adapters.slack.blocks import said_in
from adapters.slack.controls import read_press, without_feedback
from adapters.slack.lists import AT_ONCE, more_buttons, read_rest
from adapters.slack.outbound import messages
from adapters.slack.payload import Payload
from adapters.slack.showing import papers_shown, single_paper, values_in
from bot.domain.chat import Block, Bullets, Button, File, Image, Message, Table, Text
from bot.domain.paper import PaperId
from bot.evaluation.slack_validity import message_faults
from tests.chat_blocks import HOSTILE, LEGAL_AND_OTHER, LONG, card, longest


@pytest.mark.usefixtures("uncovered")
@pytest.mark.parametrize("blocks", LEGAL_AND_OTHER, ids=range(len(LEGAL_AND_OTHER)))
@pytest.mark.parametrize("buttons", [(), tuple(Button(LONG, f"help {number}") for number in range(30))], ids=["", "b"])
def test_every_message_is_within_every_limit(blocks: tuple[Block, ...], buttons: tuple[Button, ...]) -> None:
    for private in (False, True):
        for payload in messages(Message(blocks, private=private, buttons=buttons), commands=("recommend", "help")):
            check(payload)


def test_no_text_from_outside_is_read_as_markup() -> None:
    blocks = (Text(HOSTILE), Bullets((HOSTILE,)), Table((HOSTILE,), ((HOSTILE,),)), Text(HOSTILE, "note"))
    for payload in (*messages(Message(blocks)), *messages(Message((longest(None), *blocks)))):
        assert "mrkdwn" not in json.dumps(payload.blocks)
        assert "<" not in payload.text
        assert ">" not in payload.text
        assert all(each["url"].startswith("https://example.test/") for each in nodes(payload.blocks) if "url" in each)


def test_a_card_links_its_title_and_says_why_with_its_buttons_below() -> None:
    (payload,) = messages(Message((card(2),)))
    assert said_in(payload.blocks) == (
        "2. On papers\nAda Byron · 2026-03-16 · cs.LG\nWe look into papers. They are many.\n"
        'your interest "papers": papers'
    )
    assert [each["url"] for each in nodes(payload.blocks) if "url" in each] == ["https://arxiv.org/abs/2603.00001"]
    assert list(values_in(payload.blocks)) == [
        f"{verb} arXiv:2603.00002" for verb in ("like", "dislike", "save", "why", "paper")
    ]
    assert "On papers" in payload.text


def test_a_paper_of_its_own_has_slacks_thumbs_and_ordinary_ones_where_those_are_not_known() -> None:
    (payload,) = messages(Message((card(None),)))
    kinds = [block["type"] for block in payload.blocks]
    assert kinds == ["rich_text", "context", "rich_text", "context_actions", "actions", "actions"]
    plainly = without_feedback(payload.blocks)
    assert [block["type"] for block in plainly] == ["rich_text", "context", "rich_text", "actions", "actions"]
    assert list(values_in(plainly)) == list(values_in(payload.blocks))
    check(Payload(payload.text, plainly))
    assert single_paper(payload.blocks) == single_paper(plainly) == "arXiv:2603.00001"


def test_a_long_list_shows_some_and_the_rest_a_press_away() -> None:
    (payload,) = messages(Message(tuple(card(number) for number in range(1, 51))))
    assert len(papers_shown(payload.blocks)) == 8
    assert single_paper(payload.blocks) == ""
    press = read_press(payload.blocks[-1]["elements"][-1])
    assert press is not None
    assert press.kind == "page"
    rest = read_rest(press.argument)
    assert rest is not None
    assert (rest.first, rest.count, len(rest.names)) == (9, 50, 42)
    assert rest.names[:2] == ("arXiv:2603.00009", "arXiv:2603.00010")
    assert payload.blocks[-1]["elements"][-1]["text"]["text"] == "Papers 9 to 16 of 50"


def test_every_paper_of_a_list_is_reached_however_long_their_names_are() -> None:
    names = [f"10.1234/{'x' * 188}{number:04d}" for number in range(1, 51)]
    (shown,) = messages(Message(tuple(card(number, paper=PaperId(name)) for number, name in enumerate(names, start=1))))
    check(shown)
    reached = dict(enumerate(papers_shown(shown.blocks), start=1))
    buttons = [each for block in shown.blocks for each in pages_in(block)]
    labels = []
    while buttons:
        labels.append(buttons[0]["text"]["text"])
        press = read_press(buttons.pop(0))
        assert press is not None
        rest = read_rest(press.argument)
        assert rest is not None
        page = dict(enumerate(rest.names[:AT_ONCE], start=rest.first))
        assert labels[-1] == f"Papers {rest.first} to {max(page)} of 50"
        reached |= page
        buttons += [each for block in more_buttons(rest.after) for each in pages_in(block)]
    assert [reached[number] for number in range(1, 51)] == names
    assert len(labels) == len(set(labels))


def test_a_list_without_end_promises_what_it_reaches() -> None:
    (shown,) = messages(Message(tuple(card(number) for number in range(1, 5_001))))
    check(shown)
    buttons = [each for block in shown.blocks for each in pages_in(block)]
    rest = read_rest(buttons[-1]["value"])
    assert rest is not None
    assert rest.first + len(rest.names) - 1 == rest.count < 5_000
    assert {each["text"]["text"].rpartition(" of ")[2] for each in buttons} == {str(rest.count)}


def pages_in(block: dict[str, Any]) -> list[dict[str, Any]]:
    elements: list[dict[str, Any]] = block.get("elements", [])
    return [each for each in elements if str(each.get("action_id")).startswith("page:")]


def test_a_paper_with_a_long_id_goes_by_its_title() -> None:
    (payload,) = messages(Message((longest(1),)))
    assert all(" title:" in value for value in values_in(payload.blocks))


def test_long_words_become_several_messages_that_leave_nothing_out() -> None:
    lines = [f"{number}. an interest with some words, so that there are many of them" for number in range(400)]
    made = messages(Message((Text("\n".join(lines)),)))
    assert len(made) > 1
    assert "\n".join(said_in(each.blocks) for each in made).split("\n") == lines


def test_commands_are_code_with_their_slash_and_what_others_wrote_is_not() -> None:
    commands = ("recommend", "interests add")
    said = (Text("`recommend 5` or `@channel *x*`"), Text("`interests add x` too", "note"))
    (payload,) = messages(Message(said), commands=commands)
    first, second = payload.blocks
    assert first["elements"][0]["elements"] == [
        {"type": "text", "text": "/papers recommend 5", "style": {"code": True}},
        {"type": "text", "text": " or "},
        {"type": "text", "text": "`@channel *x*`"},
    ]
    assert said_in([second]) == "“/papers interests add x” too"


def test_buttons_answer_in_place_what_one_alone_sees_and_say_each_thing_once() -> None:
    buttons = (
        Button("Undo", "undo 1"),
        Button("Again", "undo 1"),
        Button("Too long", "x" * 2_001),
        Button("", "status"),
    )
    for private, kind in ((True, "in"), (False, "do")):
        (payload,) = messages(Message((Text("Liked."),), private=private, buttons=buttons))
        presses = [read_press(each) for each in payload.blocks[-1]["elements"]]
        assert [(press.kind, press.argument) for press in presses if press] == [(kind, "undo 1"), (kind, "status")]


def test_files_and_pictures_follow_the_message_with_words_for_them() -> None:
    blocks = (Text("Here."), File("a/b.bib", "@article{x}", "text/x"), Image("p.png", b"\x89PNG", "Your words"))
    (payload,) = messages(Message(blocks))
    assert [(each.name, each.content, each.alt) for each in payload.files] == [
        ("a-b.bib", b"@article{x}", "a-b.bib"),
        ("p.png", b"\x89PNG", "Your words"),
    ]


@pytest.mark.parametrize("value", ["", "9", "9/50", "x/50 a", "9/x a", "999999/9 a"])
def test_a_place_in_a_list_that_was_not_written_here_is_none(value: str) -> None:
    assert read_rest(value) is None


@pytest.mark.parametrize(
    "action", [{}, {"action_id": "other:1", "value": "x"}, {"action_id": "do", "value": "x"}, {"action_id": "do:1"}]
)
def test_a_control_that_is_not_ours_means_nothing(action: dict[str, str]) -> None:
    assert read_press(action) is None


def check(payload: Payload) -> None:
    """Within what Slack documents, by its SDK's models where they know."""
    assert 0 < len(payload.text) <= 4_000
    assert 0 < len(payload.blocks) <= 50
    assert len(said_in(payload.blocks)) <= 13_000
    assert message_faults({"text": payload.text, "blocks": payload.blocks}) == []
    for node in nodes(payload.blocks):
        if node["type"] == "plain_text":
            assert 0 < len(node["text"]) <= 3_000
        if node["type"] == "text":
            assert 0 < len(node["text"]) <= 3_000
        if node["type"] in ("button", "feedback_buttons"):
            assert len(node["action_id"]) <= 255
            assert len(node.get("value", "x")) <= 2_000
        if node["type"] == "button":
            assert 0 < len(node["text"]["text"]) <= 75
        if node["type"] in ("actions", "context_actions"):
            ids = [element["action_id"] for element in node["elements"]]
            assert len(ids) == len(set(ids)) <= 25
        if node["type"] in ("rich_text", "rich_text_section", "rich_text_list", "context"):
            assert node["elements"]


def nodes(node: object) -> list[dict[str, Any]]:
    if isinstance(node, list | tuple):
        return [found for each in node for found in nodes(each)]
    if not isinstance(node, dict):
        return []
    return ([node] if "type" in node else []) + [found for each in node.values() for found in nodes(each)]
