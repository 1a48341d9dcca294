"""What `paperboy admin doctor` makes of what it found, each fact by itself."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.chat import Address, Json
from bot.domain.check import Check, ok, problem, warn
from bot.domain.delivery import DeliveryState
from bot.domain.ledger_state import LedgerState
from bot.domain.status import FeedState
from bot.messages.wording import plural

LITTLE_BYTES = 1 << 30
TOO_LITTLE_BYTES = 100 << 20
SKEW = timedelta(seconds=5)
TOO_MUCH_SKEW = timedelta(seconds=60)
LATE = timedelta(hours=1)
TOO_LATE = timedelta(days=1)

_TOKEN_FORMS = {
    "discord": (r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{25,}", "three pieces with dots between", "Discord's developer portal"),
    "slack": (r"xoxb-[\w-]{20,}", "xoxb- and more", "your Slack app's page"),
}


def disk(free_bytes: int, path: str) -> Check:
    free = f"{free_bytes / (1 << 30):,.1f} GiB free under {path}"
    if free_bytes < TOO_LITTLE_BYTES:
        return problem("disk", free, "make room: a full disk stops everything that writes")
    if free_bytes < LITTLE_BYTES:
        return warn("disk", free, "make room before it is full")
    return ok("disk", free)


def schema(stands: str | None, head: str) -> Check:
    if stands is None:
        return warn("schema", "there are no tables yet", "the first start makes them")
    if stands == head:
        return ok("schema", stands)
    if stands.isdigit() and stands < head:
        return warn(
            "schema", f"{stands}, of an older Paperboy", f"the next start upgrades it to {head}; back it up first"
        )
    if stands.isdigit():
        return problem("schema", f"{stands}, of a newer Paperboy", f"update this program, which knows {head}")
    return problem("schema", "a move into it is not finished", "give the same `paperboy admin migrate-store` again")


def clock(name: str, ahead: timedelta) -> Check:
    """`ahead` is how far this machine's clock is ahead of the other one, to about a second."""
    seconds = round(abs(ahead).total_seconds())
    text = f"{plural(seconds, 'second')} {'ahead of' if ahead > timedelta(0) else 'behind'} it" if seconds else "agrees"
    advice = "set the clocks by NTP: digests come at wrong times, and leases end too early or late"
    if abs(ahead) > TOO_MUCH_SKEW:
        return problem(name, text, advice)
    return warn(name, text, advice) if abs(ahead) > SKEW else ok(name, text)


def feed(state: FeedState, now: datetime, every: timedelta, patience: timedelta) -> Check:
    trouble = f": {state.error}" if state.error else ""
    if state.last_read is None:
        text = f"arXiv was never read{trouble}"
        return warn("feeds", text, "start `paperboy run`, and see that this machine reaches arXiv")
    age = now - state.last_read
    text = f"arXiv was read {_span(age)} ago{trouble}"
    if age > every + patience:
        return problem("feeds", text, "see that `paperboy run` or a worker runs, and that it reaches arXiv")
    if state.error:
        return warn("feeds", text, "it is tried again by itself")
    return ok("feeds", text)


def ledger(state: LedgerState, now: datetime) -> list[Check]:
    checks = []
    waits = now - state.oldest_open if state.oldest_open else timedelta(0)
    sent = f"last sent {_span(now - state.last_sent_at)} ago" if state.last_sent_at else "none sent yet"
    text = f"{plural(state.active, 'subscription')}, {sent}"
    if waits > LATE:
        text = f"the oldest open delivery waits since {_span(waits)}; {text}"
        advice = "see that a process with the platform's token runs, and look into its log"
        checks.append(problem("deliveries", text, advice) if waits > TOO_LATE else warn("deliveries", text, advice))
    else:
        checks.append(ok("deliveries", text))
    counts = {each: state.recent.get(each, 0) for each in (DeliveryState.FAILED, DeliveryState.UNKNOWN)}
    text = f"since yesterday {counts[DeliveryState.FAILED]:,} failed, {counts[DeliveryState.UNKNOWN]:,} unknown"
    if any(counts.values()):
        checks.append(warn("failures", text, "the log says why; unknown ones were sent and never answered for"))
    else:
        checks.append(ok("failures", text))
    text = f"{plural(state.disabled, 'subscription')} disabled"
    if state.disabled:
        checks.append(warn("disabled", text, "their channels are gone or closed; the people were told where possible"))
    else:
        checks.append(ok("disabled", text))
    return checks


def tokens(given: dict[str, str], spoken: Sequence[str]) -> list[Check]:
    """`given` are the tokens by platform, `spoken` the platforms that this version serves. Says nothing of a token."""
    if not given:
        return [ok("tokens", "none is set: this installation talks on the terminal alone")]
    checks = []
    for platform, token in given.items():
        form, words, where = _TOKEN_FORMS[platform]
        name = f"token of {platform.capitalize()}"
        if platform not in spoken:
            checks.append(problem(name, "set, but this version does not speak it", "unset it, or update Paperboy"))
        elif not re.fullmatch(form, token):
            checks.append(problem(name, f"does not look like one ({words})", f"copy it again from {where}"))
        else:
            checks.append(ok(name, "set"))
    return checks


def operator(address: Address | None, platforms: Sequence[str]) -> Check:
    if address is None:
        advice = "set PAPERBOY_OPERATOR_ADDRESS to hear of troubles in a channel"
        return ok("operator", f"troubles are told in the log alone; {advice}")
    if address.platform not in platforms:
        text = f"PAPERBOY_OPERATOR_ADDRESS is on {address.platform}, which is not served here"
        return problem("operator", text, f"set the token of {address.platform}, or name another address")
    return ok("operator", f"troubles are told on {address.platform}")


def search(trouble: str) -> Check:
    if trouble:
        return warn("search", trouble, "the next start makes it anew from the store")
    return ok("search", "the index is readable, or not made yet")


def checks_data(checks: Sequence[Check]) -> Json:
    return [{"name": c.name, "level": c.level.value, "text": c.text, "advice": c.advice} for c in checks]


def checks_lines(checks: Sequence[Check]) -> list[str]:
    lines = []
    for check in checks:
        lines.append(f"{check.level.value:8}{check.name:18}{check.text}")
        if check.advice:
            lines.append(f"{'':26}-> {check.advice}")
    return lines


def _span(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return plural(minutes, "minute")
    return plural(minutes // 60, "hour") if minutes < 48 * 60 else plural(minutes // 1440, "day")
