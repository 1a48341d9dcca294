"""Planning over time: each period once, never early, never left out without a reason, whatever happens meanwhile."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import DeliveryState, PlannedDelivery, SkipReason, SubscriptionId
from bot.domain.person import PersonId
from bot.domain.planning import changed, next_digest, plan, schedule_of, scheduled, zone_of
from bot.domain.schedule import CATCH_UP, Run, local_day, moment, next_run
from bot.domain.subscription import Subscription
from tests.factories import NOON, make_subscription
from tests.unit.domain.test_schedule import DAILY, ZONES, day_sets, instants, times

ADA = PersonId(1)
BERLIN_8 = {"days": DAILY, "local_time": time(8), "zone": "Europe/Berlin"}


def subscribed(now: datetime = NOON, **changes: object) -> Subscription:
    one = make_subscription(ADA, **{**BERLIN_8, "id": SubscriptionId(7), **changes})
    return scheduled(one, next_run(schedule_of(one), now))


def told(planned: PlannedDelivery) -> tuple[date, str, str]:
    return planned.period, planned.state.value, planned.reason


def test_nothing_is_owed_before_the_moment_and_the_period_at_it() -> None:
    one = subscribed()
    assert one.next_due_at == datetime(2026, 3, 17, 7, tzinfo=UTC)
    assert plan(one, one.next_due_at - timedelta(seconds=1)).deliveries == ()
    done = plan(one, one.next_due_at)
    assert [told(each) for each in done.deliveries] == [(date(2026, 3, 17), "due", "")]
    assert done.deliveries[0].due_at == one.next_due_at
    assert done.subscription.next_period == date(2026, 3, 18)


def test_after_a_stop_the_latest_within_a_day_is_made_up_for_and_the_rest_was_missed() -> None:
    one = subscribed()
    done = plan(one, datetime(2026, 3, 20, 6, 30, tzinfo=UTC))
    assert [told(each) for each in done.deliveries] == [
        (date(2026, 3, 17), "skipped", "missed"),
        (date(2026, 3, 18), "skipped", "missed"),
        (date(2026, 3, 19), "due", ""),
    ]
    assert done.subscription.next_due_at == datetime(2026, 3, 20, 7, tzinfo=UTC)


def test_what_lies_a_day_back_is_made_up_for_and_what_lies_further_back_is_not() -> None:
    one = subscribed(days=(1,))
    assert one.next_due_at is not None
    (due,) = plan(one, one.next_due_at + CATCH_UP).deliveries
    (missed,) = plan(one, one.next_due_at + CATCH_UP + timedelta(seconds=1)).deliveries
    assert (due.state, missed.reason) == (DeliveryState.DUE, SkipReason.MISSED)


def test_a_pause_is_recorded_day_by_day_and_ends_after_its_last_day() -> None:
    one = subscribed(paused_until=date(2026, 3, 18))
    assert next_digest(one, NOON) == Run(date(2026, 3, 19), datetime(2026, 3, 19, 7, tzinfo=UTC))
    done = plan(one, datetime(2026, 3, 19, 7, tzinfo=UTC))
    assert [told(each)[1:] for each in done.deliveries] == [("skipped", "paused"), ("skipped", "paused"), ("due", "")]


def test_a_disabled_subscription_owes_nothing() -> None:
    one = subscribed(disabled_at=NOON, disabled_reason="the channel is gone")
    assert plan(one, NOON + timedelta(days=9)).deliveries == ()
    assert next_digest(one, NOON) is None
    assert next_digest(scheduled(subscribed(), None), NOON) is None


def test_a_clock_that_goes_back_gives_no_period_twice() -> None:
    one = subscribed()
    done = plan(one, datetime(2026, 3, 17, 7, 10, tzinfo=UTC)).subscription
    again = plan(done, datetime(2026, 3, 17, 6, 10, tzinfo=UTC))
    assert again.deliveries == ()
    assert again.subscription.next_period == date(2026, 3, 18)


def test_a_clock_that_is_put_back_over_midnight_loses_no_period() -> None:
    # In St John's on 29 October 2006, at 00:01, it became 23:01 of the day before.
    one = subscribed(datetime(2006, 10, 28, 12, tzinfo=UTC), local_time=time(0), zone="America/St_Johns")
    assert one.next_due_at == datetime(2006, 10, 29, 2, 30, tzinfo=UTC)
    done = plan(one, datetime(2006, 10, 29, 2, 45, tzinfo=UTC))
    assert [told(each) for each in done.deliveries] == [(date(2006, 10, 29), "due", "")]
    assert done.subscription.next_period == date(2006, 10, 30)


def test_rules_that_changed_since_the_moment_was_stored_are_gone_by() -> None:
    one = subscribed()
    assert one.next_due_at is not None
    early = replace(one, next_due_at=one.next_due_at - timedelta(hours=1))
    assert early.next_due_at is not None
    done = plan(early, early.next_due_at)
    assert done.deliveries == ()
    assert done.subscription == one


def test_a_zone_that_the_zone_data_dropped_keeps_its_last_offset() -> None:
    one = subscribed(zone="America/New_York")
    dropped = replace(one, zone="America/Gotham")
    done = plan(dropped, NOON + timedelta(days=3)).subscription
    assert done.next_due_at is not None
    assert (done.next_due_at.hour, zone_of(done).utcoffset(None)) == (12, timedelta(hours=-4))
    assert zone_of(scheduled(dropped, None)) is UTC


@dataclass(frozen=True)
class Event:
    """Hours that pass, and what happens then; `down` leaves out the planning meanwhile."""

    hours: int
    down: bool
    zone: str = ""
    local_time: time | None = None
    days: tuple[int, ...] = ()
    pause_days: int | None = None


events = st.builds(
    Event,
    st.integers(0, 90),
    st.booleans(),
    st.just("") | st.sampled_from(ZONES),
    st.none() | times,
    st.just(()) | day_sets,
    st.none() | st.integers(-1, 4),
)


@dataclass
class Life:
    """A subscription, planned every quarter of an hour while Paperboy runs, and what ought to come of it.

    `owed` is written hour by hour from the calendar: a period is owed once its moment passes under the schedule of that
    time, unless it was there already.
    """

    now: datetime
    one: Subscription
    rows: list[tuple[PlannedDelivery, datetime, bool]]
    owed: dict[date, datetime]

    def pass_time(self, until: datetime, down: bool) -> None:
        zone = ZoneInfo(self.one.zone)
        first, last = local_day(self.now, zone), local_day(until, zone)
        for ordinal in range(first.toordinal() - 1, last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            due_at = moment(day, self.one.local_time, zone)
            if day.weekday() in self.one.days and self.now < due_at <= until and day > self.latest_owed():
                self.owed[day] = due_at
        while not down and self.now < until:
            self.now = min(until, self.now + timedelta(minutes=15))
            self.plan(running=True)
        self.now = until

    def latest_owed(self) -> date:
        return max(self.owed, default=date.min)

    def plan(self, running: bool) -> None:
        done = plan(self.one, self.now)
        self.rows += [(row, self.now, running) for row in done.deliveries]
        self.one = done.subscription

    def change(self, event: Event) -> None:
        """As `manage_subscription` does: what is due is planned before."""
        self.plan(running=False)
        after = replace(
            self.one,
            zone=event.zone or self.one.zone,
            local_time=event.local_time or self.one.local_time,
            days=event.days or self.one.days,
        )
        if event.pause_days is not None:
            until = local_day(self.now, ZoneInfo(after.zone)) + timedelta(days=event.pause_days)
            after = replace(after, paused_until=until)
        handled = max((row.period for row, _, _ in self.rows), default=None)
        self.one = changed(self.one, after, self.now, handled)


@given(instants, day_sets, times, st.sampled_from(ZONES), st.lists(events, max_size=6))
def test_each_period_is_planned_once_never_early_and_never_left_out_without_a_reason(
    start: datetime, days: tuple[int, ...], at: time, zone: str, happens: list[Event]
) -> None:
    life = Life(start, subscribed(start, days=days, local_time=at, zone=zone), [], {})
    for event in happens:
        life.pass_time(life.now + timedelta(hours=event.hours), event.down)
        life.change(event)
    life.pass_time(life.now + timedelta(days=8), down=False)
    periods = [row.period for row, _, _ in life.rows]
    assert periods == sorted(set(periods))
    assert {row.period: row.due_at for row, _, _ in life.rows} == life.owed
    for row, planned_at, running in life.rows:
        late = planned_at - row.due_at
        assert timedelta(0) <= late
        if row.state is DeliveryState.DUE:
            assert late <= CATCH_UP
        else:
            assert row.reason in {SkipReason.MISSED, SkipReason.PAUSED}
        if running and row.reason == SkipReason.MISSED:
            assert late > timedelta(minutes=15)
