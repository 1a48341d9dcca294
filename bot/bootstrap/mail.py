"""Mail: how it goes out, what its links are, and what the pages around it are handed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address as Mailbox
from email.utils import parseaddr

import structlog

from adapters.mail import MailAdapter, MailFolder, SmtpAddress, SmtpServer
from adapters.mail.posting import Postbox
from adapters.tickets import Tickets, kept_key
from bot.domain.chat import Handler, Incoming, Message, direct
from bot.domain.command import OptionValue
from bot.domain.mail_address import parse_mail_address
from bot.domain.mail_wish import MailWish
from bot.domain.paper import Paper, PaperId
from bot.domain.paper_path import paper_path
from bot.domain.reader import Reader
from bot.domain.submission import Submitted, Submitter
from bot.domain.subscription import Content
from bot.domain.ticket import Purpose, Ticket
from bot.domain.zone_words import UnknownZoneError, parse_zone
from bot.messages.mailing import confirmation, way_in
from bot.ports import DeliveryError, RateLimiter, StoreError
from bot.settings import Settings, SettingsError
from bot.usecases import read_by_mail, submit_paper
from bot.usecases.context import Context
from bot.usecases.read_by_mail import account_of

log = structlog.get_logger()

KEY, FOLDER = "secret_key", "mails"
"""In the data folder: the key that was made here, and the mails where no server is set."""

HERE = "Paperboy <paperboy@localhost>"
NO_PLACE = (
    "PAPERBOY_WEB_URL: mails carry links to the page: set the address under which their readers reach it, such as "
    "https://papers.example.org"
)
NO_SENDER = "PAPERBOY_MAIL_FROM: set whom mails are from, such as 'Paperboy <papers@example.org>'"
NO_KEY = (
    "PAPERBOY_SECRET_KEY: machines that share a database sign links with one key: set it (or PAPERBOY_SECRET_KEY_FILE) "
    "to a long random text, the same everywhere"
)


AGAIN_AFTER_S = (60.0, 300.0, 1200.0, 3600.0)
"""The pauses after which a mail that somebody asked for is tried again: a server that does not know us puts it off."""


@dataclass(slots=True)
class PagePlace:
    """Where the page is, which is known for sure once it is served."""

    url: str


@dataclass(frozen=True, slots=True)
class SignedLinks:
    """Implements adapters.mail.inside.MailLinks."""

    tickets: Tickets
    place: PagePlace

    def reaction(self, address: str, paper: PaperId, reaction: str) -> str:
        return self._link("react", self.tickets.make(Purpose.REACT, address, paper, reaction))

    def why(self, address: str, paper: PaperId) -> str:
        return self._link("why", self.tickets.make(Purpose.WHY, address, paper))

    def paper(self, paper: PaperId) -> str:
        return f"{self.place.url}{paper_path(paper)}" if self.place.url else ""

    def manage(self, address: str) -> str:
        return self._link("manage", self.tickets.make(Purpose.MANAGE, address))

    def unsubscribe(self, address: str) -> str:
        return self._link("unsubscribe", self.tickets.make(Purpose.UNSUBSCRIBE, address))

    def confirm(self, address: str, wish: MailWish) -> str:
        return self._link("confirm", self.tickets.make(Purpose.CONFIRM, address, *wish.details))

    def _link(self, path: str, token: str) -> str:
        return f"{self.place.url}/{path}/{token}"


@dataclass(frozen=True, slots=True)
class Mail:
    """Everything about mail that a process shares."""

    adapter: MailAdapter
    tickets: Tickets
    links: SignedLinks


def serves_mail(settings: Settings, *, answers: bool) -> bool:
    """Whether a process brings mails: with a server any does; into a folder only the one whose page says so."""
    return bool(settings.smtp) or (answers and settings.web_port != 0)


def build_mail(settings: Settings, context: Context) -> Mail:
    """Mail by the server that is set, else into a folder. Raises SettingsError where a setting is missing for it."""
    if settings.smtp and not settings.web_url:
        raise SettingsError(NO_PLACE)
    if settings.smtp and not settings.mail_from:
        raise SettingsError(NO_SENDER)
    tickets = Tickets(signing_key(settings), context.clock.now)
    links = SignedLinks(tickets, PagePlace(settings.web_url))
    postbox: Postbox = SmtpServer(_server(settings)) if settings.smtp else MailFolder(settings.data_dir / FOLDER)
    return Mail(MailAdapter(postbox, sender_of(settings), links, context.clock.now), tickets, links)


def sender_of(settings: Settings) -> Mailbox:
    """Whom mails are from, the domain in the form in which mail servers know it."""
    name, address = parseaddr(settings.mail_from or HERE)
    return Mailbox(name, addr_spec=parse_mail_address(address) or address)


def _server(settings: Settings) -> SmtpAddress:
    try:
        return SmtpAddress.parse(settings.smtp, settings.mail_per_connection)
    except ValueError as error:
        raise SettingsError(f"PAPERBOY_SMTP_URL: {error}") from None


def signing_key(settings: Settings) -> str:
    """The key that is set, else one that is made once and kept in the data folder. Raises SettingsError."""
    if settings.key:
        return settings.key
    if settings.on_postgresql and settings.smtp:
        raise SettingsError(NO_KEY)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return kept_key(settings.data_dir / KEY)
    except OSError as error:
        raise SettingsError(
            f"PAPERBOY_DATA_DIR: no key can be kept there ({error.strerror}): {error.filename}"
        ) from None


@dataclass(frozen=True, slots=True)
class ReadersDesk:
    """Implements adapters.web.desk.Desk. `handle` answers commands; `limiter` holds the mails that strangers cause to
    the pace of all others."""

    context: Context
    mail: Mail
    handle: Handler
    limiter: RateLimiter

    def make(self, purpose: Purpose, subject: str, *details: str) -> str:
        return self.mail.tickets.make(purpose, subject, *details)

    def read(self, purpose: Purpose, token: str) -> Ticket | None:
        return self.mail.tickets.read(purpose, token)

    def zone(self, typed: str) -> str | None:
        try:
            return parse_zone(typed) if typed.strip() else self.context.zone
        except UnknownZoneError:
            return None

    async def ask(self, address: str, wish: MailWish) -> None:
        await self._answer(address, confirmation(wish, self.mail.links.confirm(address, wish)))

    async def send_way_in(self, address: str) -> None:
        if await read_by_mail.find_reader(self.context, address) is not None:
            await self._answer(address, way_in(self.mail.links.manage(address)))

    async def confirm(self, address: str, wish: MailWish) -> Message:
        return await read_by_mail.start_mails(self.context, address, wish)

    async def unsubscribe(self, address: str) -> Message:
        return await read_by_mail.stop_mails(self.context, address)

    async def reader(self, address: str) -> Reader | None:
        return await read_by_mail.show_reader(self.context, address)

    async def paper(self, address: str, paper: PaperId) -> Paper | None:
        if await read_by_mail.find_reader(self.context, address) is None:
            return None
        async with self.context.store.read() as uow:
            return await uow.papers.find(paper)

    async def say(self, address: str, command: str, options: Mapping[str, OptionValue]) -> Message:
        account = account_of(address)
        return await self.handle(Incoming(account, direct(account), command, options=options))

    async def submitter(self, address: str) -> Submitter | None:
        return await submit_paper.find_submitter(self.context, account_of(address))

    async def submit(self, address: str, text: str, name: str) -> Submitted | None:
        return await submit_paper.submit_paper(self.context, account_of(address), text, name)

    async def withdraw(self, address: str, paper: PaperId) -> Paper | None:
        return await submit_paper.withdraw_paper(self.context, account_of(address), paper)

    async def choose_content(self, address: str, content: Content) -> bool:
        return await read_by_mail.choose_content(self.context, address, content)

    async def make_feed(self, address: str) -> bool:
        return await read_by_mail.make_feed(self.context, address)

    async def drop_feed(self, address: str) -> None:
        await read_by_mail.drop_feed(self.context, address)

    async def feed(self, secret: str) -> Sequence[Paper] | None:
        entries = await read_by_mail.feed_entries(self.context, secret)
        return None if entries is None else [entry.paper for entry in entries]

    async def _answer(self, address: str, message: Message) -> None:
        """While this process lives: who waits in vain asks again."""
        for pause_s in (*AGAIN_AFTER_S, None):
            try:
                await self.limiter.wait("mail")
                await self.mail.adapter.answer(direct(account_of(address)), message)
                return
            except (DeliveryError, StoreError) as error:
                is_over = isinstance(error, DeliveryError) and (error.permanent or error.unknown)
                if is_over or pause_s is None:
                    log.error("a mail that was asked for did not go out", reason=str(error))
                    return
            await self.context.clock.sleep(pause_s)
