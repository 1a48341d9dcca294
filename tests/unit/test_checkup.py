"""What the doctor makes of what it finds."""

from datetime import timedelta

import pytest

from bot.domain.chat import Address
from bot.domain.check import Check, Level
from bot.domain.delivery import DeliveryState
from bot.domain.ledger_state import LedgerState
from bot.domain.status import FeedState
from bot.messages import checkup
from tests.factories import NOON

DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".Gabcde." + "x" * 38
SLACK = "xoxb-" + "1234567890-" * 3 + "abc"
HOURS = timedelta(hours=1)


def levels(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.level.value for check in checks}


@pytest.mark.parametrize(("gib", "level"), [(5.0, Level.OK), (0.5, Level.WARN), (0.01, Level.PROBLEM)])
def test_a_disk_is_judged_by_what_is_free(gib: float, level: Level) -> None:
    assert checkup.disk(int(gib * (1 << 30)), "/data").level is level


@pytest.mark.parametrize(
    ("stands", "level", "says"),
    [
        ("0007", Level.OK, ""),
        (None, Level.WARN, "the first start makes them"),
        ("0002", Level.WARN, "back it up first"),
        ("0008", Level.PROBLEM, "update this program"),
        ("moving 1f", Level.PROBLEM, "migrate-store"),
    ],
)
def test_a_schema_is_judged_by_the_programs(stands: str | None, level: Level, says: str) -> None:
    check = checkup.schema(stands, "0007")
    assert check.level is level
    assert says in check.advice


@pytest.mark.parametrize(
    ("seconds", "level", "text"),
    [
        (0.4, Level.OK, "agrees"),
        (5, Level.OK, "5 seconds ahead of it"),
        (-6, Level.WARN, "6 seconds behind it"),
        (61, Level.PROBLEM, "61 seconds ahead of it"),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(seconds: float, level: Level, text: str) -> None:
    check = checkup.clock("arXiv's clock", timedelta(seconds=seconds))
    assert (check.level, check.text) == (level, text)


@pytest.mark.parametrize(
    ("fetched", "error", "level", "text"),
    [
        (5, "", Level.OK, "arXiv was read 5 hours ago"),
        (5, "timed out", Level.WARN, "arXiv was read 5 hours ago: timed out"),
        (18, "", Level.OK, "arXiv was read 18 hours ago"),
        (19, "", Level.PROBLEM, "arXiv was read 19 hours ago"),
        (72, "503", Level.PROBLEM, "arXiv was read 3 days ago: 503"),
        (None, "503", Level.WARN, "arXiv was never read: 503"),
    ],
)
def test_a_feed_is_judged_by_when_it_was_due(fetched: int | None, error: str, level: Level, text: str) -> None:
    state = FeedState(fetched_at="" if fetched is None else (NOON - fetched * HOURS).isoformat(), error=error)
    check = checkup.feed(state, NOON, 6 * HOURS, 12 * HOURS)
    assert (check.level, check.text) == (level, text)


def make_ledger(**changes: object) -> LedgerState:
    fields = {"active": 3, "disabled": 0, "deliveries": {}, "recent": {}, "oldest_open": None, "last_sent_at": NOON}
    return LedgerState(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_ledger_in_order_is_all_right() -> None:
    assert levels(checkup.ledger(make_ledger(), NOON)) == {"deliveries": "ok", "failures": "ok", "disabled": "ok"}


@pytest.mark.parametrize(("hours", "level"), [(1, "ok"), (2, "warn"), (25, "problem")])
def test_a_ledger_is_judged_by_who_waits_longest(hours: int, level: str) -> None:
    (check, *_) = checkup.ledger(make_ledger(oldest_open=NOON - hours * HOURS, last_sent_at=None), NOON)
    assert check.level.value == level
    assert "none sent yet" in check.text


def test_what_failed_and_who_is_disabled_is_counted() -> None:
    recent = {DeliveryState.FAILED: 2, DeliveryState.SENT: 9}
    checks = checkup.ledger(make_ledger(disabled=1, recent=recent), NOON)
    assert levels(checks) == {"deliveries": "ok", "failures": "warn", "disabled": "warn"}
    assert checks[1].text == "since yesterday 2 failed, 0 unknown"
    assert checks[2].text == "1 subscription disabled"


@pytest.mark.parametrize(
    ("given", "spoken", "level"),
    [
        ({"discord": DISCORD}, ["discord"], Level.OK),
        ({"discord": DISCORD + "\n"}, ["discord"], Level.PROBLEM),
        ({"discord": SLACK}, ["discord"], Level.PROBLEM),
        ({"slack": SLACK}, ["slack"], Level.OK),
        ({"slack": SLACK.replace("xoxb", "xoxp")}, ["slack"], Level.PROBLEM),
        ({"slack": SLACK}, ["discord"], Level.PROBLEM),
    ],
)
def test_a_token_is_judged_by_its_form_and_never_shown(given: dict[str, str], spoken: list[str], level: Level) -> None:
    (check,) = checkup.tokens(given, spoken)
    assert check.level is level
    assert not any(token in f"{check.text}{check.advice}" for token in given.values())


def test_without_tokens_there_is_the_terminal() -> None:
    assert checkup.tokens({}, ["discord"])[0].level is Level.OK


@pytest.mark.parametrize(
    ("address", "level"),
    [(None, Level.OK), (Address("slack", "C1"), Level.OK), (Address("discord", "1"), Level.PROBLEM)],
)
def test_the_operators_channel_must_be_one_that_is_served(address: Address | None, level: Level) -> None:
    assert checkup.operator(address, ["slack"]).level is level


def test_every_line_that_is_not_all_right_says_what_to_do() -> None:
    lines = checkup.checks_lines([checkup.disk(0, "/data"), checkup.search("")])
    assert lines == [
        "problem disk              0.0 GiB free under /data",
        "                          -> make room: a full disk stops everything that writes",
        "ok      search            the index is readable, or not made yet",
    ]
