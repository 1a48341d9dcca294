"""Requests that say they are from Slack: signed with the secret that only Slack and we know, lately, and seen once."""

from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier

from adapters.slack.once import Once

EVENT = b"{"
"""How events begin; commands and presses come as forms."""

RETRIES = ("1", "2", "3")


class Signatures:
    """Looks at requests. A signature is good for five minutes, and for one request."""

    def __init__(self, secret: str) -> None:
        self._verifier = SignatureVerifier(secret)
        self._once = Once()

    def admits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether Slack sent this, and it was not here before. Slack signs what it sends again anew, but for an event
        that it sends again within the same second; that says so, and acts once by its id (adapters.slack.once). What it
        says of that is not signed: nothing else has a second time."""
        signature = headers.get("x-slack-signature", "")
        try:
            if not self._verifier.is_valid(body, headers.get("x-slack-request-timestamp"), signature):
                return False
        except ValueError:
            # A timestamp that is no number, a body that is no text.
            return False
        told = headers.get("x-slack-retry-num", "")
        again = told if told in RETRIES and body.startswith(EVENT) else ""
        return self._once.is_first(f"{signature} {again}")
