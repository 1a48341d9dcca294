"""For whom somebody speaks, and which paper a message is about."""

from typing import Any

import pytest

from adapters.slack.shortcuts import paper_in
from adapters.slack.speaking import said_for
from bot.commands import COMMANDS

NAMES = tuple(spec.name for spec in COMMANDS)


@pytest.mark.parametrize(
    ("text", "said", "for_channel"),
    [
        ("digest subscribe here weekdays 09:00", "digest subscribe weekdays 09:00", True),
        ("digest subscribe weekdays 09:00 here", "digest subscribe weekdays 09:00", True),
        ("Digest Stop HERE", "Digest Stop", True),
        ("interests here", "interests", True),
        ("interests add here diffusion models", "interests add diffusion models", True),
        ("interests add papers from here", "interests add papers from here", False),
        ("interests add diffusion models", "interests add diffusion models", False),
        ("digest subscribe", "digest subscribe", False),
        ("recommend here", "recommend here", False),
        ("search here", "search here", False),
        ("", "", False),
    ],
)
def test_here_speaks_for_the_channel(text: str, said: str, for_channel: bool) -> None:
    assert said_for(text, NAMES) == (said, for_channel)


@pytest.mark.parametrize(
    ("message", "paper"),
    [
        ({"text": "did you see <https://arxiv.org/abs/2603.00001v2|this>?"}, "arXiv:2603.00001"),
        ({"text": "", "attachments": [{"from_url": "https://huggingface.co/papers/2603.00002"}]}, "arXiv:2603.00002"),
        (
            {"blocks": [{"elements": [{"value": "like arXiv:2603.00003"}]}], "text": "arXiv:2603.00001"},
            "arXiv:2603.00003",
        ),
        ({"text": "good morning"}, ""),
        ({}, ""),
    ],
)
def test_a_message_is_about_the_paper_that_it_shows_or_names(message: dict[str, Any], paper: str) -> None:
    assert paper_in(message) == paper
