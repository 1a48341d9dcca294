"""`MailAdapter`: Paperboy by mail."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address as Mailbox
from typing import Literal

from adapters.mail.inside import MailLinks
from adapters.mail.outbound import mail_bytes, message_id
from adapters.mail.posting import Letter, Postbox
from bot.domain.chat import DIRECT, Address, Handler, Message, Receipt
from bot.domain.latest import Latest
from bot.domain.mail_address import parse_mail_address
from bot.ports import DeliveryError, LookUpUnsupportedError

PLATFORM = "mail"

ANSWER_S = 20.0
"""How long a send waits for the server. One that is slower is listened to on: what it says is found by `look_up`."""

REMEMBERED = 10_000

LINGER_S = 3.0
"""How long what is under way may take when the adapter closes."""


class MailAdapter:
    """Implements bot.ports.ChatAdapter: mails go out, and nobody types to one.

    `sender` is the From line, `now` the time of its Date. What was taken or refused is remembered while the process
    lives, so that a slow answer still counts; beyond that only a folder can be asked.
    """

    def __init__(self, postbox: Postbox, sender: Mailbox, links: MailLinks, now: Callable[[], datetime]) -> None:
        self._postbox = postbox
        self._sender = sender
        self._links = links
        self._now = now
        self._known: Latest[str, asyncio.Task[None]] = Latest(REMEMBERED)
        self._closed = asyncio.Event()

    @property
    def platform(self) -> str:
        return PLATFORM

    @property
    def digest_form(self) -> Literal["one", "cards"]:
        return "one"

    async def run(self, handle: Handler) -> None:
        await self._closed.wait()

    async def send(self, address: Address, message: Message, token: str, *, thread: str = "") -> Receipt:
        return await self._send(address, message, token, listed=True)

    async def answer(self, address: Address, message: Message) -> Receipt:
        """Bring what the person asked for just now: no digest, so there is nothing to unsubscribe. Raises
        DeliveryError."""
        return await self._send(address, message, "", listed=False)

    async def _send(self, address: Address, message: Message, token: str, *, listed: bool) -> Receipt:
        mailbox = parse_mail_address(address.channel.removeprefix(DIRECT))
        if address.platform != PLATFORM or mailbox is None:
            raise DeliveryError("That is no mail address.", permanent=True)
        token = token or secrets.token_hex(12)
        if token in self._known:
            return self._outcome(token)
        content = mail_bytes(message, self._sender, mailbox, token, self._now(), self._links, listed=listed)
        letter = Letter(token, self._sender.addr_spec, mailbox, content)
        posting = self._known[token] = asyncio.create_task(self._postbox.post(letter))
        try:
            await asyncio.wait({posting}, timeout=ANSWER_S)
        finally:
            if not letter.begun and not posting.done():
                posting.cancel()
                self._known.pop(token, None)
        if token not in self._known:
            raise DeliveryError("the mail server does not answer")
        return self._outcome(token)

    async def look_up(self, address: Address, token: str, since: datetime, *, thread: str = "") -> Receipt | None:
        try:
            if token in self._known:
                return self._outcome(token)
        except DeliveryError as error:
            if error.permanent or token in self._known:
                raise
            if not error.unknown:
                return None
        taken = await self._postbox.find(token)
        if taken is None:
            raise LookUpUnsupportedError
        return Receipt(message_id(self._sender, token)) if taken else None

    async def close(self) -> None:
        self._closed.set()
        under_way = [posting for posting in self._known.values() if not posting.done()]
        if under_way:
            await asyncio.wait(under_way, timeout=LINGER_S)
        for posting in under_way:
            posting.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._postbox.close()

    def _outcome(self, token: str) -> Receipt:
        """What became of a letter. One that was not taken is forgotten, so that it may be sent again."""
        posting = self._known[token]
        if not posting.done():
            raise DeliveryError("the mail server has not said yet whether it took the mail", unknown=True)
        if posting.cancelled():
            raise DeliveryError("the mail server was not waited for", unknown=True)
        if posting.exception() is not None:
            del self._known[token]
        posting.result()
        return Receipt(message_id(self._sender, token))
