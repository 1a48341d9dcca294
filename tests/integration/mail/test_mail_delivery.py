"""Digests by mail through the ledger, at a real SMTP server in every mood: nothing is lost, and nothing comes twice."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.mail import MailAdapter
from adapters.mail import adapter as adapter_module
from bot.domain.delivery import DeliveryState
from bot.domain.person import PersonId
from bot.scheduler import Everybody, SendLoop
from tests.integration.delivery_world import Post, open_post
from tests.integration.world import World
from tests.mail_parts import ADA, ADAS, at_port, mail_adapter, text_of
from tests.mail_peer import Mailroom, mail_server


@pytest.fixture
def post(read: World) -> Post:
    return open_post(read)


@pytest.fixture
async def room() -> AsyncIterator[Mailroom]:
    async with mail_server() as room:
        yield room


@pytest.fixture
async def adapter(room: Mailroom) -> AsyncIterator[MailAdapter]:
    adapter = mail_adapter(at_port(room.port))
    yield adapter
    await adapter.close()


async def turn(post: Post, adapter: MailAdapter) -> None:
    await SendLoop(post.sender(adapters={"mail": adapter})).turn()


async def four_turns(post: Post, adapter: MailAdapter) -> None:
    """With a minute between them, in which what is to be tried again comes due."""
    for _ in range(4):
        await turn(post, adapter)
        post.world.later(minutes=1)


async def ada(post: Post) -> PersonId:
    person = await post.person(ADA, "interests add diffusion models")
    await post.due(person, ADAS)
    return person


async def test_a_digest_comes_as_one_mail_with_its_reasons(post: Post, room: Mailroom, adapter: MailAdapter) -> None:
    person = await ada(post)
    await turn(post, adapter)
    delivery = await post.last(person)
    (mail,) = room.parsed
    assert delivery.state is DeliveryState.SENT
    assert mail["Message-ID"] == f"<{delivery.parts[0].token}@paperboy.test>" == delivery.parts[0].message_id
    assert mail["Subject"].startswith("Your papers for Monday, 16 March: ")
    assert 'your interest "diffusion models"' in text_of(mail)
    await turn(post, adapter)
    assert len(room.mails) == 1


@pytest.mark.parametrize("where", ["recipient", "content"])
@pytest.mark.parametrize(
    "reply", ["451 4.7.1 Greylisted", "452 4.3.1 Disk full", "554 5.7.1 Policy", "421 4.3.2 Later"]
)
async def test_what_is_put_off_comes_once_when_it_may(
    post: Post, room: Mailroom, adapter: MailAdapter, where: str, reply: str
) -> None:
    setattr(room, where, [reply, reply])
    person = await ada(post)
    await four_turns(post, adapter)
    assert (await post.last(person)).state is DeliveryState.SENT
    assert len(room.mails) == 1


async def test_a_connection_that_drops_before_the_mail_loses_nothing(
    post: Post, room: Mailroom, adapter: MailAdapter
) -> None:
    room.recipient = ["drop", "drop"]
    person = await ada(post)
    await four_turns(post, adapter)
    assert (await post.last(person)).state is DeliveryState.SENT
    assert len(room.mails) == 1


async def test_a_connection_that_drops_after_the_mail_doubles_nothing(
    post: Post, room: Mailroom, adapter: MailAdapter
) -> None:
    room.content = ["drop"]
    person = await ada(post)
    await four_turns(post, adapter)
    delivery = await post.last(person)
    assert (delivery.state, delivery.retry_at) == (DeliveryState.UNKNOWN, None)
    assert len(room.mails) == 1


async def test_a_slow_server_is_believed_when_it_answers_at_last(
    post: Post, room: Mailroom, adapter: MailAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter_module, "ANSWER_S", 0.1)
    room.slow_s = 0.5
    person = await ada(post)
    await turn(post, adapter)
    assert (await post.last(person)).state is DeliveryState.UNKNOWN
    await adapter._known[(await post.last(person)).parts[0].token]
    post.world.later(minutes=1)
    await turn(post, adapter)
    assert (await post.last(person)).state is DeliveryState.SENT
    assert len(room.mails) == 1


async def test_a_mailbox_that_is_gone_stops_its_digests(post: Post, room: Mailroom, adapter: MailAdapter) -> None:
    room.recipient = ["550 5.1.1 No such user"]
    person = await ada(post)
    await turn(post, adapter)
    assert (await post.last(person)).state is DeliveryState.FAILED
    async with post.context.store.read() as uow:
        order = await uow.subscriptions.find(person)
    assert order is not None
    assert order.disabled_reason == "The mail server says that this mailbox takes no mail (550)."


async def test_beside_a_chat_everybodys_mails_come_when_they_are_due(
    post: Post, room: Mailroom, adapter: MailAdapter
) -> None:
    """And while nothing is, nobody is kept from writing."""
    person = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(person, ADAS)
    waited: list[str] = []

    async def ready() -> None:
        waited.append("papers")

    beside = Everybody(post.sender(adapters={"mail": adapter}), ready)
    async with post.context.store.write():
        assert await beside.turn() == 2.0
    assert waited == []
    post.world.clock.advance(timedelta(minutes=1))
    await beside.turn()
    assert waited == ["papers"]
    assert (await post.last(person)).state is DeliveryState.SENT
    assert len(room.mails) == 1
