"""What nobody may read who only has the database: sealed with the installation's own key."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class WrongKeyError(Exception):
    """It was sealed with another key, is something else altogether, or too old."""


class Seal:
    """Fernet with a key of its own for each purpose, made from the installation's key."""

    def __init__(self, key: str, purpose: str) -> None:
        made = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(made))

    def close(self, content: Mapping[str, Any]) -> bytes:
        return self._fernet.encrypt(json.dumps(content).encode())

    def open(self, sealed: bytes, *, ttl_s: int | None = None) -> dict[str, Any]:
        """Raises WrongKeyError, also for what was sealed longer ago than `ttl_s`."""
        try:
            return dict(json.loads(self._fernet.decrypt(sealed, ttl_s)))
        except InvalidToken:
            raise WrongKeyError from None
