"""Measure the installation: feeds, ledger, jobs. Whoever shares the database measures the same."""

from datetime import datetime

from bot.domain.measures import Measures
from bot.ports import JobQueue
from bot.usecases.catch_up import feed_state
from bot.usecases.context import Context


async def measure(context: Context, queue: JobQueue) -> Measures:
    now = context.clock.now()

    def age_s(moment: datetime | None) -> float | None:
        return None if moment is None else (now - moment).total_seconds()

    feed = await feed_state(context)
    jobs = await queue.counts()
    async with context.store.read() as uow:
        active, disabled = await uow.subscriptions.count()
        return Measures(
            papers=await uow.papers.count(samples=False),
            feed_age_s=age_s(feed.last_read),
            feed_failing=bool(feed.error),
            active_subscriptions=active,
            disabled_subscriptions=disabled,
            oldest_open_s=age_s(await uow.deliveries.oldest_open()),
            last_sent_s=age_s(await uow.deliveries.last_sent_at()),
            deliveries={state.value: count for state, count in (await uow.deliveries.counts()).items()},
            jobs=jobs,
        )
