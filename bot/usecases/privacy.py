"""Everything a person can take with them, and its erasure."""

from datetime import date

from bot.domain.chat import Json
from bot.domain.paper import PaperKey
from bot.domain.person import Person, PersonId
from bot.domain.subscription import Subscription
from bot.ranking.score_history import Histories
from bot.usecases.context import Context
from bot.usecases.profile_of import profile_of

ALL = 1_000_000
"""More deliveries than anybody has: all of them."""


async def export_person(context: Context, person: Person) -> dict[str, Json]:
    """All that is stored about a person, as one JSON document."""
    async with context.store.read() as uow:
        interests = await uow.interests.all(person.id)
        feedback = await uow.feedback.log(person.id)
        impressions = await uow.impressions.log(person.id)
        profile = await profile_of(context, uow, person.id)
        subscription = await uow.subscriptions.find(person.id)
        deliveries = await uow.deliveries.log(person.id, ALL)
        bounces = await uow.mailboxes.bounces(person.id)
        feed = await uow.mailboxes.feed_of(person.id)
        submitted = await uow.submissions.of_person(person.id)
        scored = (await uow.score_histories.of([person.id])).get(person.id, b"")
        keys = {event.paper for event in feedback} | {shown.paper for shown in impressions}
        keys |= {submission.paper for submission in submitted}
        keys |= {key for delivery in deliveries for key in (*delivery.entries, *delivery.shortlist)}
        papers = await uow.papers.by_keys(sorted(keys))

    def named(key: PaperKey) -> dict[str, Json]:
        paper = papers.get(key)
        return {"paper": paper.id, "title": paper.title} if paper else {"paper": None}

    return {
        "exported_at": context.clock.now().isoformat(),
        "since": person.created_at.isoformat(),
        "accounts": [
            {"platform": account.platform, "workspace": account.workspace, "user": account.user, "kind": account.kind}
            for account in person.accounts
        ],
        "interests": [
            {"kind": interest.kind.value, "text": interest.text, "added_at": interest.added_at.isoformat()}
            for interest in interests
        ],
        "feedback": [
            {
                **named(event.paper),
                "reaction": event.reaction.value,
                "active": event.active,
                "at": event.at.isoformat(),
                "surface": event.surface,
            }
            for event in feedback
        ],
        "shown": [
            {**named(s.paper), "position": s.position, "at": s.at.isoformat(), "surface": s.surface}
            for s in impressions
        ],
        "profile": {
            "built_at": profile.built_at.isoformat(),
            "queries": [
                {
                    "kind": query.kind.value,
                    "label": query.label,
                    "scale": query.scale,
                    "paper": query.paper,
                    "terms": dict(zip(query.terms, query.weights, strict=True)),
                }
                for query in profile.queries
            ],
        },
        "scores": [
            {"day": date.fromordinal(day).isoformat(), "best": list(best)} for day, best in Histories([scored]).days(0)
        ],
        "submissions": [{**named(one.paper), "at": one.at.isoformat(), "name": one.name} for one in submitted],
        "feed": feed,
        "bounces": [{"mail": mail, "status": status, "at": at.isoformat()} for mail, status, at in bounces],
        "subscription": _subscription(subscription) if subscription else None,
        "deliveries": [
            {
                "kind": delivery.kind.value,
                "period": delivery.period.isoformat(),
                "due_at": delivery.due_at.isoformat(),
                "platform": delivery.address.platform,
                "channel": delivery.address.channel,
                "workspace": delivery.address.workspace,
                "state": delivery.state.value,
                "reason": delivery.reason,
                "sent_at": _text(delivery.sent_at),
                "papers": [named(key) for key in delivery.entries],
                "shortlist": [named(key) for key in delivery.shortlist],
            }
            for delivery in deliveries
        ],
    }


def _subscription(subscription: Subscription) -> dict[str, Json]:
    return {
        "days": list(subscription.days),
        "time": subscription.local_time.isoformat(timespec="minutes"),
        "zone": subscription.zone,
        "size": subscription.size,
        "threshold": subscription.threshold.value,
        "tell_empty": subscription.tell_empty,
        "content": subscription.content.value,
        "platform": subscription.address.platform,
        "channel": subscription.address.channel,
        "workspace": subscription.address.workspace,
        "since": subscription.created_at.isoformat(),
        "paused_until": _text(subscription.paused_until),
        "next_due_at": _text(subscription.next_due_at),
        "disabled_at": _text(subscription.disabled_at),
        "disabled_reason": subscription.disabled_reason,
    }


def _text(at: date | None) -> str | None:
    return at.isoformat() if at else None


async def forget_person(context: Context, person_id: PersonId) -> None:
    """Erase the person whole, logs and learned weights included."""
    async with context.store.write() as uow:
        await uow.people.erase(person_id)
