"""Signed links: made here, for one purpose, for their time."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tickets import Tickets, kept_key
from adapters.web.shield import PATH_CHARS
from adapters.web.subscribing import MAX_INTERESTS
from bot.domain.ticket import LIVES, Purpose, Ticket
from tests.fakes import FakeClock

purposes = st.sampled_from(list(Purpose))


@given(purposes, st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_a_link_says_what_it_was_made_to_say_and_fits_into_an_address(
    purpose: Purpose, subject: str, details: list[str]
) -> None:
    tickets = Tickets("key", FakeClock().now)
    token = tickets.make(purpose, subject, *details)
    assert tickets.read(purpose, token) == Ticket(purpose, subject, tuple(details))
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize(("first", "last"), [(0x4E00, 0x9FFF), (0x20000, 0x2A6DF)])
def test_the_longest_wish_of_the_longest_address_fits_into_a_link(first: int, last: int) -> None:
    tickets = Tickets("key", FakeClock().now)
    address = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.x"
    dice = Random(7)  # what has no pattern is compressed least
    wish = ("weekly", "".join(chr(dice.randrange(first, last)) for _ in range(MAX_INTERESTS)), "Europe/Berlin")
    token = tickets.make(Purpose.CONFIRM, address, *wish)
    assert tickets.read(Purpose.CONFIRM, token) == Ticket(Purpose.CONFIRM, address, wish)
    assert len(f"/confirm/{token}") < PATH_CHARS


@given(purposes, purposes, st.text(max_size=60))
def test_a_link_serves_no_other_purpose_and_no_other_installation(made: Purpose, read: Purpose, subject: str) -> None:
    clock = FakeClock()
    token = Tickets("key", clock.now).make(made, subject)
    assert (Tickets("key", clock.now).read(read, token) is None) == (made is not read)
    assert Tickets("another key", clock.now).read(made, token) is None


@given(purposes, st.data())
def test_a_link_that_was_changed_anywhere_is_none(purpose: Purpose, data: st.DataObject) -> None:
    tickets = Tickets("key", FakeClock().now)
    token = tickets.make(purpose, "ada@example.org", "arXiv:2503.09566", "like")
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + data.draw(st.sampled_from("Aa0-_.é\x00")) + token[at + 1 :]
    read = tickets.read(purpose, changed)
    # The last character of base64 may stand for the same bits as another one: then nothing was changed.
    assert read is None or read == tickets.read(purpose, token)


@given(st.text(max_size=3_000))
def test_what_was_not_made_here_is_none(token: str) -> None:
    assert Tickets("key", FakeClock().now).read(Purpose.UNSUBSCRIBE, token) is None


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_expires_when_it_should_and_unsubscribing_never_does(purpose: Purpose) -> None:
    clock = FakeClock()
    tickets = Tickets("key", clock.now)
    token = tickets.make(purpose, "ada@example.org")
    lives = LIVES[purpose]
    clock.advance(lives or timedelta(days=36_500))
    assert tickets.read(purpose, token) == Ticket(purpose, "ada@example.org")
    clock.advance(timedelta(seconds=1))
    read = tickets.read(purpose, token)
    assert read is not None
    assert read.is_expired == (purpose is not Purpose.UNSUBSCRIBE)


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    key = kept_key(path)
    assert kept_key(path) == key
    assert len(key) >= 48
    assert path.stat().st_mode & 0o077 == 0
