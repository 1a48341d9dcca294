"""The page on Discord says what the program says."""

import re

import pytest

from adapters.discord import errors
from adapters.discord.inviting import personal_link, server_link
from adapters.discord.speaking import NEEDED
from bot.settings import Settings
from tests.containers import ROOT

PAGE = (ROOT / "docs" / "discord.md").read_text("utf-8")
NUMBER = 123_456_789


@pytest.mark.parametrize("link", [server_link, personal_link])
def test_the_links_of_the_page_are_those_of_the_program(link: object) -> None:
    assert callable(link)
    assert str(link(NUMBER)).replace(str(NUMBER), "APPLICATION_ID") in PAGE


def test_what_is_needed_in_a_channel_is_invited_with() -> None:
    assert all(words in PAGE for words in NEEDED.values())


def test_the_troubles_of_the_page_are_said_in_these_words() -> None:
    said = " ".join(value for value in vars(errors).values() if isinstance(value, str))
    said += " ".join(errors.LASTING.values())
    quoted = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    assert len(quoted) > 3
    assert [words for words in quoted if words not in said] == []


def test_every_setting_of_discord_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"PAPERBOY_[A-Z_]+[A-Z]", PAGE))
    assert named <= {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields}
