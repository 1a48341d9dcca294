"""The names under which readers submit."""

import pytest

from bot.domain.submission import MAX_NAME, read_name


@pytest.mark.parametrize(
    ("typed", "name"), [("", ""), ("  Ada\t\u202eLovelace\n", "Ada Lovelace"), ("Чарльз <b>", "Чарльз <b>")]
)
def test_a_name_is_one_line_of_text(typed: str, name: str) -> None:
    assert read_name(typed) == name


@pytest.mark.parametrize("typed", ["ada@example.org", "see //evil.test", "https://evil.test", "a" * (MAX_NAME + 1)])
def test_an_address_a_link_or_a_novel_is_no_name(typed: str) -> None:
    assert read_name(typed) is None
