"""A mail address as one account: plain ASCII, nothing in it that could end a line of a header."""

import re

MAX_ADDRESS = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>{_LABEL}(?:\.{_LABEL})*)")


def parse_mail_address(text: str) -> str | None:
    """The address in lower case, its domain in IDNA's ASCII form; None for what is none (RFC 5321's dot-string).

    Mailboxes whose names differ only in case are nobody's practice, so one person does not become two.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or len(text) > 2 * MAX_ADDRESS:
        return None
    try:
        ascii_domain = domain.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    address = f"{local}@{ascii_domain}"
    match = _ADDRESS.fullmatch(address)
    if match is None or len(address) > MAX_ADDRESS or len(local) > 64:
        return None
    return address.lower()


def mailbox_key(address: str) -> str:
    """What the addresses of one mailbox have in common, as far as one can see: many providers bring `a.da+papers@` to
    `ada@`. Not an address: two mailboxes may share it."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"
