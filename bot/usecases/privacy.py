"""Everything a person can take with them, and its erasure."""

from bot.domain.chat import Json
from bot.domain.paper import PaperKey
from bot.domain.person import Person, PersonId
from bot.usecases.context import Context


async def export_person(context: Context, person: Person) -> dict[str, Json]:
    """All that is stored about a person, as one JSON document."""
    async with context.store.read() as uow:
        interests = await uow.interests.all(person.id)
        feedback = await uow.feedback.log(person.id)
        impressions = await uow.impressions.log(person.id)
        profile = await uow.profiles.find(person.id)
        subscription = await uow.subscriptions.find(person.id)
        keys = {event.paper for event in feedback} | {shown.paper for shown in impressions}
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
            "built_at": profile.built_at.isoformat() if profile else None,
            "queries": [
                {
                    "kind": query.kind.value,
                    "label": query.label,
                    "scale": query.scale,
                    "paper": query.paper,
                    "terms": dict(zip(query.terms, query.weights, strict=True)),
                }
                for query in (profile.queries if profile else ())
            ],
        },
        "subscription": {
            "days": list(subscription.days),
            "time": subscription.local_time.isoformat(),
            "zone": subscription.zone,
            "size": subscription.size,
        }
        if subscription
        else None,
    }


async def forget_person(context: Context, person_id: PersonId) -> None:
    """Erase the person whole, logs and learned weights included."""
    async with context.store.write() as uow:
        await uow.people.erase(person_id)
