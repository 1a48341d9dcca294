"""A mail server that a test runs: aiosmtpd, with the moods that real ones have, and what it took."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "paperboy", "s3cret/word"
TAKEN = "250 OK"


@dataclass
class Mailroom:
    """What the server does. `recipient` and `content` answer RCPT and the mail: a reply, or "drop" to hang up."""

    recipient: list[str] = field(default_factory=list)
    content: list[str] = field(default_factory=list)
    slow_s: float = 0.0
    port: int = 0
    connections: int = 0
    mails: list[bytes] = field(default_factory=list)
    tls: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    @property
    def parsed(self) -> list[EmailMessage]:
        return [parse(mail) for mail in self.mails]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        reply = self.recipient.pop(0) if self.recipient else TAKEN
        if reply == "drop":
            _hang_up(server)
        elif reply == TAKEN:
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = self.content.pop(0) if self.content else TAKEN
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if reply in (TAKEN, "drop"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(envelope.content)
            self.tls.append(session.ssl is not None)
        if reply == "drop":
            _hang_up(server)
        return reply

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        if known:
            self.users.append(data.login.decode())
        return AuthResult(success=known, handled=known)


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


def parse(mail: bytes) -> EmailMessage:
    read = message_from_bytes(mail, policy=MAIL_POLICY)
    assert isinstance(read, EmailMessage)
    return read


@asynccontextmanager
async def mail_server(
    room: Mailroom | None = None, *, tls: ssl.SSLContext | None = None, auth: bool = False
) -> AsyncIterator[Mailroom]:
    """A server on 127.0.0.1; with `tls` it wants STARTTLS before anything else, with `auth` a login."""
    room = room or Mailroom()
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        room.connections += 1
        return SMTP(
            room,
            hostname="mail.test",
            loop=loop,
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=auth,
            auth_require_tls=tls is not None,
            authenticator=room.authenticate if auth else None,
            enable_SMTPUTF8=True,
        )

    server = await loop.create_server(session, "127.0.0.1", 0)
    room.port = server.sockets[0].getsockname()[1]
    try:
        yield room
    finally:
        server.close()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(the server's, the client's) contexts for a certificate that is made for 127.0.0.1 alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "mail.crt", folder / "mail.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate_file, key_file)
    return server, ssl.create_default_context(cafile=str(certificate_file))
