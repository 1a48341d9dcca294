"""The adapter at a real SMTP server, in every mood."""

import asyncio
from pathlib import Path

import pytest

from adapters.mail import MailAdapter, SmtpAddress, SmtpServer
from adapters.mail import adapter as adapter_module
from adapters.mail import server as server_module
from bot.domain.chat import Message, Text
from bot.ports import DeliveryError, LookUpUnsupportedError
from tests.factories import NOON
from tests.mail_parts import ADAS, at_port, mail_adapter, mailbox
from tests.mail_peer import PASSWORD, USER, Mailroom, certificate, mail_server

HELLO = Message((Text("good morning"),))


async def sent(adapter: MailAdapter, token: str) -> str:
    return (await adapter.send(ADAS, HELLO, token)).message_id


async def failure(adapter: MailAdapter, token: str) -> tuple[bool, bool]:
    """(permanent, unknown) of the error that a send ends with."""
    with pytest.raises(DeliveryError) as failed:
        await adapter.send(ADAS, HELLO, token)
    return failed.value.permanent, failed.value.unknown


async def test_many_mails_go_over_one_connection() -> None:
    async with mail_server() as room:
        adapter = mail_adapter(at_port(room.port))
        ids = await asyncio.gather(*(sent(adapter, f"token-{number}") for number in range(8)))
        await adapter.close()
    assert room.connections == 1
    assert [mail["Message-ID"] for mail in room.parsed] == ids


async def test_a_connection_brings_as_many_mails_as_it_may() -> None:
    async with mail_server() as room:
        adapter = mail_adapter(at_port(room.port, mails=2))
        for number in range(5):
            await sent(adapter, f"token-{number}")
        await adapter.close()
    assert room.connections == 3
    assert len(room.mails) == 5


async def test_starttls_and_a_login_come_before_the_first_mail(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    async with mail_server(tls=server, auth=True) as room:
        address = SmtpAddress("127.0.0.1", room.port, user=USER, password=PASSWORD)
        adapter = mail_adapter(SmtpServer(address, tls_context=client))
        await sent(adapter, "token")
        await adapter.close()
    assert (room.tls, room.users) == ([True], [USER])


async def test_a_password_never_goes_to_a_server_without_starttls() -> None:
    async with mail_server() as room:
        adapter = mail_adapter(at_port(room.port, user=USER, password=PASSWORD))
        assert await failure(adapter, "token") == (False, False)
        await adapter.close()
    assert (room.users, room.mails) == ([], [])


async def test_a_wrong_password_is_the_operators_to_mend_and_nobodys_subscription_ends(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    async with mail_server(tls=server, auth=True) as room:
        address = SmtpAddress("127.0.0.1", room.port, user=USER, password="wrong")
        adapter = mail_adapter(SmtpServer(address, tls_context=client))
        with pytest.raises(DeliveryError, match="PAPERBOY_SMTP_URL") as failed:
            await adapter.send(ADAS, HELLO, "token")
        await adapter.close()
    assert not failed.value.permanent


async def test_a_certificate_that_nobody_signed_is_not_trusted(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path)
    async with mail_server(tls=server) as room:
        address = SmtpAddress("127.0.0.1", room.port, user=USER, password=PASSWORD)
        adapter = mail_adapter(SmtpServer(address))
        assert await failure(adapter, "token") == (False, False)
        await adapter.close()
    assert room.mails == []


async def test_a_server_on_this_machine_may_have_a_certificate_of_its_own_making(tmp_path: Path) -> None:
    """As the mail server of a Debian has; there is no password that somebody could catch."""
    server, _ = certificate(tmp_path)
    async with mail_server(tls=server) as room:
        adapter = mail_adapter(at_port(room.port))
        await sent(adapter, "token")
        await adapter.close()
    assert room.tls == [True]


async def test_an_answer_that_comes_too_late_is_taken_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "ACCEPT_S", 0.2)
    async with mail_server(Mailroom(slow_s=0.6)) as room:
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "late") == (False, True)
        room.slow_s = 0
        await sent(adapter, "next")
        await adapter.close()
    assert room.connections == 2
    assert [mail["Message-ID"] for mail in room.parsed] == ["<next@paperboy.test>"]


@pytest.mark.parametrize("reply", ["451 4.7.1 Greylisted, come back", "452 4.2.2 Mailbox full", "421 4.3.0 Too busy"])
async def test_what_a_server_puts_off_is_tried_again_and_arrives_once(reply: str) -> None:
    async with mail_server(Mailroom(recipient=[reply])) as room:
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "token") == (False, False)
        await sent(adapter, "token")
        await adapter.close()
    assert len(room.mails) == 1


@pytest.mark.parametrize(
    ("where", "reply"),
    [
        *(("recipient", reply) for reply in ("550 5.1.1 No such user", "550 Unknown", "552 5.2.2 Over quota")),
        *(("content", reply) for reply in ("550 5.1.1 No such user", "552 5.2.2 Over quota")),
    ],
)
async def test_a_mailbox_that_takes_nothing_is_permanent_and_the_next_mail_goes_on(where: str, reply: str) -> None:
    async with mail_server(Mailroom(**{where: [reply]})) as room:  # type: ignore[arg-type]
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "token-1") == (True, False)
        await sent(adapter, "token-2")
        await adapter.close()
    assert room.connections == 1
    assert [mail["Message-ID"] for mail in room.parsed] == ["<token-2@paperboy.test>"]


@pytest.mark.parametrize(
    ("where", "reply"),
    [
        ("content", "554 5.7.1 Looks like spam"),
        ("content", "550 5.7.26 Not authenticated"),
        ("content", "552 Too much"),
        ("content", "550 Message rejected as spam by our filter"),
        ("recipient", "554 Your host 5.2.33.4 is listed"),
        ("recipient", "554 5.7.1 Your host 5.1.33.4 is listed"),
    ],
)
async def test_a_policy_of_the_server_ends_nobodys_subscription(where: str, reply: str) -> None:
    async with mail_server(Mailroom(**{where: [reply]})) as room:  # type: ignore[arg-type]
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "token") == (False, False)
        await adapter.close()


async def test_a_connection_that_drops_before_the_mail_is_tried_again() -> None:
    async with mail_server(Mailroom(recipient=["drop"])) as room:
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "token") == (False, False)
        await sent(adapter, "token")
        await adapter.close()
    assert (room.connections, len(room.mails)) == (2, 1)


async def test_a_connection_that_drops_after_the_mail_leaves_it_unknown() -> None:
    async with mail_server(Mailroom(content=["drop"])) as room:
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "token") == (False, True)
        with pytest.raises(LookUpUnsupportedError):
            await adapter.look_up(ADAS, "token", NOON)
        await sent(adapter, "other")
        await adapter.close()
    assert len(room.mails) == 2


async def test_a_slow_server_is_listened_to_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_module, "ANSWER_S", 0.2)
    async with mail_server(Mailroom(slow_s=0.8)) as room:
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "token") == (False, True)
        with pytest.raises(DeliveryError, match="has not said yet"):
            await adapter.look_up(ADAS, "token", NOON)
        with pytest.raises(DeliveryError, match="does not answer"):
            await adapter.send(ADAS, HELLO, "waits behind it")
        await asyncio.sleep(0.8)
        receipt = await adapter.look_up(ADAS, "token", NOON)
        await adapter.close()
    assert receipt is not None
    assert [mail["Message-ID"] for mail in room.parsed] == [receipt.message_id]


async def test_a_slow_refusal_is_known_when_it_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_module, "ANSWER_S", 0.1)
    async with mail_server(Mailroom(slow_s=0.3, content=["451 later", "550 5.1.1 nobody"])) as room:
        adapter = mail_adapter(at_port(room.port))
        assert await failure(adapter, "one") == (False, True)
        await asyncio.sleep(0.5)
        assert await adapter.look_up(ADAS, "one", NOON) is None
        assert await failure(adapter, "two") == (False, True)
        await asyncio.sleep(0.5)
        with pytest.raises(DeliveryError) as failed:
            await adapter.look_up(ADAS, "two", NOON)
        await adapter.close()
    assert failed.value.permanent
    assert room.mails == []


async def test_a_server_that_is_away_is_tried_again() -> None:
    async with mail_server() as room:
        port = room.port
    adapter = mail_adapter(at_port(port))
    assert await failure(adapter, "token") == (False, False)
    await adapter.close()


async def test_closing_waits_for_what_is_under_way() -> None:
    async with mail_server(Mailroom(slow_s=0.3)) as room:
        adapter = mail_adapter(at_port(room.port))
        sending = asyncio.create_task(sent(adapter, "token"))
        await asyncio.sleep(0.1)
        await adapter.close()
        await sending
    assert len(room.mails) == 1


async def test_a_line_of_an_address_is_no_address() -> None:
    async with mail_server() as room:
        adapter = mail_adapter(at_port(room.port))
        for channel in ("user:ada@example.org\r\nRCPT TO:<eve@x.test>", "user:", "nowhere"):
            with pytest.raises(DeliveryError) as failed:
                await adapter.send(mailbox(channel), HELLO, "token")
            assert failed.value.permanent
        await adapter.close()
    assert room.connections == 0


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://bot:p%40ss@mail.example.org", SmtpAddress("mail.example.org", 587, user="bot", password="p@ss")),
        ("smtps://bot:x@mail.example.org:4650", SmtpAddress("mail.example.org", 4650, True, "bot", "x")),
        ("smtp://localhost:25", SmtpAddress("localhost", 25)),
    ],
)
def test_the_url_of_a_server_says_all(url: str, address: SmtpAddress) -> None:
    assert SmtpAddress.parse(url) == address
    assert "p@ss" not in repr(SmtpAddress.parse(url))


@pytest.mark.parametrize(
    "url",
    [
        *("http://x", "smtp://", "smtp://user@host", "smtp://host/path", "smtp://h:99999"),
        *(f"smtp://bot:s3cret{sign}s3cret@mail.example.org" for sign in "/?#["),
    ],
)
def test_other_urls_are_refused_and_no_piece_of_a_password_is_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        SmtpAddress.parse(url)
    assert "s3cret" not in str(refused.value)
