"""A flood is let go by."""

import pytest

from adapters.chat.floods import AtOnce


def test_no_more_is_taken_than_fits_until_something_ends() -> None:
    at_once = AtOnce(2)
    seen: list[bool] = []
    with at_once.one_more():
        seen.append(at_once.is_full)
        with at_once.one_more():
            seen.append(at_once.is_full)
        seen.append(at_once.is_full)
    assert seen == [False, True, False]


def test_what_fails_has_ended_too() -> None:
    at_once = AtOnce(1)
    with pytest.raises(ValueError, match="gone"), at_once.one_more():
        raise ValueError("gone")
    assert not at_once.is_full
