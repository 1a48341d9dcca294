"""The pushed digest: a header, a card for each paper, and the words for a day that brings none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.chat import Address, Json, Message, Text
from bot.domain.delivery import SkipReason
from bot.domain.ranking import Entry
from bot.messages.lists import SAMPLES_NOTE, Words, entry_told
from bot.messages.wording import day_words, place_words, plural

DigestForm = Literal["one", "cards"]

Told = tuple[Entry, Words]
"""An entry with the words that its terms stand for."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a digest is for. `next_at` is when arXiv's next papers come, on the person's own clock, where that is worth
    saying."""

    period: date
    next_at: datetime | None = None
    is_general: bool = False
    """Whether it holds what everybody reads."""


def digest_messages(
    form: DigestForm, occasion: Occasion, entries: Sequence[Told | None], candidates: int, days: int
) -> list[Message]:
    """A digest in its parts: one message, or a header and a message for each paper. None stands for a paper that has
    gone since the digest was begun: the others keep their places."""
    there = [told for told in entries if told is not None]
    whose = "Trending papers" if occasion.is_general else "Your papers"
    heading = Text(f"{whose} for {day_words(occasion.period)}", "heading")
    window = "the last day" if days == 1 else f"the last {days} days"
    kind = "trending paper" if occasion.is_general else "new paper"
    among = f" of {plural(candidates, kind)}" if candidates else ""
    notes = [Text(f"{len(there)}{among} ({window}). `why 1` says more.", "note"), *_next(occasion)]
    if any(entry.paper.is_sample for entry, _ in there):
        notes.append(Text(SAMPLES_NOTE, "note"))
    if form == "one":
        papers = [entry_told(*told) for told in there]
        data: Json = {"digest": occasion.period.isoformat(), "papers": [about for _, about in papers]}
        return [Message((heading, *(card for card, _ in papers), *notes), data)]
    header = Message((heading, *notes), {"digest": occasion.period.isoformat(), "papers": len(entries)})
    return [header, *map(_card, entries)]


def empty_digest(occasion: Occasion, reason: SkipReason) -> Message:
    """A word about a day that brings nothing, for who wants to be told."""
    blocks = (Text(f"No papers for you on {day_words(occasion.period)}: {reason_words(reason, occasion.period)}"),)
    data = {"digest": occasion.period.isoformat(), "papers": [], "reason": reason.value}
    return Message((*blocks, *_next(occasion)), data)


def reason_words(reason: SkipReason, period: date) -> str:
    """Why a period brought nothing, as the end of a sentence."""
    texts = {
        SkipReason.MISSED: "Paperboy was not running at its time, nor within a day of it.",
        SkipReason.PAUSED: "digests were paused.",
        SkipReason.STOPPED: "digests were stopped.",
        SkipReason.RESUMED: "digests go on.",
        SkipReason.NO_PAPERS: "there are no papers yet.",
        SkipReason.NO_PROFILE: "I do not know yet what you care about; `interests add diffusion models` tells me.",
        SkipReason.NOTHING_ANNOUNCED: f"arXiv announces nothing {_when(period)}.",
        SkipReason.NOTHING_FRESH: "no new papers came in.",
        SkipReason.ALL_SEEN: "you have seen everything that is new and close to you.",
        SkipReason.NOTHING_CLOSE: "nothing was close enough to your interests.",
    }
    return texts[reason]


def disabled_notice(address: Address, reason: str) -> Message:
    """Told on another surface when digests cannot be brought any more."""
    lines = (
        Text("Your digests have stopped", "heading"),
        Text(f"I cannot bring them to {place_words(address)} any more: {reason}"),
        Text("`digest subscribe` brings them here from now on; `digest resume` tries the old place again.", "note"),
    )
    data = {"digest": None, "disabled": reason, "platform": address.platform}
    return Message(lines, data, private=True)


def channel_notice(address: Address, reason: str) -> Message:
    """Told to the operator when the digests of a channel cannot be brought any more."""
    lines = (
        Text("A channel's digests have stopped", "heading"),
        Text(f"I cannot bring them to the channel {address.channel} on {place_words(address)} any more: {reason}"),
        Text("When that is mended, `digest resume` for that channel starts them again.", "note"),
    )
    data = {"digest": None, "disabled": reason, "platform": address.platform, "channel": address.channel}
    return Message(lines, data, private=True)


def _card(told: Told | None) -> Message:
    if told is None:
        return Message((Text("The paper of this place is not stored here any more.", "note"),), None)
    card, about = entry_told(*told)
    return Message((card,), about)


def _next(occasion: Occasion) -> list[Text]:
    if occasion.next_at is None:
        return []
    at = occasion.next_at
    day = "today" if at.date() == occasion.period else f"on {day_words(at.date())}"
    return [Text(f"arXiv's next papers come {day} at {at:%H:%M} ({at.tzname()}).", "note")]


def _when(period: date) -> str:
    """Weekends are the rule; any other day is a holiday of arXiv's."""
    return f"on a {period:%A}" if period.weekday() > 4 else f"for {day_words(period)}, a holiday of its own"
