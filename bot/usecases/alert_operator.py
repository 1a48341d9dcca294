"""Tell the operator that papers do not come in, or that digests do not go out: once a day until it is over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.alert import Alert, AlertKind, Told, is_to_be_told
from bot.domain.chat import Address
from bot.domain.delivery import DeliveryState
from bot.messages.alerts import alert_message
from bot.ports import ChatAdapter, DeliveryError
from bot.usecases.catch_up import feed_state
from bot.usecases.context import Context

log = structlog.get_logger()

DAY = timedelta(days=1)

GRACE = timedelta(hours=1)
"""A digest that has been due for less may still be on its way."""

_KEY = "alert:{}"


@dataclass(frozen=True, slots=True)
class OperatorAlerts:
    """Looks whether all is well. `operator` is where to say so if not, None for the log alone; `adapters` are the
    platforms that this process reaches; `patience` is how long a feed may be overdue.

    One process at a time may look: the scheduler calls it while it is the one that asks arXiv.
    """

    context: Context
    adapters: Mapping[str, ChatAdapter]
    operator: Address | None = None
    patience: timedelta = timedelta(hours=12)

    async def look(self) -> list[Alert]:
        """Say what is new about troubles; what was said, whether it arrived or not."""
        now = self.context.clock.now()
        said = []
        for kind, trouble in (
            (AlertKind.FEED, await self._feed(now)),
            (AlertKind.DELIVERIES, await self._deliveries(now)),
        ):
            if (alert := await self._say(kind, trouble, now)) is not None:
                said.append(alert)
        return said

    async def _feed(self, now: datetime) -> Alert | None:
        state = await feed_state(self.context)
        due_every = timedelta(seconds=self.context.sources.poll_every_s)
        since = state.last_read
        if since is not None:
            overdue = now - since > due_every + self.patience
        else:
            since = await self._first_missed(now)
            overdue = now - since > self.patience
        return Alert(AlertKind.FEED, since, state.error) if overdue else None

    async def _first_missed(self, now: datetime) -> datetime:
        """Since when a feed that was never read has been waited for."""
        told = await self._told(AlertKind.FEED)
        if told is None:
            told = Told(now)
            await self._remember(AlertKind.FEED, told)
        return told.since

    async def _deliveries(self, now: datetime) -> Alert | None:
        async with self.context.store.read() as uow:
            last_sent_at = await uow.deliveries.last_sent_at()
            if last_sent_at is not None and now - last_sent_at < DAY:
                return None  # Nearly always, and without counting.
            counts = await uow.deliveries.counts(now - DAY, now - GRACE)
        due = {state: count for state, count in counts.items() if state is not DeliveryState.SKIPPED}
        if not due or DeliveryState.SENT in due:
            return None
        states = ", ".join(f"{count:,} {state.value}" for state, count in sorted(due.items()))
        return Alert(AlertKind.DELIVERIES, last_sent_at or now - DAY, f"Of those due since yesterday: {states}.")

    async def _say(self, kind: AlertKind, trouble: Alert | None, now: datetime) -> Alert | None:
        told = await self._told(kind)
        if trouble is None:
            return await self._clear(kind, told, now)
        if told is not None and not is_to_be_told(told, now):
            return None
        log.warning("operator alert", alert=kind.value, since=trouble.since.isoformat(), reason=trouble.detail)
        arrived = await self._send(trouble)
        await self._remember(kind, Told(trouble.since, now, arrived))
        return trouble

    async def _clear(self, kind: AlertKind, told: Told | None, now: datetime) -> Alert | None:
        """Say that a trouble is over, if anybody heard of it."""
        if told is None or told.tried_at is None:
            return None
        await self._remember(kind, None)
        log.warning("operator alert over", alert=kind.value, since=told.since.isoformat())
        over = Alert(kind, told.since, cleared=True)
        if told.arrived:
            await self._send(over)
        return over

    async def _send(self, alert: Alert) -> bool:
        """Whether there is nobody to tell or the word arrived."""
        if self.operator is None:
            return True
        adapter = self.adapters.get(self.operator.platform)
        if adapter is None:
            log.error("operator not told", platform=self.operator.platform, reason="this process does not serve it")
            return False
        try:
            await adapter.send(self.operator, alert_message(alert), "")
        except DeliveryError as error:
            log.error("operator not told", platform=self.operator.platform, permanent=error.permanent)
            return False
        return True

    async def _told(self, kind: AlertKind) -> Told | None:
        async with self.context.store.read() as uow:
            text = await uow.state.get_value(_KEY.format(kind.value))
        if not text:
            return None
        since, tried_at, arrived = json.loads(text)
        tried = datetime.fromisoformat(tried_at) if tried_at else None
        return Told(datetime.fromisoformat(since), tried, bool(arrived))

    async def _remember(self, kind: AlertKind, told: Told | None) -> None:
        tried_at = told.tried_at.isoformat() if told and told.tried_at else ""
        text = json.dumps([told.since.isoformat(), tried_at, told.arrived]) if told else ""
        async with self.context.store.write() as uow:
            await uow.state.put_value(_KEY.format(kind.value), text)
