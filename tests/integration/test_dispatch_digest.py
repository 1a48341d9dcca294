"""Ordering a digest through the dispatcher, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.dispatch import Dispatcher
from bot.domain.arxiv_calendar import ArxivCalendar
from bot.domain.chat import Address, Incoming, Message, Table
from bot.domain.delivery import Composed, Delivery, DeliveryState, PlannedDelivery
from bot.domain.person import Account, PersonId
from bot.domain.subscription import Subscription
from bot.ranking.score_history import Histories
from bot.usecases.plan_deliveries import plan_deliveries
from tests.integration.test_dispatch_people import code_for
from tests.integration.world import ADA, BEN, CLEO, World, data_of, words_of

# The clock of these tests stands at noon (UTC) of Monday, 16 March 2026.


def rows(message: Message) -> dict[str, str]:
    (table,) = (block for block in message.blocks if isinstance(block, Table))
    return {name: value for name, value, *_ in table.rows}


async def person_of(world: World, who: Account = ADA) -> PersonId:
    async with world.context.store.read() as uow:
        person = await uow.people.find(who)
    assert person is not None
    return person.id


async def stored(world: World, who: Account = ADA) -> Subscription:
    person = await person_of(world, who)
    async with world.context.store.read() as uow:
        subscription = await uow.subscriptions.find(person)
    assert subscription is not None
    return subscription


async def ledger(world: World, who: Account = ADA) -> list[tuple[date, str, str]]:
    """(period, state, reason) of a person's deliveries, oldest first."""
    person = await person_of(world, who)
    async with world.context.store.read() as uow:
        return [(one.period, one.state.value, one.reason) for one in reversed(await uow.deliveries.log(person, 99))]


async def claim(world: World) -> Delivery:
    """The one delivery that is due, composed and in a sender's hands."""
    now = world.clock.now()
    async with world.context.store.write() as uow:
        (due,) = await uow.deliveries.due_ids(now)
        await uow.deliveries.composed([Composed(due, 12)], now)
        (claimed,) = await uow.deliveries.claim(["console"], now, now + timedelta(minutes=5), 9)
    return claimed


async def finish(
    world: World, claimed: Delivery, state: DeliveryState, reason: str = "", retry_at: datetime | None = None
) -> None:
    async with world.context.store.write() as uow:
        assert await uow.deliveries.finish(claimed, state, world.clock.now(), reason=reason, retry_at=retry_at)


async def test_a_first_order_has_sensible_defaults_and_says_all_of_them(world: World) -> None:
    assert "You have no digest" in words_of(await world.say("digest show"))
    said = words_of(await world.say("digest subscribe"))
    assert "Subscribed: weekdays at 08:00 (UTC), up to 5 papers, normal, quiet on days without papers." in said
    assert "I take UTC for your time zone; `digest subscribe Berlin` (your city) sets it." in said
    assert "The next comes Tuesday, 17 March at 08:00, in 20 hours." in said
    assert "I do not know yet what you care about: `start`, or `interests add diffusion models`, tells me." in said
    assert "`digest stop` takes it back." in said
    one = await stored(world)
    assert one.address == Address("console", "here")
    assert one.next_due_at == datetime(2026, 3, 17, 8, tzinfo=UTC)


async def test_the_zone_of_the_surface_comes_before_that_of_the_machine(world: World) -> None:
    dispatcher = Dispatcher(replace(world.context, zone="Europe/Berlin"))

    async def zone_of(user: str, zone: str) -> str:
        account = Account("slack", user, "T1")
        incoming = Incoming(account, Address("slack", "D1", "T1"), "digest subscribe", zone=zone)
        return str(data_of(await dispatcher.handle(incoming))["zone"])

    assert await zone_of("U1", "America/New_York") == "America/New_York"
    assert await zone_of("U2", "") == "Europe/Berlin"
    assert await zone_of("U3", "Mars/Olympus") == "Europe/Berlin"


async def test_ordering_again_changes_only_what_is_said_and_names_the_way_back(world: World) -> None:
    await world.ask("digest subscribe mon,thu 9:30pm berlin 7 few tell")
    first = await stored(world)
    assert (first.days, first.zone, first.size, first.tell_empty) == ((0, 3), "Europe/Berlin", 7, True)
    said = words_of(await world.say("digest subscribe many"))
    assert "Changed: Mon, Thu at 21:30 (Europe/Berlin), up to 7 papers, many, with a word on days" in said
    back = "digest subscribe mon,thu 21:30 Europe/Berlin 7 few tell"
    assert f"`{back}` takes it back." in said
    assert "Nothing new" in words_of(await world.say("digest subscribe many"))
    assert words_of(await world.say(back)).startswith("Changed: Mon, Thu at 21:30")
    assert await stored(world) == first


async def test_a_digest_for_a_minute_from_now_is_due_then_and_one_for_this_minute_tomorrow(world: World) -> None:
    world.later(seconds=20)
    assert (await world.ask("digest subscribe daily 12:01"))["next_due_at"] == "2026-03-16T12:01:00+00:00"
    assert "in 1 minute." in words_of(await world.say("digest subscribe 12:01"))
    assert (await world.ask("digest subscribe daily 12:00"))["next_due_at"] == "2026-03-17T12:00:00+00:00"


async def test_a_zone_as_people_write_it_is_explained(world: World) -> None:
    assert '"CET" is taken as Europe/Brussels.' in words_of(await world.say("digest subscribe CET"))
    said = words_of(await world.say("digest subscribe UTC+2"))
    assert "weekdays at 08:00 (UTC+2)" in said
    assert "That is so all year; a city follows its summer time too." in said
    assert "taken as" not in words_of(await world.say("digest subscribe europe/berlin"))


REFUSED = (
    ("digest subscribe berln", '"berln" is no time zone that I know. Did you mean `Europe/Berlin`'),
    ("digest subscribe Mars", "Name a city such as `Berlin`, an IANA zone such as `America/New_York`, or `UTC+2`."),
    ("digest subscribe t", '"t" may be Tuesday or Thursday; write tu or th.'),
    ("digest subscribe 25:00", '"25:00" is no time of day'),
    ("digest subscribe wekdays", "Did you mean `digest subscribe weekdays`?"),
    ("digest pause", "You have no digest."),
    ("digest resume", "You have no digest."),
    ("digest stop", "You have no digest."),
)


async def test_what_cannot_be_ordered_is_refused_with_what_can_and_changes_nothing(world: World) -> None:
    for said, answer in REFUSED:
        assert answer in await world.refused(said)
    assert data_of(await world.say("digest show")) is None
    await world.ask("digest subscribe")
    before = await stored(world)
    assert "2026-03-01 is past." in await world.refused("digest pause 2026-03-01")
    assert "is no day that I understand" in await world.refused("digest pause sometime")
    assert await stored(world) == before


async def test_a_pause_keeps_digests_away_up_to_its_last_day_and_each_is_recorded(world: World) -> None:
    await world.ask("digest subscribe daily 08:00")
    said = words_of(await world.say("digest pause 3 days"))
    # Monday's has passed, so three quiet days are Tuesday to Thursday.
    assert "The next comes Friday, 20 March at 08:00, in 4 days (paused up to Thursday, 19 March)." in said
    assert "`digest resume` takes it back." in said
    assert "(paused up to Thursday, 19 March)" in rows(await world.say("digest show"))["next"]
    for _ in range(4):
        world.later(days=1)
        await plan_deliveries(world.context)
    days = [(date(2026, 3, day), "skipped", "paused") for day in (17, 18, 19)]
    assert await ledger(world) == [*days, (date(2026, 3, 20), "due", "")]


async def test_a_pause_without_an_end_goes_on_until_it_is_ended(world: World) -> None:
    await world.ask("digest subscribe daily 08:00")
    assert "Paused until `digest resume`." in words_of(await world.say("digest pause"))
    show = await world.say("digest show")
    assert rows(show)["next"] == "none until `digest resume`, it is paused"
    assert data_of(show)["next_due_at"] is None
    assert "`digest pause` takes it back." in words_of(await world.say("digest pause friday"))
    said = words_of(await world.say("digest pause 24 dec"))
    assert "paused up to Thursday, 24 December" in said
    assert "`digest pause 2026-03-20` takes it back." in said
    said = words_of(await world.say("digest pause 10 jan 2027"))
    assert "comes Monday, 11 January 2027 at 08:00, in 301 days (paused up to Sunday, 10 January 2027)." in said
    await world.ask("digest pause 24 dec")
    said = words_of(await world.say("digest resume"))
    assert "Going on. The next comes Tuesday, 17 March at 08:00" in said
    assert "`digest pause 2026-12-24` takes it back." in said
    assert "It is not paused." in words_of(await world.say("digest resume"))
    await world.ask("digest pause tomorrow")
    world.later(days=3)
    assert "`digest resume` takes it back." in words_of(await world.say("digest pause friday"))


async def test_a_stopped_digest_is_gone_and_its_order_is_named_again(world: World) -> None:
    await world.ask("digest subscribe mon-wed 7am tokyo 3 few tell")
    before = await stored(world)
    stopped = await world.ask("digest stop")
    assert stopped["again"] == "digest subscribe mon,tue,wed 07:00 Asia/Tokyo 3 few tell"
    assert data_of(await world.say("digest show")) is None
    await world.ask(stopped["again"])
    assert replace(await stored(world), id=before.id) == before


async def test_a_digest_moves_to_where_it_is_ordered_again(world: World) -> None:
    await world.ask("digest subscribe daily 09:00", ADA)
    await world.ask(f"link {await code_for(world, ADA)}", CLEO)
    assert rows(await world.say("digest show", CLEO))["place"] == "the terminal; `digest subscribe` moves it here"
    said = words_of(await world.say("digest subscribe", CLEO))
    assert "Nothing new: daily at 09:00" in said
    assert "It comes here from now on, and no longer to the terminal." in said
    assert (await stored(world)).address == Address("slack", "here", "T1")
    assert rows(await world.say("digest show", CLEO))["place"] == "here"


async def test_a_period_never_comes_twice_over_a_change_of_zone_or_time(world: World) -> None:
    await world.ask("digest subscribe daily 12:30 auckland")
    world.later(hours=12)
    await plan_deliveries(world.context)
    # In Auckland the 17th's has come; in Honolulu it is still the 16th.
    assert await ledger(world) == [(date(2026, 3, 17), "due", "")]
    assert (await world.ask("digest subscribe 20:00 honolulu"))["next_period"] == "2026-03-18"
    assert (await world.ask("digest subscribe 23:00 auckland"))["next_period"] == "2026-03-18"
    assert (await world.ask("digest subscribe weekly utc"))["next_period"] == "2026-03-24"


async def test_what_came_due_while_nothing_ran_is_recorded_before_a_change(world: World) -> None:
    await world.ask("digest subscribe daily 08:00")
    world.later(days=2)
    await world.ask("digest subscribe 09:00")
    await world.ask("digest pause tomorrow")
    expected = [(date(2026, 3, 17), "skipped", "missed"), (date(2026, 3, 18), "due", "")]
    assert await ledger(world) == expected
    assert (await stored(world)).next_period == date(2026, 3, 19)
    await plan_deliveries(world.context)
    assert await ledger(world) == expected


async def test_an_unrelated_change_leaves_the_next_digest_where_it_is(world: World) -> None:
    await world.ask("digest subscribe daily 08:00")
    world.later(hours=19)
    assert (await world.ask("digest subscribe 9 papers tell"))["next_due_at"] == "2026-03-17T08:00:00+00:00"


async def test_show_tells_everything_about_the_digest(read: World) -> None:
    await read.ask("interests add recommendation")
    await read.ask("digest subscribe mon,tue 14:00 new york 9 many tell")
    message = await read.say("digest show")
    assert message.private
    assert rows(message) == {
        "days": "Mon, Tue",
        "time": "14:00, America/New_York",
        "papers": "up to 9, many (few, normal or many)",
        "empty days": "told, with the reason",
        "place": "here",
        "next": "Monday, 16 March at 14:00, in 6 hours",
        "last": "none yet",
    }
    assert "I do not know yet" not in words_of(message)
    assert data_of(message)["command"] == "digest subscribe mon,tue 14:00 America/New_York 9 many tell"


FATES: tuple[tuple[DeliveryState, str, bool, str], ...] = (
    (DeliveryState.SENT, "", False, "Tuesday, 17 March: sent Tuesday, 17 March at 08:00, 0 papers"),
    (DeliveryState.SENT, "nothing close", False, "at 08:00, nothing was close enough to your interests"),
    (
        DeliveryState.RETRY,
        "no answer",
        True,
        "could not be brought yet (no answer); tried again Tuesday, 17 March",
    ),
    (DeliveryState.UNKNOWN, "", True, "may have arrived: no answer came, and the terminal is asked before anything"),
    (DeliveryState.UNKNOWN, "", False, "and the terminal cannot be asked, so it is not sent again"),
    (DeliveryState.FAILED, "the channel is gone.", False, "could not be brought: the channel is gone."),
    (DeliveryState.SKIPPED, "all seen", False, "none, you have seen everything that is new and close to you"),
)


@pytest.mark.parametrize(("state", "reason", "again", "said"), FATES)
async def test_show_tells_what_became_of_the_last_one(
    world: World, state: DeliveryState, reason: str, again: bool, said: str
) -> None:
    await world.ask("digest subscribe daily 08:00")
    world.later(hours=20)
    await plan_deliveries(world.context)
    assert rows(await world.say("digest show"))["last"] == "Tuesday, 17 March: on its way"
    claimed = await claim(world)
    assert rows(await world.say("digest show"))["last"] == "Tuesday, 17 March: being sent"
    await finish(world, claimed, state, reason, world.clock.now() + timedelta(hours=1) if again else None)
    assert said in rows(await world.say("digest show"))["last"]
    assert (await world.ask("digest show"))["last"]["state"] == state.value
    assert said in rows(await world.say("status"))["your digest"]


async def test_show_names_the_last_that_came_where_the_last_did_not(world: World) -> None:
    await world.ask("digest subscribe daily 08:00")
    world.later(hours=20)
    await plan_deliveries(world.context)
    await finish(world, await claim(world), DeliveryState.SENT)
    assert "last that came" not in rows(await world.say("digest show"))
    world.later(days=1)
    await plan_deliveries(world.context)
    await finish(world, await claim(world), DeliveryState.SKIPPED, "nothing close")
    assert rows(await world.say("digest show"))["last that came"].startswith("Tuesday, 17 March: sent")


async def test_a_digest_that_stopped_by_itself_says_why_and_starts_again(world: World) -> None:
    await world.ask("digest subscribe daily 08:00")
    async with world.context.store.write() as uow:
        await uow.subscriptions.disable((await stored(world)).id, "The channel is gone.", world.clock.now())
    show = await world.say("digest show")
    assert rows(show)["next"] == "none, it stopped by itself"
    assert "Digests stopped by themselves on Monday, 16 March at 12:00: The channel is gone." in words_of(show)
    assert data_of(show)["disabled_reason"] == "The channel is gone."
    paused = words_of(await world.say("digest pause 2 days"))
    assert "`digest resume` starts them again there, `digest subscribe` here." in paused
    assert (await stored(world)).next_due_at is None
    said = words_of(await world.say("digest resume"))
    assert "Started again, to the terminal. The next comes Tuesday, 17 March at 08:00" in said
    assert not (await stored(world)).is_disabled
    async with world.context.store.write() as uow:
        await uow.subscriptions.disable((await stored(world)).id, "The channel is gone.", world.clock.now())
    assert "It had stopped by itself and starts again." in words_of(await world.say("digest subscribe"))
    assert (await stored(world)).next_due_at == datetime(2026, 3, 17, 8, tzinfo=UTC)


async def test_a_time_before_the_days_papers_are_in_is_told_when_they_come(world: World) -> None:
    # The feeds change at midnight Eastern: 05:00 in Berlin while only New York has summer time.
    said = words_of(await world.say("digest subscribe daily 04:00 berlin"))
    assert "At that time arXiv's papers of Tuesday, 17 March are not in: the digest uses what is there." in said
    assert "They come Tuesday, 17 March at 05:00." in said
    assert "are not in" not in words_of(await world.say("digest subscribe 05:00"))
    weekend = words_of(await world.say("digest subscribe sat"))
    assert "arXiv announces nothing for Saturday, 21 March: that digest uses what is there." in weekend
    assert "Its next papers come Monday, 23 March at 05:00." in weekend


async def test_a_holiday_of_arxivs_is_known_for_the_day_after_it(world: World) -> None:
    calendar = ArxivCalendar(frozenset({date(2026, 3, 16)}))
    holidays = replace(world, context=replace(world.context, sources=replace(world.context.sources, calendar=calendar)))
    said = words_of(await holidays.say("digest subscribe daily 08:00"))
    assert "arXiv announces nothing for Tuesday, 17 March" in said
    assert "Its next papers come Wednesday, 18 March at 04:00." in said


async def test_a_zone_that_the_zone_data_dropped_is_told_and_nothing_breaks(world: World) -> None:
    await world.ask("digest subscribe daily 09:00 new york")
    async with world.context.store.write() as uow:
        await uow.subscriptions.put(replace(await stored(world), zone="America/Gotham"))
    show = await world.say("digest show")
    assert rows(show)["time"] == "09:00, America/Gotham (not known any more)"
    assert "your digest goes on at UTC-04:00. `digest subscribe Berlin` (your city) sets another." in words_of(show)
    world.later(days=1, hours=2)
    await plan_deliveries(world.context)
    assert [row[:2] for row in await ledger(world)] == [(date(2026, 3, 16), "skipped"), (date(2026, 3, 17), "due")]
    assert (await world.ask("digest subscribe 10:00"))["next_due_at"] == "2026-03-18T14:00:00+00:00"
    assert (await world.ask("digest subscribe weekdays"))["command"] == "digest subscribe weekdays 10:00 5 normal quiet"
    assert (await world.ask("digest subscribe berlin"))["zone_known"]


async def test_status_tells_the_next_digest_and_the_years_whose_holidays_are_not_known(world: World) -> None:
    status = await world.say("status")
    assert rows(status)["your digest"] == "none; `digest subscribe` starts one"
    assert rows(status)["calendar"].startswith("arXiv's holidays of 2026 are not known: taken as ordinary days")
    await world.ask("digest subscribe daily 13:00")
    assert (
        rows(await world.say("status"))["your digest"]
        == "next: Monday, 16 March at 13:00, in 60 minutes; last: none yet"
    )
    calendar = ArxivCalendar(frozenset({date(2026, 12, 25)}))
    known = replace(world, context=replace(world.context, sources=replace(world.context.sources, calendar=calendar)))
    assert "calendar" not in rows(await known.say("status"))
    world.later(days=265)
    assert (await known.ask("status"))["unknown_years"] == [2027]


async def test_the_export_holds_the_order_and_every_delivery(read: World) -> None:
    await read.ask("digest subscribe daily 08:00 berlin 3 few")
    await read.ask("digest pause tomorrow")
    read.later(days=1)
    await plan_deliveries(read.context)
    document: Any = await read.ask("privacy export")
    assert document["subscription"] == {
        "days": [0, 1, 2, 3, 4, 5, 6],
        "time": "08:00",
        "zone": "Europe/Berlin",
        "content": "personal",
        "size": 3,
        "threshold": "few",
        "tell_empty": False,
        "platform": "console",
        "channel": "here",
        "workspace": "",
        "since": "2026-03-16T12:00:00+00:00",
        "paused_until": "2026-03-17",
        "next_due_at": "2026-03-18T07:00:00+00:00",
        "disabled_at": None,
        "disabled_reason": "",
    }
    (delivery,) = document["deliveries"]
    assert (delivery["period"], delivery["state"], delivery["reason"]) == ("2026-03-17", "skipped", "paused")
    assert delivery["papers"] == delivery["shortlist"] == []


async def test_the_export_holds_what_was_scored(read: World) -> None:
    assert (await read.ask("privacy export"))["scores"] == []
    histories = Histories([b""])
    histories.record(date(2026, 3, 15).toordinal(), [[2.5, 1.25]])
    histories.record(date(2026, 3, 14).toordinal(), [[]])
    async with read.context.store.write() as uow:
        person = await uow.people.ensure(ADA, read.clock.now())
        await uow.score_histories.put({person.id: histories.encoded()[0]})
    assert (await read.ask("privacy export"))["scores"] == [
        {"day": "2026-03-14", "best": []},
        {"day": "2026-03-15", "best": [2.5, 1.25]},
    ]


async def test_a_preview_has_the_size_that_was_ordered(read: World) -> None:
    await read.ask("interests add recommendation")
    await read.ask("digest subscribe 2 papers")
    assert len(await read.ask("digest preview")) == 2
    assert len(await read.ask("digest preview 3")) == 3


async def test_everybodys_digest_is_their_own(world: World) -> None:
    await world.ask("digest subscribe daily 08:00", ADA)
    await world.ask("digest subscribe weekends 10:00 tokyo", BEN)
    assert (await world.ask("digest stop", ADA))["again"].startswith("digest subscribe daily 08:00")
    assert (await stored(world, BEN)).zone == "Asia/Tokyo"


async def test_a_period_that_is_there_already_is_planned_by_nobody_again(world: World) -> None:
    await world.ask("digest subscribe daily 08:00")
    one = await stored(world)
    due_at = datetime(2026, 3, 17, 8, tzinfo=UTC)
    world.later(days=1)
    row = PlannedDelivery(one.id, one.person_id, date(2026, 3, 17), due_at, one.address)
    async with world.context.store.write() as uow:
        assert await uow.deliveries.plan([row], world.clock.now()) == 1
    await world.ask("digest subscribe 07:00")
    assert await ledger(world) == [(date(2026, 3, 17), "due", "")]


async def test_changes_while_others_plan_lose_no_period_and_give_none_twice(world: World) -> None:
    await world.ask("digest subscribe daily 13:00")
    for day in range(17, 22):
        world.later(days=1, minutes=2)
        said = [f"digest subscribe 13:{minute:02}" for minute in (0, 1, 2)]
        answers = await asyncio.gather(*map(world.say, said), *(plan_deliveries(world.context) for _ in range(3)))
        assert all(answer.ok for answer in answers if isinstance(answer, Message))
        assert [period for period, *_ in await ledger(world)] == [date(2026, 3, done) for done in range(16, day)]


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_is_ordered_every_period_is_in_the_ledger_once_and_never_early(world: World, seed: int) -> None:
    """Random orders, pauses and stops of the planner; what is owed is told from the calendar, apart from the code."""
    chance = Random(seed)
    await world.ask("digest subscribe daily 08:00 berlin")
    owed: dict[date, datetime] = {}
    for _ in range(30):
        one, start = await stored(world), world.clock.now()
        world.later(minutes=chance.randrange(1, 40 * 60))
        zone = ZoneInfo(one.zone)
        for ordinal in range(start.toordinal() - 2, world.clock.now().toordinal() + 3):
            day = date.fromordinal(ordinal)
            due_at = datetime.combine(day, one.local_time, zone).astimezone(UTC)
            is_new = day > max(owed, default=date.min) and start < due_at <= world.clock.now()
            if day.weekday() in one.days and is_new:
                owed[day] = due_at
        if chance.random() < 0.5:
            await plan_deliveries(world.context)
        days = chance.choice(("daily", "weekdays", "weekends", "weekly", "mon,thu", ""))
        # Hours that no clock change leaves out or repeats.
        at = chance.choice((f"{chance.randrange(4, 23):02}:{chance.randrange(60):02}", ""))
        place = chance.choice(("auckland", "honolulu", "kolkata", "lord howe", "los angeles", "utc", ""))
        what = chance.choice(("subscribe", "subscribe", "pause", "resume"))
        said = {"pause": f"{chance.randrange(1, 5)} days", "subscribe": f"{days} {at} {place}", "resume": ""}[what]
        await world.ask(f"digest {what} {said}")
    await plan_deliveries(world.context)
    person = await person_of(world)
    async with world.context.store.read() as uow:
        log = await uow.deliveries.log(person, 999)
    assert len(log) > 10
    assert {one.period: one.due_at for one in log} == owed
    assert len({one.period for one in log}) == len(log)
    assert {one.reason for one in log} == {"", "missed", "paused"}
