"""Status: how many papers, how fresh, what the last look at the feeds said, and where this person stands."""

from datetime import timedelta

from bot.domain.person import PersonId
from bot.domain.status import Status
from bot.usecases.catch_up import feed_state
from bot.usecases.context import Context
from bot.usecases.show_digest import digest_status


async def show_status(context: Context, person_id: PersonId | None = None) -> Status:
    feed = await feed_state(context)
    since = context.clock.now() - timedelta(days=context.fresh_days)
    soon = context.clock.now() + timedelta(days=31)
    years = sorted({context.clock.now().year, soon.year})
    async with context.store.read() as uow:
        index = await context.terms.current(uow)
        return Status(
            papers=await uow.papers.count(samples=False),
            samples=await uow.papers.count(samples=True),
            fresh=index.count_fresh(since),
            fresh_days=context.fresh_days,
            latest_announcement=await uow.papers.latest_announcement(),
            feed=feed,
            categories=context.sources.categories,
            search_behind=await uow.papers.count_changed(context.search.cursor()),
            interests=len(await uow.interests.all(person_id)) if person_id else 0,
            reactions=len(await uow.feedback.reacted(person_id)) if person_id else 0,
            shown=len(await uow.impressions.seen(person_id)) if person_id else 0,
            unknown_years=tuple(year for year in years if not context.sources.calendar.is_known(year)),
            digest=await digest_status(context, uow, person_id) if person_id else None,
        )
