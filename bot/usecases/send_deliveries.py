"""Send deliveries: claimed from the ledger and brought part by part, every step written down before and after it.

Nothing is asked of a platform that the ledger does not know of; where no answer came, it is looked up before anything
is sent a second time (bot.usecases.resolve_unknown).
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.chat import Message, Receipt
from bot.domain.delivery import Delivery, DeliveryKind, SkipReason
from bot.domain.limits import limits_of
from bot.domain.paper import PaperKey
from bot.domain.person import PersonId
from bot.domain.subscription import Subscription
from bot.messages.digest import DigestForm, channel_notice, disabled_notice
from bot.ports import ChatAdapter, DeliveryError, RateLimiter
from bot.usecases.compose_digest import choose_digest, digest_of
from bot.usecases.compose_digests import still_wanted
from bot.usecases.context import Context
from bot.usecases.delivery_record import DeliveryRecord, LostClaimError
from bot.usecases.digest_parts import parts_of
from bot.usecases.recommend import TRIES

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sender:
    """Brings deliveries to the platforms of `adapters`; with `only`, those of one person alone. Any number of senders
    may work at the same ledger."""

    context: Context
    adapters: Mapping[str, ChatAdapter]
    limiter: RateLimiter
    record: DeliveryRecord
    only: PersonId | None = None

    async def claim(self, limit: int) -> list[Delivery]:
        """Take what is due next; it is ours until its lease ends."""
        now = self.context.clock.now()
        async with self.context.store.write() as uow:
            until = now + self.record.patience.lease
            return await uow.deliveries.claim(list(self.adapters), now, until, limit, only=self.only)

    async def bring(self, delivery: Delivery) -> None:
        """Bring a claimed delivery as far as it goes now; how far that was is written down. Raises StoreError where
        the store stays away: then the lease says that it was being sent."""
        try:
            async with self.context.store.read() as uow:
                found = await uow.subscriptions.find_many([delivery.subscription_id])
            if delivery.subscription_id not in found:
                return  # With the subscription went its ledger.
            await self._bring(delivery, found[delivery.subscription_id])
        except LostClaimError:
            return

    async def _bring(self, delivery: Delivery, subscription: Subscription) -> None:
        now = self.context.clock.now()
        begun = any(part.is_sent for part in delivery.parts)
        if delivery.kind is DeliveryKind.NOTICE:
            await self._notify(delivery, subscription)
        elif now - delivery.due_at > self.record.patience.give_up:
            await self._too_late(delivery)
        elif not begun and (reason := still_wanted(delivery, subscription, now)) is not None:
            await self.record.skipped(delivery, reason)
        elif delivery.entries:
            digest = await digest_of(self.context, subscription, delivery.entries)
            form: DigestForm = "one" if len(delivery.parts) == 1 else "cards"
            await self._bring_parts(delivery, await parts_of(self.context, delivery, subscription, digest, form))
        else:
            await self._begin(delivery, subscription)

    async def _notify(self, delivery: Delivery, subscription: Subscription) -> None:
        """It waits as long as the surface is away: what it says is true until the person starts the digests again."""
        if subscription.is_disabled:
            await self._begin(delivery, subscription)
        else:
            await self.record.skipped(delivery, SkipReason.RESUMED)

    async def _too_late(self, delivery: Delivery) -> None:
        if delivery.attempts > 1:
            await self.record.failed(delivery, f"given up a day after its time: {delivery.reason}")
        else:
            await self.record.skipped(delivery, SkipReason.MISSED)

    async def _begin(self, delivery: Delivery, subscription: Subscription) -> None:
        """Choose what it shows, and bring that."""
        for _ in range(TRIES):
            keys: list[PaperKey] = []
            if delivery.kind is DeliveryKind.NOTICE:
                messages = [await self._notice(subscription)]
            else:
                digest = await choose_digest(self.context, subscription)
                if digest.reason is not None and not subscription.tell_empty:
                    await self.record.skipped(delivery, digest.reason)
                    return
                form = self.adapters[delivery.address.platform].digest_form
                messages = await parts_of(self.context, delivery, subscription, digest, form)
                keys = [entry.paper.stored_key for entry in digest.ranking.entries]
            await self._wait_in_hand(delivery)
            started = await self.record.begin(delivery, keys, len(messages))
            if started is not None:
                await self._bring_parts(started, messages)
                return
        await self.record.retry(delivery, "other papers were shown meanwhile, again and again")

    async def _notice(self, subscription: Subscription) -> Message:
        """To the person, or of a channel to the operator, wherever that is. Raises LostClaimError."""
        async with self.context.store.read() as uow:
            try:
                person = await uow.people.get(subscription.person_id)
            except LookupError:
                raise LostClaimError from None
        told = channel_notice if person.is_channel else disabled_notice
        return told(subscription.address, subscription.disabled_reason)

    async def _bring_parts(self, delivery: Delivery, messages: Sequence[Message]) -> None:
        while (at := delivery.next_part) is not None:
            if not delivery.parts[at].is_open:
                await self._wait_in_hand(delivery)
                delivery = await self.record.attempt(delivery, at)
            try:
                receipt = await self._send(delivery, at, messages[at])
            except DeliveryError as error:
                await self._trouble(delivery, error)
                return
            delivery = await self.record.arrived(delivery, at, receipt)

    async def wait(self, delivery: Delivery) -> None:
        """Until the limits of its place allow a request."""
        for limit in limits_of(delivery.address):
            await self.limiter.wait(limit)

    async def _wait_in_hand(self, delivery: Delivery) -> None:
        """`wait` for what we are sending: it stays ours, however long that is. Raises LostClaimError."""
        waiting = asyncio.ensure_future(self.wait(delivery))
        try:
            while not (await asyncio.wait({waiting}, timeout=self.record.patience.lease.total_seconds() / 3))[0]:
                await self.record.held(delivery)
            await waiting
        finally:
            waiting.cancel()

    async def _send(self, delivery: Delivery, at: int, message: Message) -> Receipt:
        adapter = self.adapters[delivery.address.platform]
        token, thread = delivery.parts[at].token, delivery.thread_of(at)
        return await self.answered(adapter.send(delivery.address, message, token, thread=thread))

    async def answered(self, request: Awaitable[_T]) -> _T:
        """What a platform answers. Raises DeliveryError, also where it takes too long."""
        patience = self.record.patience.request.total_seconds()
        try:
            async with asyncio.timeout(patience):
                return await request
        except TimeoutError:
            raise DeliveryError(f"no answer within {patience:.0f} s", unknown=True) from None

    async def _trouble(self, delivery: Delivery, error: DeliveryError) -> None:
        if error.unknown:
            await self.record.unknown(delivery, str(error))
        elif error.permanent:
            await self.record.refused(delivery, str(error))
        else:
            await self.record.retry(delivery, str(error), error.retry_after_s)
