"""Delivery on both databases, with platforms that behave like real ones: each sentence of the contract."""

import pytest

from bot.domain.chat import Address
from bot.domain.delivery import DeliveryState
from tests.integration.delivery_world import Post, open_post
from tests.integration.world import ADA, World

GENERAL = Address("discord", "general")
CHANNEL = Address("slack", "C1", "T1")
MAILBOX = Address("mail", "ada@example.org")


@pytest.fixture
def post(read: World) -> Post:
    return open_post(read)


async def test_a_digest_is_planned_composed_and_sent_at_its_time_once(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await post.subscribe(ada, GENERAL)
    await post.deliver()
    assert await post.log(ada) == []
    post.world.later(minutes=1)
    for _ in range(3):
        await post.deliver()
    (sent,) = await post.log(ada)
    assert (sent.state, sent.period, len(sent.entries)) == (DeliveryState.SENT, post.now.date(), 2)
    (message,) = post.kept()
    assert message.text.startswith("Your papers for Monday, 16 March")
    post.world.later(days=1)
    await post.deliver()
    assert [one.state for one in await post.log(ada)] == [DeliveryState.SENT, DeliveryState.SENT]
    assert len(post.kept()) == 2
