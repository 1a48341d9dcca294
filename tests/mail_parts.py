"""What tests of mail share: links to nowhere, and an adapter at a server or a folder."""

from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from pathlib import Path

from adapters.mail import MailAdapter, MailFolder, SmtpAddress, SmtpServer
from adapters.mail.posting import Postbox
from bot.domain.chat import Address, direct
from bot.domain.paper import PaperId
from bot.domain.person import Account
from tests.factories import NOON

SENDER = Mailbox("Paperboy", addr_spec="papers@paperboy.test")
ADA = Account("mail", "ada@example.org")
ADAS = direct(ADA)


class Links:
    """Implements adapters.mail.inside.MailLinks: links that name what they are for."""

    def reaction(self, address: str, paper: PaperId, reaction: str) -> str:
        return f"https://paperboy.test/mail/react/{reaction}-{'x' * 90}"

    def why(self, address: str, paper: PaperId) -> str:
        return "https://paperboy.test/mail/why"

    def paper(self, paper: PaperId) -> str:
        return f"https://paperboy.test/papers/{paper}"

    def manage(self, address: str) -> str:
        return "https://paperboy.test/mail/manage"

    def unsubscribe(self, address: str) -> str:
        return f"https://paperboy.test/mail/unsubscribe/{'u' * 120}"


def mail_adapter(postbox: Postbox) -> MailAdapter:
    return MailAdapter(postbox, SENDER, Links(), lambda: NOON)


def at_port(port: int, **changes: object) -> SmtpServer:
    return SmtpServer(SmtpAddress("127.0.0.1", port, **changes))  # type: ignore[arg-type]


def in_folder(folder: Path) -> MailAdapter:
    return mail_adapter(MailFolder(folder))


def text_of(mail: EmailMessage) -> str:
    """Both bodies and the subject, as a reader sees them."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return "\n".join([str(mail["Subject"]), plain.get_content(), html.get_content()])


def plain_of(mail: EmailMessage) -> str:
    """What a reader without HTML sees."""
    plain = mail.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())


def mailbox(channel: str) -> Address:
    return Address("mail", channel)
