"""Mail as a chat surface that only speaks: digests as messages of text and HTML, by SMTP or into a folder."""

from adapters.mail.adapter import MailAdapter
from adapters.mail.folder import MailFolder
from adapters.mail.inside import MailLinks
from adapters.mail.server import SmtpAddress, SmtpServer

__all__ = ["MailAdapter", "MailFolder", "MailLinks", "SmtpAddress", "SmtpServer"]
