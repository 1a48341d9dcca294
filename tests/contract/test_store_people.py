"""People on both databases: made, joined, split, erased, and what they say and see."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from bot.domain.delivery import SubscriptionId
from bot.domain.feedback import Feedback, Impression, Reaction
from bot.domain.paper import LONG_AGO, PaperKey
from bot.domain.person import LinkCode, PersonId
from bot.domain.profile import InterestKind
from bot.domain.profile_vector import ProfileVector, encode_vector
from bot.domain.submission import Submission
from bot.domain.subscription import Threshold
from bot.ports import ShownList, Store, StoreError, UnitOfWork
from store.dialect import binary_rows
from store.engine import SqlStore
from store.tables import metadata
from tests.factories import (
    NOON,
    make_account,
    make_address,
    make_interest,
    make_paper,
    make_planned,
    make_profile,
    make_subscription,
)

LATER = NOON + timedelta(hours=1)
NOBODY = PersonId(999)


async def some_person(uow: UnitOfWork) -> PersonId:
    return (await uow.people.ensure(make_account(), NOON)).id


async def some_papers(uow: UnitOfWork, count: int) -> list[PaperKey]:
    stored = await uow.papers.upsert([make_paper() for _ in range(count)], NOON)
    return [result.paper.stored_key for result in stored]


async def test_an_account_has_one_person(store: Store) -> None:
    account = make_account(workspace="T1")
    async with store.write() as uow:
        person = await uow.people.ensure(account, NOON)
        assert (person.created_at, person.accounts) == (NOON, (account,))
        assert await uow.people.ensure(account, LATER) == person
        assert (await uow.people.ensure(make_account(user=account.user), NOON)).id != person.id
        assert (await uow.people.ensure(make_account(user=account.user, kind="channel"), NOON)).id != person.id
    async with store.read() as uow:
        assert await uow.people.get(person.id) == person
        with pytest.raises(LookupError, match="no person 999"):
            await uow.people.get(NOBODY)


async def test_joining_moves_everything_and_the_kept_subscription_wins(store: Store) -> None:
    here = make_address()
    async with store.write() as uow:
        keep, merge = [(await uow.people.ensure(make_account(), at)).id for at in (LATER, NOON)]
        papers = await some_papers(uow, 2)
        for person_id, words in ((keep, ["a", "Two  Words"]), (merge, ["two words", "b"])):
            for word in words:
                assert await uow.interests.add(person_id, make_interest(word))
            await uow.profiles.put(make_profile(person_id))
        await uow.feedback.append([Feedback(merge, papers[0], Reaction.LIKE, True, NOON)])
        await uow.impressions.append([Impression(merge, papers[1], 1, NOON, "chat")])
        await uow.subscriptions.put(make_subscription(keep, size=3))
        await uow.subscriptions.put(make_subscription(merge, size=9))
        await uow.state.put_list(here, keep, [make_paper().id])
        await uow.state.put_list(here, merge, [make_paper().id])
        await uow.state.put_list(make_address(channel="other"), merge, [make_paper().id])
    async with store.write() as uow:
        shown = await uow.state.find_list(here, keep)
        await uow.people.join(keep, keep)
        await uow.people.join(keep, merge)
    async with store.read() as uow:
        person = await uow.people.get(keep)
        assert (len(person.accounts), person.created_at) == (2, NOON)
        assert [interest.text for interest in await uow.interests.all(keep)] == ["a", "Two  Words", "b"]
        assert await uow.feedback.active(keep, papers) == {papers[0]: {Reaction.LIKE}}
        assert await uow.impressions.seen(keep) == {papers[1]}
        assert await uow.profiles.find(keep) is None
        subscription = await uow.subscriptions.find(keep)
        assert subscription is not None
        assert subscription.size == 3
        assert await uow.state.find_list(here, keep) == shown
        assert (await uow.state.find_list(make_address(channel="other"), keep)).papers
        with pytest.raises(LookupError):
            await uow.people.get(merge)


async def test_joining_takes_over_a_subscription_and_refuses_strangers(store: Store) -> None:
    async with store.write() as uow:
        keep, merge = await some_person(uow), await some_person(uow)
        number = await uow.subscriptions.put(make_subscription(merge, size=9))
        await uow.people.join(keep, merge)
        assert await uow.subscriptions.find(keep) == make_subscription(keep, size=9, id=number)
        for one, other in ((keep, NOBODY), (NOBODY, keep)):
            with pytest.raises(LookupError, match="no person 999"):
                await uow.people.join(one, other)


async def test_splitting_gives_an_account_a_person_with_nothing_but_itself(store: Store) -> None:
    first, second = make_account(), make_account()
    async with store.write() as uow:
        keep, merge = [(await uow.people.ensure(account, NOON)).id for account in (first, second)]
        await uow.people.join(keep, merge)
        await uow.interests.add(keep, make_interest())
        alone = await uow.people.split(second, LATER)
        assert alone.id not in {keep, merge}
        assert (alone.accounts, alone.created_at) == ((second,), LATER)
        assert await uow.interests.all(alone.id) == []
        assert (await uow.people.get(keep)).accounts == (first,)
        assert (await uow.people.split(first, LATER)).id == keep
        assert len(await uow.interests.all(keep)) == 1
        assert (await uow.people.split(make_account(user="new"), LATER)).accounts[0].user == "new"


async def test_erasing_leaves_no_row_that_names_the_person(sql_store: SqlStore) -> None:
    async with sql_store.write() as uow:
        other, person_id = await some_person(uow), await some_person(uow)
        papers = await some_papers(uow, 2)
        for somebody, paper in zip((other, person_id), papers, strict=True):
            await uow.interests.add(somebody, make_interest())
            await uow.profiles.put(make_profile(somebody))
            await uow.profiles.outdate(somebody, NOON)
            await uow.feedback.append([Feedback(somebody, papers[0], Reaction.LIKE, True, NOON)])
            await uow.impressions.append([Impression(somebody, papers[0], 1, NOON, "chat")])
            subscription = make_subscription(somebody, id=await uow.subscriptions.put(make_subscription(somebody)))
            await uow.deliveries.plan([make_planned(subscription)], NOON)
            await uow.score_histories.put({somebody: b"scores"})
            await uow.state.put_list(make_address(), somebody, [make_paper().id])
            await uow.people.put_link_code(LinkCode(f"CODE{somebody}", somebody, LATER))
            await uow.mailboxes.put_feed(somebody, f"secret {somebody}", NOON)
            await uow.mailboxes.bounced(somebody, "mail", "5.1.1", NOON, NOON)
            await uow.submissions.put(Submission(somebody, paper, NOON))
    naming = [table for table in metadata.tables.values() if "person_id" in table.c]
    assert len(naming) == 14
    async with sql_store.write() as uow:
        await uow.people.erase(person_id)
        # What was still on its way when the person was erased does not bring anything back.
        await uow.feedback.append([Feedback(person_id, papers[0], Reaction.SAVE, True, NOON)])
        await uow.impressions.append([Impression(person_id, papers[0], 2, NOON, "chat")])
        assert not await uow.submissions.put(Submission(person_id, papers[1], NOON))
        await uow.profiles.outdate(person_id, NOON)
        assert not await uow.profiles.put(make_profile(person_id))
        await uow.state.put_list(make_address(), person_id, [])
        await uow.score_histories.put({person_id: b"scores"})
        with pytest.raises(LookupError):
            await uow.interests.add(person_id, make_interest())
        with pytest.raises(LookupError):
            await uow.subscriptions.put(make_subscription(person_id))
        assert await uow.deliveries.plan([make_planned(make_subscription(person_id, id=subscription.id))], NOON) == 0
    async with sql_store.connection() as connection:
        for table in naming:
            owners = await connection.execute(text(f"SELECT person_id FROM {table.name}"))
            assert set(owners.scalars()) == {other}, table.name


async def test_an_erased_persons_number_is_not_given_out_again(store: Store) -> None:
    async with store.write() as uow:
        erased = await some_person(uow)
        await uow.people.erase(erased)
        assert await some_person(uow) > erased


async def test_a_link_code_works_once_and_only_in_time(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        good, late = LinkCode("GOOD", person_id, LATER), LinkCode("LATE", person_id, NOON)
        await uow.people.put_link_code(good)
        await uow.people.put_link_code(late)
        assert await uow.people.take_link_code("LATE", NOON) is None
        assert await uow.people.take_link_code("NONE", NOON) is None
        assert await uow.people.take_link_code("GOOD", NOON) == good
        assert await uow.people.take_link_code("GOOD", NOON) is None


async def test_interests_are_kept_once_in_order_whatever_case_and_spaces(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        assert await uow.interests.add(person_id, make_interest("Graph Neural Networks"))
        assert not await uow.interests.add(person_id, make_interest(" graph  neural networks"))
        assert await uow.interests.add(person_id, make_interest("graph neural networks", InterestKind.MUTE))
        assert await uow.interests.add(person_id, make_interest("x" * 20_000))
        assert [interest.text[:5] for interest in await uow.interests.all(person_id)] == ["Graph", "graph", "xxxxx"]
        assert await uow.interests.remove(person_id, make_interest("GRAPH neural networks"))
        assert not await uow.interests.remove(person_id, make_interest("GRAPH neural networks"))
        assert await uow.interests.clear(person_id) == 2
        assert await uow.interests.all(person_id) == []


async def test_feedback_is_a_log_whose_last_word_counts(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        one, two, three = await some_papers(uow, 3)
        events = [
            Feedback(person_id, one, Reaction.LIKE, True, NOON, "chat"),
            Feedback(person_id, one, Reaction.SAVE, True, NOON),
            Feedback(person_id, one, Reaction.LIKE, False, LATER),
            Feedback(person_id, two, Reaction.LIKE, True, NOON),
            Feedback(person_id, two, Reaction.LIKE, False, NOON),
            Feedback(person_id, two, Reaction.LIKE, True, LATER),
            Feedback(person_id, two, Reaction.CLICK, True, LATER + timedelta(hours=1)),
            Feedback(person_id, three, Reaction.CLICK, True, LATER),
            Feedback(person_id, PaperKey(10**6), Reaction.LIKE, True, NOON),
        ]
        await uow.feedback.append(events)
        await uow.feedback.append([])
    async with store.read() as uow:
        assert await uow.feedback.log(person_id) == events[:-1]
        assert await uow.feedback.active(person_id, [one, two]) == {
            one: {Reaction.SAVE},
            two: {Reaction.LIKE, Reaction.CLICK},
        }
        assert await uow.feedback.active(person_id, []) == {}
        assert (await uow.feedback.reacted(person_id))[two][Reaction.LIKE] == LATER
        known = await uow.feedback.known_papers(person_id, 10)
        assert [(paper.key, paper.reactions, paper.reacted_at) for paper in known] == [
            (two, frozenset({"like"}), LATER),
            (one, frozenset({"save"}), NOON),
        ]
        assert known[0].title == (await uow.papers.by_keys([two]))[two].title
        assert [paper.key for paper in await uow.feedback.known_papers(person_id, 1)] == [two]
    async with store.write() as uow:
        assert await uow.feedback.reset(person_id) == len(events) - 1
        assert await uow.feedback.reacted(person_id) == {}


async def test_impressions_say_what_was_seen_where(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        papers = await some_papers(uow, 2)
        shown = [Impression(person_id, key, at, NOON, "chat") for at, key in enumerate(papers, 1)]
        await uow.impressions.append(shown)
        await uow.impressions.append(shown[:1])
        assert await uow.impressions.seen(person_id) == set(papers)
        assert await uow.impressions.log(person_id) == [*shown, shown[0]]


async def test_what_many_people_had_of_the_fresh_papers_is_read_at_once(store: Store) -> None:
    old = make_paper(announced_at=NOON - timedelta(days=30))
    async with store.write() as uow:
        ada, ben, cleo = [await some_person(uow) for _ in range(3)]
        stale = (await uow.papers.upsert([old], NOON - timedelta(days=30)))[0].paper.stored_key
        one, two, three = await some_papers(uow, 3)
        shown = [(ada, one), (ada, one), (ben, two), (ben, stale), (cleo, three)]
        await uow.impressions.append([Impression(person, key, 1, NOON, "chat") for person, key in shown])
        await uow.feedback.append(
            [
                Feedback(ada, one, Reaction.LIKE, True, NOON),
                Feedback(ada, one, Reaction.SAVE, True, NOON),
                Feedback(ada, two, Reaction.LIKE, True, NOON),
                Feedback(ada, two, Reaction.LIKE, False, LATER),
                Feedback(ben, stale, Reaction.LIKE, True, NOON),
                Feedback(ben, three, Reaction.DISLIKE, False, NOON),
                Feedback(ben, three, Reaction.DISLIKE, True, LATER),
                Feedback(cleo, three, Reaction.LIKE, True, NOON),
            ]
        )
    since = NOON - timedelta(days=7)
    async with store.read() as uow:
        assert sorted(await uow.impressions.seen_by([ben, ada], since)) == [(ada, one), (ben, two)]
        assert sorted(await uow.feedback.reacted_by([ada, ben, NOBODY], since)) == [(ada, one), (ben, three)]
        assert await uow.impressions.seen_by([], since) == await uow.feedback.reacted_by([], since) == []


async def test_a_profile_is_replaced_whole_and_dropped(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        assert await uow.profiles.find(person_id) is None
        await uow.profiles.put(make_profile(person_id))
        newer = make_profile(person_id, built_at=LATER, muted=())
        await uow.profiles.put(newer)
        assert await uow.profiles.find(person_id) == newer
        await uow.profiles.drop(person_id)
        assert await uow.profiles.find(person_id) is None


async def test_the_numbers_of_all_profiles_are_read_in_order_a_chunk_at_a_time(store: Store) -> None:
    async with store.write() as uow:
        people = [await some_person(uow) for _ in range(5)]
        profiles = [make_profile(people[at], built_at=NOON + timedelta(hours=at)) for at in (4, 0, 2, 3)]
        for profile in profiles:
            await uow.profiles.put(profile)
        newer = make_profile(people[0], built_at=LATER, queries=(), muted=())
        await uow.profiles.put(newer)
    there = {profile.person_id: profile for profile in [*profiles, newer]}
    wanted = [ProfileVector(at, there[at].built_at, encode_vector(there[at])) for at in sorted(there)]
    async with store.read() as uow:
        first = await uow.profiles.vectors(PersonId(0), 3)
        rest = await uow.profiles.vectors(first[-1].person_id, 3)
        assert [*first, *rest] == wanted
        assert await uow.profiles.vectors(rest[-1].person_id, 3) == []
        assert await uow.profiles.vectors_of([people[3], people[1], people[0], NOBODY]) == [wanted[0], wanted[2]]
        assert await uow.profiles.vectors_of([]) == []


async def test_an_outdated_profile_is_not_there_until_it_is_learned_anew(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        assert await uow.profiles.put(make_profile(person_id))
        await uow.profiles.outdate(person_id, LATER)
        assert await uow.profiles.find(person_id) is None
        (numbers,) = await uow.profiles.vectors_of([person_id])
        assert numbers == ProfileVector(person_id, LONG_AGO, b"")
        assert await uow.profiles.vectors(PersonId(0), 5) == [numbers]
        anew = make_profile(person_id, built_at=LATER)
        assert await uow.profiles.put(anew, await uow.profiles.outdated_at(person_id))
        assert await uow.profiles.find(person_id) == anew
        assert await uow.profiles.outdated_at(person_id) is None


async def test_what_is_said_while_a_profile_is_learned_is_not_lost(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        await uow.profiles.outdate(person_id, NOON)
    async with store.read() as uow:
        before = await uow.profiles.outdated_at(person_id)
    async with store.write() as uow:
        await uow.profiles.outdate(person_id, LATER)
    async with store.write() as uow:
        assert not await uow.profiles.put(make_profile(person_id), before)
        assert not await uow.profiles.put(make_profile(person_id), None)
        assert await uow.profiles.find(person_id) is None
        assert await uow.profiles.outdated_at(person_id) == LATER


async def test_a_profile_that_was_learned_earlier_replaces_no_later_one(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        later = make_profile(person_id, built_at=LATER)
        assert await uow.profiles.put(later)
        assert not await uow.profiles.put(make_profile(person_id, built_at=NOON, muted=()))
        assert await uow.profiles.find(person_id) == later


async def test_outdated_profiles_are_found_the_longest_waiting_first(store: Store) -> None:
    async with store.write() as uow:
        people = [await some_person(uow) for _ in range(4)]
        for person_id, hours in zip(people, (2, 0, 1, 5), strict=True):
            await uow.profiles.outdate(person_id, NOON + timedelta(hours=hours))
        two = NOON + timedelta(hours=2)
        assert await uow.profiles.outdated(two, 10) == [people[1], people[2], people[0]]
        assert await uow.profiles.outdated(two, 2) == [people[1], people[2]]


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_server_that_stops_while_numbers_are_read_is_told(sql_store: SqlStore) -> None:
    with pytest.raises(StoreError, match=r"cannot be reached|was stopped"):
        async with sql_store.connection() as connection:
            await binary_rows(connection, select(func.pg_terminate_backend(func.pg_backend_pid())))


async def test_a_profile_of_another_form_is_not_found(sql_store: SqlStore) -> None:
    async with sql_store.write() as uow:
        person_id = await some_person(uow)
        await uow.profiles.put(make_profile(person_id))
    async with sql_store.connection() as connection:
        await connection.execute(text("UPDATE profiles SET payload = :payload"), {"payload": b"PBP\xff"})
    async with sql_store.read() as uow:
        assert await uow.profiles.find(person_id) is None


async def test_a_person_has_one_subscription(store: Store) -> None:
    async with store.write() as uow:
        person_id = await some_person(uow)
        assert await uow.subscriptions.find(person_id) is None
        number = await uow.subscriptions.put(make_subscription(person_id))
        changed = make_subscription(
            person_id,
            days=(),
            paused_until=date(2026, 4, 1),
            size=7,
            address=make_address(workspace="T1"),
            threshold=Threshold.FEW,
            tell_empty=True,
            next_period=date(2026, 3, 17),
            next_due_at=LATER,
            id=number,
        )
        assert await uow.subscriptions.put(changed) == number
        assert await uow.subscriptions.find(person_id) == changed
        assert await uow.subscriptions.find_many([number, SubscriptionId(999)]) == {number: changed}
        assert await uow.subscriptions.remove(person_id)
        assert not await uow.subscriptions.remove(person_id)


async def test_the_last_list_is_kept_per_place_and_person(store: Store) -> None:
    here, there = make_address(), make_address(channel="random")
    ids = [make_paper().id, make_paper().id]
    async with store.write() as uow:
        person_id, other = await some_person(uow), await some_person(uow)
        await uow.state.put_list(here, person_id, ids[:1])
        await uow.state.put_list(here, person_id, ids, "recommend 5")
        assert await uow.state.find_list(here, person_id) == ShownList(tuple(ids), "recommend 5")
        assert await uow.state.find_list(here, other) == await uow.state.find_list(there, person_id) == ShownList()


async def test_values_outlive_their_writer(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.state.get_value("feed") is None
        await uow.state.put_value("feed", "one")
        await uow.state.put_value("feed", "two")
    async with store.read() as uow:
        assert await uow.state.get_value("feed") == "two"


async def test_a_person_is_found_by_account_only_once_made(store: Store) -> None:
    account = make_account()
    async with store.read() as uow:
        assert await uow.people.find(account) is None
    async with store.write() as uow:
        made = await uow.people.ensure(account, NOON)
    async with store.read() as uow:
        assert await uow.people.find(account) == made
