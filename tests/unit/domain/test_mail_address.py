import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mail_address import MAX_ADDRESS, mailbox_key, parse_mail_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace+papers@Example.ORG ", "ada.lovelace+papers@example.org"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@localhost", "ada@localhost"),
    ],
)
def test_an_address_is_one_account_however_it_is_typed(typed: str, address: str) -> None:
    assert parse_mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "", "ada", "@example.org", "ada@", "ada lovelace@example.org", "ada@exa mple.org", ".ada@example.org",
        "ada..b@example.org", '"ada"@example.org', "ada@example.org\r\nBcc: eve@example.org", "ada\n@example.org",
        "ada@example.org>", "<ada@example.org>", "adä@example.org", "ada@-x.org", f"{'a' * 65}@example.org",
        f"ada@{'x.' * 200}org", "ada@[127.0.0.1]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(typed: str) -> None:
    assert parse_mail_address(typed) is None


@given(st.text(max_size=80) | st.emails())
def test_no_address_can_end_a_line_or_leave_its_brackets(text: str) -> None:
    address = parse_mail_address(text)
    if address is not None:
        assert address.isascii()
        assert address.isprintable()
        assert not set(address) & set(' <>,;:()"\\[]')
        assert len(address) <= MAX_ADDRESS
        assert parse_mail_address(address) == address


def test_addresses_that_lead_to_one_mailbox_count_as_one() -> None:
    for local in ("ada", "ada+1", "a.d.a+x+y", "a.da"):
        assert mailbox_key(f"{local}@example.org") == "ada@example.org"
    assert mailbox_key("ada@example.com") != mailbox_key("ada@example.org") != mailbox_key("ben@example.org")
