"""Read how the ledger stands."""

from datetime import datetime, timedelta

from bot.domain.ledger_state import LedgerState
from bot.ports import Store


async def ledger_state(store: Store, now: datetime) -> LedgerState:
    async with store.read() as uow:
        active, disabled = await uow.subscriptions.count()
        return LedgerState(
            active=active,
            disabled=disabled,
            deliveries=await uow.deliveries.counts(),
            recent=await uow.deliveries.counts(now - timedelta(days=1)),
            oldest_open=await uow.deliveries.oldest_open(),
            last_sent_at=await uow.deliveries.last_sent_at(),
        )
