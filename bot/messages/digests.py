"""What is said about a person's digest: its order, when it comes next, and what became of the last one."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from bot.domain.chat import Address, Block, Button, Json, Message, Table, Text, is_direct
from bot.domain.delivery import Delivery, DeliveryState, SkipReason
from bot.domain.schedule import find_zone
from bot.domain.schedule_words import DAYS
from bot.domain.status import DigestStatus
from bot.domain.subscription import Content, Subscription
from bot.domain.zone_words import zone_label
from bot.messages.digest import reason_words
from bot.messages.wording import day_words, place_words, plural, quoted, span_words

NO_DIGEST = "You have no digest. `digest subscribe weekdays 08:00` starts one; `help digest` tells more."

_NAMED_DAYS = {(0, 1, 2, 3, 4, 5, 6): "daily", (0, 1, 2, 3, 4): "weekdays", (5, 6): "weekends"}


def subscribed(status: DigestStatus, before: Subscription | None, typed_zone: str) -> Message:
    """After `digest subscribe`: what holds now, when it comes next, and how it is taken back."""
    now = status.subscription
    if before is None:
        lines = [f"Subscribed: {_order(now)}."]
        undo = "`digest stop` takes it back."
    elif order_command(now) == order_command(before):
        lines = [f"Nothing new: {_order(now)}."]
        undo = "`digest stop` ends it."
    else:
        lines = [f"Changed: {_order(now)}."]
        undo = f"`{order_command(before)}` takes it back."
    if typed_zone and typed_zone.casefold() not in (now.zone.casefold(), zone_label(now.zone).casefold()):
        lines.append(f"{quoted(typed_zone)} is taken as {zone_label(now.zone)}.")
    if before is None and not typed_zone:
        lines.append(
            f"I take {zone_label(now.zone)} for your time zone; `digest subscribe Berlin` (your city) sets it."
        )
    elif typed_zone and zone_label(now.zone).startswith("UTC"):
        lines.append("That is so all year; a city follows its summer time too.")
    if before is not None and before.address != now.address:
        here = f"to {place_words(now.address)}" if is_direct(now.address) else "here"
        lines.append(f"It comes {here} from now on, and no longer to {place_words(before.address)}.")
    if before is not None and before.is_disabled:
        lines.append("It had stopped by itself and starts again.")
    blocks = [Text(" ".join(lines)), Text(_next_comes(status)), *_notes(status), Text(undo, "note")]
    buttons = (Button("Preview", "digest preview"), Button("Stop", "digest stop"))
    return Message(tuple(blocks), digest_data(status), private=True, buttons=buttons)


def show(status: DigestStatus | None, here: Address) -> Message:
    if status is None:
        return Message((Text(NO_DIGEST),), None, private=True)
    now = status.subscription
    rows = [
        ("days", _days(now.days)),
        ("time", f"{now.local_time:%H:%M}, {_zone(status)}"),
        ("papers", f"up to {now.size}, {now.threshold.value} (few, normal or many)"),
        *([("about", "what everybody reads")] if now.content is Content.TRENDING else []),
        ("empty days", "told, with the reason" if now.tell_empty else "quiet"),
        ("place", _place(now.address, here)),
        ("next", _next(status)),
        ("last", _latest(status)),
    ]
    if status.latest_sent is not None and status.latest_sent is not status.latest:
        rows.append(("last that came", f"{day_words(status.latest_sent.period)}: {_fate(status.latest_sent, status)}"))
    blocks: list[Block] = [Text("Your digest", "heading"), Table(("", ""), tuple(rows)), *_notes(status)]
    blocks.append(Text("`digest preview`, `digest pause 3 days`, `digest stop`, `help digest`", "note"))
    return Message(tuple(blocks), digest_data(status), private=True)


def paused(status: DigestStatus | None, before: Subscription | None) -> Message:
    if status is None:
        return _none()
    until = status.subscription.paused_until
    what = "Paused until `digest resume`." if until == date.max else "Paused."
    lines = [Text(f"{what} {_next_comes(status)}" if status.next else what)]
    was = _pause_command(before, status) if before and before.paused_until != until else ""
    undo = f"`{was or 'digest resume'}` takes it back."
    return Message((*lines, *_stopped(status), Text(undo, "note")), digest_data(status), private=True)


def resumed(status: DigestStatus | None, before: Subscription | None) -> Message:
    if status is None or before is None:
        return _none()
    was = _pause_command(before, status)
    if before.is_disabled:
        what = f"Started again, to {place_words(before.address)}."
    else:
        what = "Going on." if was else "It is not paused."
    undo = [Text(f"`{was}` takes it back.", "note")] if was else []
    blocks: list[Block] = [Text(f"{what} {_next_comes(status)}"), *_notes(status), *undo]
    return Message(tuple(blocks), digest_data(status), private=True)


def stopped(before: Subscription | None) -> Message:
    if before is None:
        return _none()
    text = f"Stopped: no more digests. `{order_command(before)}` starts them again."
    return Message((Text(text),), {"subscribed": False, "again": order_command(before)}, private=True)


def bad_words(reason: str) -> Message:
    """Answers to a ScheduleWordsError."""
    return _error(f"{reason[:1].upper()}{reason[1:]}.", {})


def unknown_zone(text: str, suggestions: Sequence[str]) -> Message:
    """Answers to an UnknownZoneError."""
    names = [f"`{name}`" for name in suggestions]
    if names:
        meant = f"Did you mean {', '.join(names[:-1])}{' or ' if names[:-1] else ''}{names[-1]}?"
    else:
        meant = "Name a city such as `Berlin`, an IANA zone such as `America/New_York`, or `UTC+2`."
    return _error(f"{quoted(text)} is no time zone that I know. {meant}", {"suggestions": list(suggestions)})


def status_line(status: DigestStatus | None) -> str:
    """The digest in a line, for `status`."""
    if status is None:
        return "none; `digest subscribe` starts one"
    return f"next: {_next(status)}; last: {_latest(status)}"


def digest_data(status: DigestStatus) -> dict[str, Json]:
    """A digest for machines."""
    now = status.subscription
    latest = status.latest
    return {
        "subscribed": True,
        "days": list(now.days),
        "time": now.local_time.isoformat(timespec="minutes"),
        "zone": now.zone,
        "size": now.size,
        "threshold": now.threshold.value,
        "tell_empty": now.tell_empty,
        "content": now.content.value,
        "platform": now.address.platform,
        "channel": now.address.channel,
        "paused_until": now.paused_until.isoformat() if now.paused_until else None,
        "disabled_reason": now.disabled_reason or None,
        "zone_known": status.is_zone_known,
        "next_due_at": status.next.due_at.isoformat() if status.next else None,
        "next_period": status.next.period.isoformat() if status.next else None,
        "last": _delivery_data(latest) if latest else None,
        "next_papers_at": status.next_papers_at.isoformat(),
        "command": order_command(now),
    }


def _delivery_data(delivery: Delivery) -> dict[str, Json]:
    return {
        "period": delivery.period.isoformat(),
        "due_at": delivery.due_at.isoformat(),
        "state": delivery.state.value,
        "reason": delivery.reason or None,
        "papers": len(delivery.entries),
        "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
    }


def order_command(subscription: Subscription) -> str:
    """The command that orders this very digest; a zone that is gone cannot be ordered again."""
    days = _NAMED_DAYS.get(subscription.days) or ",".join(DAYS[day][:3] for day in subscription.days)
    zone = [zone_label(subscription.zone)] if find_zone(subscription.zone) else []
    words = [days, f"{subscription.local_time:%H:%M}", *zone, str(subscription.size)]
    words += [subscription.threshold.value, "tell" if subscription.tell_empty else "quiet"]
    return f"digest subscribe {' '.join(words)}"


def _order(subscription: Subscription) -> str:
    empty = "with a word on days without papers" if subscription.tell_empty else "quiet on days without papers"
    return (
        f"{_days(subscription.days)} at {subscription.local_time:%H:%M} ({zone_label(subscription.zone)}), "
        f"up to {plural(subscription.size, 'paper')}, {subscription.threshold.value}, {empty}"
    )


def _days(days: Sequence[int]) -> str:
    return _NAMED_DAYS.get(tuple(days)) or ", ".join(DAYS[day][:3].title() for day in days)


def _zone(status: DigestStatus) -> str:
    zone = status.subscription.zone
    return zone_label(zone) if status.is_zone_known else f"{zone} (not known any more)"


def _next(status: DigestStatus) -> str:
    now, run = status.subscription, status.next
    if now.is_disabled:
        return "none, it stopped by itself"
    if run is None:
        return "none until `digest resume`, it is paused"
    said = f"{_moment(run.due_at, status.zone, status.now)}, {span_words(run.due_at - status.now)}"
    until = now.paused_until
    if until is not None and now.next_period is not None and now.next_period <= until:
        said += f" (paused up to {day_words(until)}{_year(until, status.zone, status.now)})"
    return said


def _next_comes(status: DigestStatus) -> str:
    return f"The next comes {_next(status)}." if status.next else f"The next: {_next(status)}."


def _latest(status: DigestStatus) -> str:
    if status.latest is None:
        return "none yet"
    return f"{day_words(status.latest.period)}: {_fate(status.latest, status)}"


def _fate(delivery: Delivery, status: DigestStatus) -> str:
    """What became of a delivery."""
    place = place_words(delivery.address)
    match delivery.state:
        case DeliveryState.DUE | DeliveryState.COMPOSED:
            return "on its way"
        case DeliveryState.SENDING:
            return "being sent"
        case DeliveryState.SENT:
            papers = (
                plural(len(delivery.entries), "paper") if delivery.entries or not delivery.reason else _why(delivery)
            )
            at = delivery.sent_at or delivery.due_at
            return f"sent {_moment(at, status.zone, status.now)}, {papers}"
        case DeliveryState.RETRY:
            again = f" {_moment(delivery.retry_at, status.zone, status.now)}" if delivery.retry_at else ""
            return f"could not be brought yet ({delivery.reason}); tried again{again}"
        case DeliveryState.UNKNOWN if delivery.retry_at:
            return f"may have arrived: no answer came, and {place} is asked before anything is sent again"
        case DeliveryState.UNKNOWN:
            return f"may have arrived: no answer came, and {place} cannot be asked, so it is not sent again"
        case DeliveryState.FAILED:
            return f"could not be brought: {delivery.reason}"
        case DeliveryState.SKIPPED:
            return f"none, {_why(delivery)}"


def _why(delivery: Delivery) -> str:
    known = {reason.value: reason for reason in SkipReason}
    reason = known.get(delivery.reason)
    return reason_words(reason, delivery.period).removesuffix(".") if reason else delivery.reason


def _notes(status: DigestStatus) -> list[Text]:
    """What a person should know: what keeps digests away, and where the time stands to arXiv's announcements."""
    notes = _stopped(status)
    if not status.is_zone_known:
        offset = status.now.astimezone(status.zone).strftime("%z")
        text = (
            f"The time zone {status.subscription.zone} is not in the time zone data any more; your digest goes on at "
            f"UTC{offset[:3]}:{offset[3:]}. `digest subscribe Berlin` (your city) sets another."
        )
        notes.append(Text(text, "error"))
    if status.is_bare:
        text = "I do not know yet what you care about: `start`, or `interests add diffusion models`, tells me."
        notes.append(Text(text, "note"))
    if status.next is not None:
        come = _moment(status.next_papers_at, status.zone, status.now)
        day = day_words(status.next.period)
        if status.papers_at is None:
            text = f"arXiv announces nothing for {day}: that digest uses what is there. Its next papers come {come}."
            notes.append(Text(text, "note"))
        elif status.papers_at > status.next.due_at:
            text = f"At that time arXiv's papers of {day} are not in: the digest uses what is there. They come {come}."
            notes.append(Text(text, "note"))
    return notes


def _place(address: Address, here: Address) -> str:
    if is_direct(address):
        return place_words(address)
    return "here" if address == here else f"{place_words(address)}; `digest subscribe` moves it here"


def _stopped(status: DigestStatus) -> list[Text]:
    now = status.subscription
    if now.disabled_at is None:
        return []
    text = (
        f"Digests stopped by themselves on {_moment(now.disabled_at, status.zone, status.now)}: {now.disabled_reason} "
        f"`digest resume` starts them again there, `digest subscribe` here."
    )
    return [Text(text, "error")]


def _pause_command(before: Subscription, status: DigestStatus) -> str:
    """The command for the pause that was; empty where there was none, or it is over."""
    until = before.paused_until
    if until is None or until < status.now.astimezone(status.zone).date():
        return ""
    return "digest pause" if until == date.max else f"digest pause {until.isoformat()}"


def _moment(at: datetime, zone: tzinfo, now: datetime) -> str:
    local = at.astimezone(zone)
    return f"{day_words(local.date())}{_year(local, zone, now)} at {local:%H:%M}"


def _year(day: date, zone: tzinfo, now: datetime) -> str:
    """The year of a day, where it is not this one."""
    return f" {day.year}" if day.year != now.astimezone(zone).year else ""


def _none() -> Message:
    return _error(NO_DIGEST, {"subscribed": False})


def _error(text: str, data: dict[str, Json]) -> Message:
    return Message((Text(text, "error"),), {"error": text, **data}, private=True, ok=False)
