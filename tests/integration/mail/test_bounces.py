"""Mails that come back: counted once each, and only if they were ours; three of them stop the address."""

import quopri
from base64 import b64encode
from datetime import timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mail.bounces import Bounce, read_bounces
from adapters.mail.outbound import mail_bytes
from bot.domain.chat import Message, Text
from bot.domain.delivery import DeliveryKind
from bot.domain.mail_address import parse_mail_address
from bot.usecases.record_bounce import record_bounce
from tests.factories import NOON
from tests.integration.delivery_world import Post, open_post
from tests.integration.mail.test_subscribing import order_of
from tests.integration.mail.visitor import ADA_BY_MAIL, ADDRESS, Visitor
from tests.integration.world import BEN
from tests.mail_parts import SENDER, Links


def notification(
    token: str = "token-1", action: str = "failed", status: str = "5.1.1", returned: str = "rfc822"
) -> bytes:
    """What a mail server writes back, as RFC 3464 has it."""
    sent = mail_bytes(Message((Text("Your papers"),)), SENDER, ADDRESS, token, NOON, Links())
    head = sent if returned == "rfc822" else sent.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    kind = "message/rfc822" if returned == "rfc822" else "text/rfc822-headers"
    report = (
        "From: MAILER-DAEMON@mx.test\r\nTo: papers@paperboy.test\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; forwarded@elsewhere.test\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n"
    )
    return report.encode() + head + b"\r\n--b--\r\n"


@pytest.mark.parametrize("returned", ["rfc822", "headers"])
def test_a_failure_names_our_mail_and_address_however_it_was_forwarded(returned: str) -> None:
    assert read_bounces(notification(returned=returned)) == [Bounce(ADDRESS, "token-1", "5.1.1")]


def test_a_failure_after_days_of_trying_is_one() -> None:
    """The status tells why no try went well; the action, that there will be no other."""
    assert read_bounces(notification(status="4.2.2")) == [Bounce(ADDRESS, "token-1", "4.2.2")]


@pytest.mark.parametrize("coding", ["8bit", "base64", "quoted-printable"])
def test_a_notification_in_unicode_is_read_however_it_is_coded(coding: str) -> None:
    """RFC 6533, whose parts may be coded as the older ones may not."""
    fields = (
        "Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: utf-8; ädä@elsewhere.test\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
    ).encode()
    head, _, rest = notification(returned="headers").partition(b"Content-Type: message/delivery-status\r\n\r\n")
    _, _, back = rest.partition(b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n")
    sent, _, _ = back.partition(b"\r\n--b--")
    content = b"".join(
        [
            head,
            coded("message/global-delivery-status", fields, coding),
            b"\r\n--b\r\n",
            coded("message/global-headers", sent, coding),
            b"\r\n--b--\r\n",
        ]
    )
    assert read_bounces(content) == [Bounce(ADDRESS, "token-1", "5.1.1")]


def coded(kind: str, content: bytes, coding: str) -> bytes:
    """A part of a mail."""
    body = {"8bit": content, "base64": b64encode(content), "quoted-printable": quopri.encodestring(content)}[coding]
    return f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {coding}\r\n\r\n".encode() + body


SENT = mail_bytes(Message((Text("Your papers"),)), SENDER, ADDRESS, "token-1", NOON, Links())
QMAIL = (
    b"From: MAILER-DAEMON@mx.test\r\nTo: papers@paperboy.test\r\nSubject: failure notice\r\n\r\n"
    b"Hi. This is the qmail-send program at mx.test.\r\n"
    b"I could not bring your mail to these addresses.\r\n\r\n"
    b"<ada@example.org>:\r\nNo mailbox of that name. (#5.1.1)\r\n\r\n"
    b"--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <papers@paperboy.test>\r\n"
) + SENT


@pytest.mark.parametrize("ending", [b"\r\n", b"\n"])
def test_a_failure_notice_of_qmail_is_read(ending: bytes) -> None:
    assert read_bounces(QMAIL.replace(b"\r\n", ending)) == [Bounce(ADDRESS, "token-1", "5.1.1")]


def test_a_notice_of_qmail_without_a_status_is_a_failure_for_good() -> None:
    assert read_bounces(QMAIL.replace(b" (#5.1.1)", b"")) == [Bounce(ADDRESS, "token-1", "5.0.0")]


def test_what_is_no_failure_for_good_is_none() -> None:
    letter = EmailMessage()
    letter.set_content("I am away until Monday. 5.1.1 <token-1@paperboy.test>")
    for content in (
        notification(action="delayed", status="4.4.1"),
        notification(action="delivered", status="2.0.0"),
        notification(status="2.0.0"),
        QMAIL.partition(b"--- Below this line")[0],
        QMAIL.replace(b"<ada@example.org>:", b"Nobody:"),
        letter.as_bytes(),
        QMAIL.replace(b"the qmail-send program", b"somebody else"),
        b"",
        b"\xff\x00 nothing",
        notification().partition(b"--b\r\nContent-Type: message/rfc822")[0],
        notification().replace(b"Message-ID", b"X-Message"),
    ):
        assert read_bounces(content) == []


DEEP = 3_000
HOSTILE = (
    b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * DEEP,
    b"".join(b'Content-Type: multipart/report; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(DEEP)),
    notification().replace(b"To: <", b"To: " + b"(" * DEEP + b"<"),
    *(notification().replace(b"To: <ada@example.org>", b"To: " + to) for to in (b"<", b'"', b"@,", b"\xff <>")),
    *(notification().replace(b"<token-1@", token) for token in (b"<", b"[", b"", b"\xff")),
)


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_what_somebody_made_up_is_none(content: bytes) -> None:
    assert read_bounces(content) == []


@given(st.data())
def test_nothing_that_is_done_to_a_notification_breaks_its_reading(data: st.DataObject) -> None:
    content = bytearray(notification(returned=data.draw(st.sampled_from(["rfc822", "headers"]))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, min(len(content), 2_000)))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.sampled_from(SIGNS))
    for bounce in read_bounces(bytes(content)):
        assert parse_mail_address(bounce.address) == bounce.address
        assert bounce.status.startswith(("4.", "5."))


SIGNS = [
    sign.encode("latin-1") for sign in ("", *'<>"();=?*@[],\\:\0\xff', "\r\n", "\r\n\r\n", "--b\r\n", "=?x?q?", "''%")
]


def test_a_gmail_like_notification_with_pictures_beside_its_words_is_read() -> None:
    plain = b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
    related = (
        b'--b\r\nContent-Type: multipart/related; boundary="r"\r\n\r\n'
        b"--r\r\nContent-Type: text/html\r\n\r\n<b>Sorry</b>\r\n"
        b"--r\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--r--\r\n"
    )
    content = notification(status="5.1.1 (bad mailbox)").replace(plain, related)
    assert content != notification()
    assert read_bounces(content) == [Bounce(ADDRESS, "token-1", "5.1.1")]


@pytest.fixture
def post(visitor: Visitor) -> Post:
    return open_post(visitor.world)


async def brought(post: Post, visitor: Visitor, days: int) -> list[str]:
    """The tokens of as many digests, one a day."""
    tokens = []
    for _ in range(days):
        await post.deliver()
        delivery = await post.last(await post.person(ADA_BY_MAIL))
        tokens += [part.token for part in delivery.parts]
        post.world.later(days=1)
    return tokens


async def test_three_mails_that_came_back_stop_the_address_and_the_person_hears_of_it_elsewhere(
    visitor: Visitor, post: Post
) -> None:
    await visitor.subscribe(about="interests", interests="diffusion models, recommendation, graphs")
    await visitor.enter()
    days = {f"day-{day}": "on" for day in range(7)}
    await visitor.press("/me/schedule", time="13:00", zone="UTC", n="1", threshold="many", empty="quiet", **days)
    code = (await visitor.world.ask("link", ADA_BY_MAIL))["code"]
    await visitor.world.ask(f"link {code}", BEN)
    post.world.later(hours=2)
    tokens = await brought(post, visitor, 3)
    assert len(tokens) == 3
    context = post.context
    assert await record_bounce(context, ADDRESS, tokens[0], "5.1.1") == "counted"
    assert await record_bounce(context, ADDRESS, tokens[0], "5.1.1") == "counted"
    assert await record_bounce(context, ADDRESS, tokens[1], "5.1.1") == "counted"
    order = await order_of(visitor)
    assert order is not None
    assert not order.is_disabled
    assert await record_bounce(context, ADDRESS, tokens[2], "5.2.1") == "stopped"
    order = await order_of(visitor)
    assert order is not None
    assert order.disabled_reason == "Mails to your address came back again and again (5.2.1)."
    notice = await post.last(await post.person(ADA_BY_MAIL))
    assert (notice.kind, notice.address.platform) == (DeliveryKind.NOTICE, "discord")
    await visitor.enter()
    assert "came back again and again" in visitor.said
    await visitor.press("/me/resume")
    order = await order_of(visitor)
    assert order is not None
    assert not order.is_disabled


async def test_a_bounce_of_a_mail_that_was_never_sent_there_changes_nothing(visitor: Visitor, post: Post) -> None:
    """Anybody may write one."""
    await visitor.subscribe()
    for address, token in ((ADDRESS, "made-up"), ("nobody@example.org", "made-up")):
        assert await record_bounce(post.context, address, token, "5.1.1") == "unknown"


async def test_bounces_of_long_ago_do_not_count(visitor: Visitor, post: Post) -> None:
    await visitor.subscribe(about="interests", interests="diffusion models, recommendation")
    await visitor.enter()
    days = {f"day-{day}": "on" for day in range(7)}
    await visitor.press("/me/schedule", time="13:00", zone="UTC", n="1", threshold="many", empty="quiet", **days)
    post.world.later(hours=2)
    tokens = await brought(post, visitor, 3)
    assert await record_bounce(post.context, ADDRESS, tokens[0], "5.1.1") == "counted"
    assert await record_bounce(post.context, ADDRESS, tokens[1], "5.1.1") == "counted"
    post.world.clock.advance(timedelta(days=31))
    assert await record_bounce(post.context, ADDRESS, tokens[2], "5.1.1") == "counted"
