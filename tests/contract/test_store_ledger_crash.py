"""A sender that is killed between two states of a delivery leaves a row that says what may be done next."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.delivery import Delivery, DeliveryState, SubscriptionId
from store.engine import open_store
from tests.contract.ledger_steps import HERE, LATER, SOON, composed, subscribe, the_only
from tests.factories import NOON, make_planned

ROOT = Path(__file__).parents[2]

SENDER = """
import asyncio, sys
from dataclasses import replace
from bot.domain.delivery import DeliveryPart, DeliveryState
from store.engine import open_store
from tests.contract.ledger_steps import HERE, SOON
from tests.factories import NOON

async def main(url, last):
    store = await open_store(url)

    async def reached(step):
        if step == last:
            print(step, flush=True)
            await asyncio.Event().wait()

    async with store.write() as uow:
        (delivery,) = await uow.deliveries.claim(HERE, NOON, SOON, 1)
        await reached("claiming")
    await reached("claimed")
    delivery = replace(delivery, parts=(DeliveryPart("t0"), DeliveryPart("t1")))
    async with store.write() as uow:
        assert await uow.deliveries.start(delivery)
    await reached("started")
    for at, token in enumerate(("t0", "t1")):
        delivery = delivery.with_part(at, DeliveryPart(token, NOON))
        async with store.write() as uow:
            assert await uow.deliveries.save_parts(delivery, NOON)
        await reached(f"asked {at}")
        delivery = delivery.with_part(at, DeliveryPart(token, NOON, f"m{at}"))
        async with store.write() as uow:
            assert await uow.deliveries.save_parts(delivery, NOON)
            await reached(f"answering {at}")
        await reached(f"answered {at}")
    async with store.write() as uow:
        assert await uow.deliveries.finish(delivery, DeliveryState.SENT, NOON)
        await reached("finishing")
    await reached("finished")

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("last", "left", "next_part"),
    [
        ("claiming", DeliveryState.COMPOSED, None),
        ("claimed", DeliveryState.RETRY, None),
        ("started", DeliveryState.RETRY, 0),
        ("asked 0", DeliveryState.UNKNOWN, 0),
        ("answering 0", DeliveryState.UNKNOWN, 0),
        ("answered 0", DeliveryState.RETRY, 1),
        ("asked 1", DeliveryState.UNKNOWN, 1),
        ("finishing", DeliveryState.RETRY, None),
        ("finished", DeliveryState.SENT, None),
    ],
)
def test_a_kill_leaves_what_a_sweep_turns_right(
    store_url: str, last: str, left: DeliveryState, next_part: int | None
) -> None:
    asyncio.run(_compose_one(store_url))
    command = [sys.executable, "-c", SENDER, store_url, last]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == f"{last}\n"
        os.kill(sender.pid, signal.SIGKILL)
    swept = asyncio.run(_sweep(store_url))
    assert (swept.state, swept.next_part) == (left, next_part)
    assert swept.attempts == (0 if last == "claiming" else 1)


async def _compose_one(url: str) -> None:
    store = await open_store(url)
    async with store.write() as uow:
        await composed(uow, make_planned(await subscribe(uow)))
    await store.close()


async def _sweep(url: str) -> Delivery:
    """The row after its lease, which others may have now: whoever sends or looks up is given it."""
    store = await open_store(url)
    async with store.write() as uow:
        assert await uow.deliveries.expire(NOON) == 0
        await uow.deliveries.expire(SOON)
    async with store.write() as uow:
        (subscription,) = (await uow.subscriptions.find_many([SubscriptionId(1)])).values()
        swept = await the_only(uow, subscription.person_id)
        sent_on = await uow.deliveries.claim(HERE, SOON, LATER, 9)
        looked_up = await uow.deliveries.unknown(HERE, SOON, LATER, 9)
    await store.close()
    assert bool(sent_on) == (swept.state in {DeliveryState.COMPOSED, DeliveryState.RETRY})
    assert bool(looked_up) == (swept.state is DeliveryState.UNKNOWN)
    return swept
