"""What becomes of a delivery, written down: every step of the way from a claim to its end.

Each step is one transaction and compare-and-set. One that comes too late, because the lease ran out and somebody else
has the delivery, changes nothing and raises LostClaimError.
"""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.chat import Address, Receipt
from bot.domain.delivery import (
    DIGEST_SURFACE,
    INSTALLATION,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryPart,
    DeliveryState,
    SkipReason,
)
from bot.domain.feedback import Impression
from bot.domain.paper import PaperKey
from bot.domain.schedule import CATCH_UP
from bot.ports import StoreError, UnitOfWork
from bot.usecases.compose_digest import digest_asked
from bot.usecases.context import Context
from bot.usecases.notify_disabled import disable_and_notify

_T = TypeVar("_T")


class LostClaimError(Exception):
    """The lease of a delivery ran out and somebody else has it, or it is gone."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what. `lease` is longer than a request; a wait for a limit renews it."""

    lease: timedelta = timedelta(minutes=3)
    request: timedelta = timedelta(seconds=30)
    grace: timedelta = timedelta(seconds=30)
    """From a request without an answer to asking whether it arrived: the platform may still be at it."""
    first_retry: timedelta = timedelta(seconds=15)
    longest_retry: timedelta = timedelta(hours=1)
    give_up: timedelta = CATCH_UP
    """From the due time of a delivery to its end, whatever became of it."""
    notices: int = 36
    """Claims of a notice, which has no time to miss: about a day of them."""
    store: timedelta = timedelta(seconds=1)
    """Between two tries to write down what happened while the store is away."""


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """Writes steps down. `random` gives numbers from 0 to 1, by which retries are spread; `operator` hears of a channel
    that takes nothing any more."""

    context: Context
    patience: Patience
    random: Callable[[], float]
    operator: Address | None = None

    async def begin(self, delivery: Delivery, entries: Sequence[PaperKey], parts: int) -> Delivery | None:
        """Fix what a delivery shows and the tokens of its parts; the first of them is about to be asked for. None, and
        nothing is fixed, if some of it was shown to the person since it was chosen: a paper comes once."""
        now = self.context.clock.now()

        async def work(uow: UnitOfWork) -> Delivery | None:
            if not delivery.entries and entries:
                if not await uow.people.hold(delivery.person_id):
                    raise LostClaimError
                if not (await uow.impressions.seen(delivery.person_id)).isdisjoint(entries):
                    return None
            name = await _installation(uow)
            tokens = [DeliveryPart(token_of(name, delivery.id, at)) for at in range(parts)]
            begun = replace(
                delivery,
                entries=tuple(entries),
                parts=(replace(tokens[0], attempted_at=now), *tokens[1:]),
                lease_until=now + self.patience.lease,
            )
            await uow.deliveries.start(begun)
            return _ours(begun, await uow.deliveries.save_parts(begun, now))

        return await self._written(delivery, work)

    async def held(self, delivery: Delivery) -> None:
        """We still have it, though nothing was asked for meanwhile."""
        now = self.context.clock.now()
        held = replace(delivery, lease_until=now + self.patience.lease)

        async def work(uow: UnitOfWork) -> None:
            _ours(held, await uow.deliveries.save_parts(held, now))

        await self._written(delivery, work)

    async def attempt(self, delivery: Delivery, at: int) -> Delivery:
        """Another part is about to be asked for."""
        now = self.context.clock.now()
        part = replace(delivery.parts[at], attempted_at=now)
        tried = replace(delivery.with_part(at, part), lease_until=now + self.patience.lease)

        async def work(uow: UnitOfWork) -> Delivery:
            return _ours(tried, await uow.deliveries.save_parts(tried, now))

        return await self._written(delivery, work)

    async def arrived(self, delivery: Delivery, at: int, receipt: Receipt) -> Delivery:
        """A part is there; with the last one the delivery is sent."""
        done = delivery.with_part(at, replace(delivery.parts[at], message_id=receipt.message_id))
        now = self.context.clock.now()

        async def work(uow: UnitOfWork) -> Delivery:
            if done.next_part is None:
                await self._end(uow, done, DeliveryState.SENT, "", now)
            elif delivery.state is DeliveryState.UNKNOWN:
                _ours(done, await uow.deliveries.finish(done, DeliveryState.RETRY, now, retry_at=now))
            else:
                _ours(done, await uow.deliveries.save_parts(done, now))
            if at == 0:
                await self._remember_list(uow, done)
            return done

        return await self._written(delivery, work)

    async def retry(self, delivery: Delivery, reason: str, after_s: float | None = None) -> None:
        """It did not arrive, surely: another time, or not at all a day after its time."""
        now = self.context.clock.now()
        wait = timedelta(seconds=after_s) if after_s is not None else self._backoff(delivery.attempts)
        if self._is_over(delivery, now + wait):
            await self.failed(delivery, f"given up a day after its time: {reason}")
            return
        clean = _without_open(delivery)

        async def work(uow: UnitOfWork) -> None:
            state = DeliveryState.RETRY
            _ours(clean, await uow.deliveries.finish(clean, state, now, reason=reason, retry_at=now + wait))

        await self._written(delivery, work)

    async def unknown(self, delivery: Delivery, reason: str, after_s: float | None = None) -> None:
        """It may have arrived: it is looked up after a while, which the platform may ask to be longer, or left as it is
        a day after its time."""
        now = self.context.clock.now()
        if self._is_over(delivery, now):
            await self.left_unknown(delivery, reason)
            return

        async def work(uow: UnitOfWork) -> None:
            at = now + max(self.patience.grace, timedelta(seconds=after_s or 0))
            state = DeliveryState.UNKNOWN
            _ours(delivery, await uow.deliveries.finish(delivery, state, now, reason=reason, retry_at=at))
            if delivery.next_part == 0:
                # The person may have it before them.
                await self._remember_list(uow, delivery)

        await self._written(delivery, work)

    async def left_unknown(self, delivery: Delivery, reason: str) -> None:
        """Nobody can tell whether it arrived: it is not sent again, and its papers count as shown."""
        await self._ended(delivery, DeliveryState.UNKNOWN, reason)

    async def failed(self, delivery: Delivery, reason: str) -> None:
        """It will not arrive. The parts that did count as shown."""
        await self._ended(_without_open(delivery), DeliveryState.FAILED, reason)

    async def refused(self, delivery: Delivery, reason: str) -> None:
        """The place takes nothing any more: the subscription stops, unless it has left that place, and the person is
        told elsewhere; of a channel the operator is."""

        async def work(uow: UnitOfWork) -> None:
            now = self.context.clock.now()
            # Before its deliveries, as whoever plans, changes or stops it does: so none of them block each other.
            subscription = await uow.subscriptions.hold(delivery.person_id)
            await self._end(uow, _without_open(delivery), DeliveryState.FAILED, reason, now)
            if subscription is not None and subscription.address == delivery.address:
                await disable_and_notify(uow, delivery, reason, now, self.operator)

        await self._written(delivery, work)

    async def skipped(self, delivery: Delivery, reason: SkipReason) -> None:
        await self._ended(delivery, DeliveryState.SKIPPED, reason.value)

    async def _ended(self, delivery: Delivery, state: DeliveryState, reason: str) -> None:
        async def work(uow: UnitOfWork) -> None:
            await self._end(uow, delivery, state, reason, self.context.clock.now())

        await self._written(delivery, work)

    async def _end(self, uow: UnitOfWork, delivery: Delivery, state: DeliveryState, reason: str, now: datetime) -> None:
        _ours(delivery, await uow.deliveries.finish(delivery, state, now, reason=reason))
        await uow.impressions.append(
            [Impression(delivery.person_id, key, rank, now, DIGEST_SURFACE) for rank, key in shown_entries(delivery)]
        )

    async def _remember_list(self, uow: UnitOfWork, delivery: Delivery) -> None:
        """From now on numbers at this place refer to the digest."""
        papers = await uow.papers.by_keys(delivery.entries)
        if not papers:
            return
        subscription = await uow.subscriptions.find(delivery.person_id)
        asked = await digest_asked(self.context, uow, delivery.person_id, subscription)
        shown = [papers[key].id for key in delivery.entries if key in papers]
        await uow.state.put_list(delivery.address, delivery.person_id, shown, asked.to_json())

    def _is_over(self, delivery: Delivery, at: datetime) -> bool:
        """Whether it is too late for another try then. What a notice says is true however late it comes."""
        if delivery.kind is DeliveryKind.NOTICE:
            return delivery.attempts >= self.patience.notices
        return at - delivery.due_at > self.patience.give_up

    def _backoff(self, attempts: int) -> timedelta:
        """Twice as long after each attempt, of which a random half is left out, so that not all come back at once."""
        doubled = self.patience.first_retry * (1 << min(max(attempts - 1, 0), 20))
        return min(self.patience.longest_retry, doubled) * (0.5 + self.random() / 2)

    async def _written(self, delivery: Delivery, work: Callable[[UnitOfWork], Awaitable[_T]]) -> _T:
        """While the store is away, go on trying until the lease ends: an answer that is not written down is one that
        must be asked for again."""
        while True:
            try:
                async with self.context.store.write() as uow:
                    return await work(uow)
            except StoreError:
                if delivery.lease_until is None or self.context.clock.now() >= delivery.lease_until:
                    raise
            await self.context.clock.sleep(self.patience.store.total_seconds())


def shown_entries(delivery: Delivery) -> list[tuple[int, PaperKey]]:
    """(place from 1, paper) of what the parts that arrived, or may have arrived, show."""
    there = [part.is_sent or part.is_open for part in delivery.parts]
    if len(there) <= 1:
        there = there * (1 + len(delivery.entries))
    placed = enumerate(delivery.entries, start=1)
    return [(rank, key) for rank, key in placed if rank < len(there) and there[rank]]


def token_of(name: str, delivery_id: DeliveryId, part: int) -> str:
    """24 characters by which a message is known to the platform; the same again for the same part."""
    digest = hashlib.blake2b(f"{name}/{delivery_id}/{part}".encode(), digest_size=15).digest()
    return base64.b32encode(digest).decode().lower()


async def _installation(uow: UnitOfWork) -> str:
    """This installation's name: two of them must not think of each other's messages as their own."""
    name = await uow.state.get_value(INSTALLATION)
    if name is None:
        name = secrets.token_hex(8)
        await uow.state.put_value(INSTALLATION, name)
    return name


def _without_open(delivery: Delivery) -> Delivery:
    parts = tuple(replace(part, attempted_at=None) if part.is_open else part for part in delivery.parts)
    return replace(delivery, parts=parts)


def _ours(delivery: Delivery, changed: bool) -> Delivery:
    if not changed:
        raise LostClaimError
    return delivery
