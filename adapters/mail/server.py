"""The mail server that brings mails: one connection, used for many of them."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException

from adapters.mail.posting import Letter
from adapters.mail.replies import Stage, delivery_error

COMMAND_S = 12.0
"""How long one answer before the mail itself may take."""

ACCEPT_S = 600.0
"""How long a server may take to accept a mail (RFC 5321, 4.5.3.2.6)."""

STALE_S = 30.0
"""A connection that was idle for longer may be gone without a word: it is opened anew."""

PORTS = {"smtp": 587, "smtps": 465}
WRONG_URL = (
    "must be smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465; a sign such as @ or # in the "
    "password is written as in any URL, %40 or %23"
)
_HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """Where mails go out. `tls` is from the first byte (smtps); else STARTTLS, which only a server on this machine that
    wants no password may lack, and whose certificate then proves nothing. `mails` is how many one connection brings."""

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    mails: int = 100

    @classmethod
    def parse(cls, url: str, mails: int = 100) -> "SmtpAddress":
        """`smtp://user:password@host:587` or `smtps://...`. Raises ValueError; its text repeats nothing of the URL."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            # What the library says of it may hold a piece of the password.
            raise ValueError(WRONG_URL) from None
        if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(WRONG_URL)
        if (parts.username is None) != (parts.password is None):
            raise ValueError("names a user without a password, or a password without a user")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port or PORTS[parts.scheme], parts.scheme == "smtps", user, password, mails)

    @property
    def may_be_plain(self) -> bool:
        return self.host in _HERE and not self.user and not self.tls


class SmtpServer:
    """Implements adapters.mail.posting.Postbox."""

    def __init__(self, address: SmtpAddress, *, tls_context: ssl.SSLContext | None = None) -> None:
        self._address = address
        self._tls_context = tls_context
        self._turn = asyncio.Lock()
        self._client: SMTP | None = None
        self._brought = 0
        self._used_at = 0.0

    async def post(self, letter: Letter) -> None:
        async with self._turn:
            stage = Stage.CONNECTING
            try:
                client = await self._connected()
                stage = Stage.SENDER
                await client.mail(letter.sender, timeout=COMMAND_S)
                stage = Stage.RECIPIENT
                await client.rcpt(letter.recipient, timeout=COMMAND_S)
                stage = Stage.CONTENT
                letter.begun = True
                await client.data(letter.content, timeout=ACCEPT_S)
            except (SMTPException, OSError, ValueError) as error:
                await self._recover()
                raise delivery_error(error, stage) from error
            except asyncio.CancelledError:
                self._drop()
                raise
            self._brought += 1
            self._used_at = asyncio.get_running_loop().time()

    async def find(self, token: str) -> bool | None:
        """A mail server does not tell what it has taken."""
        return None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(SMTPException, OSError):
                await client.quit(timeout=2.0)
            client.close()

    async def _connected(self) -> SMTP:
        idle_s = asyncio.get_running_loop().time() - self._used_at
        if self._client is not None and (self._brought >= self._address.mails or idle_s > STALE_S):
            await self.close()
        if self._client is None or not self._client.is_connected:
            self._client = await self._connect()
            self._brought = 0
            self._used_at = asyncio.get_running_loop().time()
        return self._client

    async def _connect(self) -> SMTP:
        address = self._address
        client = SMTP(
            hostname=address.host,
            port=address.port,
            use_tls=address.tls,
            start_tls=False if address.tls else None if address.may_be_plain else True,
            username=address.user or None,
            password=address.password or None,
            tls_context=self._tls_context,
            # Where TLS may be missing, a certificate of the machine's own making is no reason to bring nothing.
            validate_certs=not address.may_be_plain,
            timeout=COMMAND_S,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client

    async def _recover(self) -> None:
        """After a refusal the connection goes on with the next mail, if it still answers."""
        if self._client is None:
            return
        try:
            await self._client.rset(timeout=2.0)
        except (SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
