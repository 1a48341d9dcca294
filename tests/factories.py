"""Values for tests: sensible by default, every field open to change."""

from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import count

from bot.domain.chat import Address
from bot.domain.delivery import PlannedDelivery
from bot.domain.listing import ListingHead
from bot.domain.paper import Paper, PaperId
from bot.domain.person import Account, PersonId
from bot.domain.profile import Interest, InterestKind, PartKind, Profile, ProfileQuery
from bot.domain.subscription import Subscription

NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
"""A Monday noon: the moment that tests live in unless they say otherwise."""

_numbers = count(1)


def make_paper(**changes: object) -> Paper:
    """An arXiv paper as a feed tells it, with an id and a title of its own (up to 99,999 of them)."""
    number = next(_numbers) % 100_000
    paper = Paper(
        id=PaperId(f"arXiv:2603.{number:05d}"),
        title=f"Sparse retrieval of scientific papers, study {number}",
        abstract=f"We study how readers find papers. In experiment {number} lexical matching holds its own.",
        authors=("Ada Lovelace", "Alan Turing"),
        categories=("cs.IR", "cs.LG"),
        version=1,
        year=2026,
        announced_at=NOON,
        source="arxiv",
    )
    return replace(paper, **changes)  # type: ignore[arg-type]


def make_account(**changes: str) -> Account:
    account = Account(platform="discord", user=str(next(_numbers)))
    return replace(account, **changes)


def make_address(**changes: str) -> Address:
    return replace(Address(platform="discord", channel="general"), **changes)


def make_interest(text: str = "sparse retrieval", kind: InterestKind = InterestKind.TEXT) -> Interest:
    return Interest(kind, text, NOON)


def make_profile(person_id: PersonId, **changes: object) -> Profile:
    query = ProfileQuery(PartKind.INTEREST, "sparse retrieval", ("spars", "retriev"), (1.0, 0.5), scale=2.0)
    profile = Profile(person_id, NOON, (query,), muted=(("blockchain",),), mute_labels=("blockchain",))
    return replace(profile, **changes)  # type: ignore[arg-type]


def make_subscription(person_id: PersonId, **changes: object) -> Subscription:
    subscription = Subscription(person_id, (0, 1, 2, 3, 4), time(8, 30), "Europe/Berlin", 5, NOON)
    return replace(subscription, **changes)  # type: ignore[arg-type]


def make_planned(subscription: Subscription, **changes: object) -> PlannedDelivery:
    """A digest of a stored subscription that is due at NOON, to the general channel unless it has an address."""
    address = subscription.address if subscription.address.platform else make_address()
    planned = PlannedDelivery(subscription.id, subscription.person_id, NOON.date(), NOON, address)
    return replace(planned, **changes)  # type: ignore[arg-type]


def make_listing_head(**changes: object) -> ListingHead:
    return replace(ListingHead("trending", NOON.date(), "Paperboy"), **changes)  # type: ignore[arg-type]
