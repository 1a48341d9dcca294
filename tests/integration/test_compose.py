"""Composing for many at once, on both databases: who gets something, and why the others do not."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.domain.chat import Address
from bot.domain.delivery import DeliveryState, SkipReason
from bot.domain.person import Account, PersonId
from bot.domain.subscription import Threshold
from bot.ranking.score_history import LEAST_DAYS
from bot.usecases import compose_digests
from tests.fakes import FakeClock
from tests.integration.delivery_world import Post, open_post
from tests.integration.world import ADA, BEN, CLEO, World, ids, paper

pytestmark = pytest.mark.timeout(900)  # the first test compiles

SATURDAY = datetime.fromisoformat("2026-03-21T12:00+00:00")


@pytest.fixture(params=["few", "many"])
def post(read: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Post:
    """By the ranker one after the other, and by the batch scorer: it must not matter which."""
    if request.param == "many":
        monkeypatch.setattr(compose_digests, "FEW", 0)
        read.context = replace(read.context, compiled=request.getfixturevalue("kernels"))
    return open_post(read)


async def order(post: Post, person: PersonId, **changes: object) -> None:
    await post.subscribe(person, Address("mail", f"{person}@example.org"), **changes)


async def composed(post: Post, *people: PersonId) -> list[tuple[str, str]]:
    """(state, reason) of each person's latest digest, once everything that is due is composed."""
    post.world.later(minutes=1)
    await post.plan()
    await post.compose()
    rows = [await post.last(person) for person in people]
    return [(row.state.value, row.reason) for row in rows]


async def test_each_person_has_their_own_reason_for_an_empty_day(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    ben = await post.person(BEN, "interests add medieval poetry")
    cleo = await post.person(CLEO, "interests add quantum circuits", "recommend 5")
    dora = await post.person(Account("console", "dora"))
    people = (ada, ben, cleo, dora)
    for person in people:
        await order(post, person)
    assert await composed(post, *people) == [
        ("composed", ""),
        ("skipped", SkipReason.NOTHING_CLOSE),
        ("skipped", SkipReason.ALL_SEEN),
        ("skipped", SkipReason.NO_PROFILE),
    ]
    assert (await post.last(ada)).candidates == 12


async def test_without_papers_or_without_fresh_ones_that_is_the_reason(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    post.world.later(days=8)
    await order(post, ada)
    assert await composed(post, ada) == [("skipped", SkipReason.NOTHING_FRESH)]


async def test_on_a_weekend_an_empty_day_is_arxivs(post: Post) -> None:
    ada = await post.person(ADA, "interests add quantum circuits", "recommend 5")
    post.world.clock.advance(SATURDAY - post.now)
    await order(post, ada)
    assert await composed(post, ada) == [("skipped", SkipReason.NOTHING_ANNOUNCED)]


async def test_on_a_weekend_papers_that_are_left_come_all_the_same(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    post.world.clock.advance(SATURDAY - post.now)
    await order(post, ada)
    assert await composed(post, ada) == [("composed", "")]


async def test_who_wants_to_be_told_hears_why_a_day_is_empty(post: Post) -> None:
    ben = await post.person(BEN, "interests add medieval poetry")
    await order(post, ben, tell_empty=True)
    assert await composed(post, ben) == [("composed", SkipReason.NOTHING_CLOSE)]
    await post.turn()
    (told,) = post.kept("mail")
    assert told.text == (
        "No papers for you on Monday, 16 March: nothing was close enough to your interests.\n"
        "arXiv's next papers come on Tuesday, 17 March at 04:00 (UTC)."
    )
    assert (await post.last(ben)).state == DeliveryState.SENT


async def test_a_pause_or_a_stop_after_planning_holds(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    ben = await post.person(BEN, "interests add diffusion models")
    await order(post, ada)
    await order(post, ben)
    post.world.later(minutes=1)
    await post.plan()
    async with post.context.store.write() as uow:
        subscription = await uow.subscriptions.find(ada)
        assert subscription is not None
        await uow.subscriptions.put(replace(subscription, paused_until=post.now.date()))
        assert await uow.subscriptions.remove(ben)
    await post.compose()
    assert [(one.state, one.reason) for one in await post.log(ada)] == [(DeliveryState.SKIPPED, SkipReason.PAUSED)]
    assert await post.log(ben) == []


async def test_what_stayed_uncomposed_for_a_day_was_missed(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await order(post, ada)
    post.world.later(minutes=1)
    await post.plan()
    post.world.later(hours=25)
    await post.compose()
    assert [(one.state, one.reason) for one in await post.log(ada)] == [(DeliveryState.SKIPPED, SkipReason.MISSED)]


async def test_composing_twice_changes_nothing_twice(post: Post) -> None:
    ada = await post.person(ADA, "interests add diffusion models")
    await order(post, ada)
    await composed(post, ada)
    assert await post.compose() == 0


async def test_few_brings_less_than_many_once_there_is_a_history(post: Post) -> None:
    """Days with three papers, all about the interest; one of the last day is the closest."""
    # Other papers, or the words of the interest would grow common meanwhile, and their scores small.
    await post.world.add(*(paper(1_000 + number, f"Field notes {number} on rivers") for number in range(300)))
    few = await post.person(ADA, "interests add diffusion models")
    many = await post.person(BEN, "interests add diffusion models")
    await order(post, few, threshold=Threshold.FEW, size=9)
    await order(post, many, threshold=Threshold.MANY, size=9)
    for day in range(LEAST_DAYS + 1):
        now = post.now
        close = "of diffusion models" if day == LEAST_DAYS else ""
        await post.world.add(
            paper(100 + day, f"Diffusion models {day} {close}", announced_at=now),
            paper(200 + day, f"Diffusion models for weather, part {day}", announced_at=now),
            paper(300 + day, f"Diffusion models for speech, part {day}", announced_at=now),
        )
        post.world.later(minutes=1)
        previewed = ids(await post.world.ask("digest preview", ADA)), ids(await post.world.ask("digest preview", BEN))
        await post.deliver()
        post.world.clock.advance(timedelta(days=1) - timedelta(minutes=1))
    latest_few, latest_many = (await post.log(few))[0], (await post.log(many))[0]
    assert len(latest_few.entries) == 1
    assert len(latest_many.entries) == 3
    assert [len(some) for some in previewed] == [1, 3], "the preview knows the threshold"
    assert len((await post.log(few))[-1].entries) > 1, "without a history nothing is left out"


async def test_a_chunk_uses_the_papers_of_its_moment(post: Post, clock: FakeClock) -> None:
    """New papers are seen at once, and after a minute time has moved on."""
    ada = await post.person(ADA, "interests add medieval poetry")
    await order(post, ada, local_time=time(12, 1))
    assert await composed(post, ada) == [("skipped", SkipReason.NOTHING_CLOSE)]
    ben = await post.person(BEN, "interests add medieval poetry")
    await post.world.add(paper(77, "Medieval poetry by machines", announced_at=clock.now()))
    await order(post, ben)
    assert await composed(post, ben) == [("composed", "")]
