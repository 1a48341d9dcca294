"""What somebody said of a paper, in the message that shows it."""

from typing import Any

from adapters.slack.blocks import said_in
from adapters.slack.outbound import messages
from adapters.slack.states import with_state
from bot.domain.chat import Message
from tests.chat_blocks import card
from tests.unit.adapters.test_slack_outbound import check


def message(*numbers: int | None) -> dict[str, Any]:
    (payload,) = messages(Message(tuple(card(number) for number in numbers)))
    return {
        "text": payload.text,
        "blocks": [{**block, "block_id": f"b{at}"} for at, block in enumerate(payload.blocks)],
    }


def test_the_state_stands_below_its_paper_and_the_next_one_replaces_it() -> None:
    first = with_state(message(1, 2), "arXiv:2603.00001", {"active": ["like", "save"]}, "1.1")
    assert first is not None
    check(first)
    assert "Liked, saved · press again to take it back\n2. On papers" in said_in(first.blocks)
    assert [block["block_id"] for block in first.blocks if "block_id" in block] == ["state:1.1"]
    second = with_state({"text": first.text, "blocks": first.blocks}, "arXiv:2603.00001", {"active": []}, "1.2")
    assert second is not None
    assert "Liked" not in said_in(second.blocks)
    assert "Taken back\n2. On papers" in said_in(second.blocks)
    assert len(second.blocks) == len(first.blocks)


def test_the_states_of_two_papers_stand_side_by_side() -> None:
    first = with_state(message(1, 2), "arXiv:2603.00001", {"active": ["like"]}, "1.1")
    assert first is not None
    both = with_state({"blocks": first.blocks}, "arXiv:2603.00002", {"active": ["hide"]}, "1.2")
    assert both is not None
    assert [line for line in said_in(both.blocks).split("\n") if "press again" in line] == [
        "Liked · press again to take it back",
        "Not for you · press again to take it back",
    ]


def test_other_answers_other_papers_and_full_messages_have_no_state() -> None:
    shown = message(None)
    assert with_state(shown, "arXiv:2603.00001", {"id": "x"}, "1.1") is None
    assert with_state(shown, "arXiv:2603.00001", None, "1.1") is None
    assert with_state(shown, "arXiv:2603.00009", {"active": ["like"]}, "1.1") is None
    full = {"blocks": [*shown["blocks"], *([{"type": "divider"}] * 50)]}
    assert with_state(full, "arXiv:2603.00001", {"active": ["like"]}, "1.1") is None
