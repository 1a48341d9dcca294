"""Signed links (itsdangerous): nobody but Paperboy can make one, and each is good for one purpose, for its time."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from bot.domain.ticket import LIVES, Purpose, Ticket

MAX_TOKEN = 7_000
"""Six hundred characters of interests, however many bytes each takes, and an address."""


class Tickets:
    """Makes and reads tokens. `key` is the secret of the installation: with another one, no link is good any more."""

    def __init__(self, key: str, now: Callable[[], datetime]) -> None:
        self._now = now
        self._signers = {purpose: URLSafeSerializer(key, salt=f"paperboy {purpose.value}") for purpose in Purpose}

    def make(self, purpose: Purpose, subject: str, *details: str) -> str:
        made_at = int(self._now().timestamp())
        return str(self._signers[purpose].dumps([made_at, subject, *details]))

    def read(self, purpose: Purpose, token: str) -> Ticket | None:
        """What the token says; None for one that was not made here, for this purpose."""
        if len(token) > MAX_TOKEN:
            return None
        try:
            made_at, subject, *details = self._signers[purpose].loads(token)
        except BadData:
            return None
        lives = LIVES[purpose]
        is_expired = lives is not None and self._now().timestamp() - made_at > lives.total_seconds()
        return Ticket(purpose, subject, tuple(details), is_expired)


def kept_key(path: Path) -> str:
    """The secret in this file, made on first use; nobody else can read it. Raises OSError."""
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="ascii") as writing:
            writing.write(secrets.token_urlsafe(48))
        # Of two processes that start at once, one key stays; either finds it whole.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text(encoding="ascii").strip()
