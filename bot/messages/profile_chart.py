"""The words of the picture of a profile."""

from collections.abc import Sequence

from bot.domain.chart import Chart, Row, Section, Theme
from bot.domain.chat import Image, Json
from bot.domain.profile import Interest, InterestKind
from bot.messages.wording import distinct_words, plural

LEARNED = 12
LESS = 8
WEEKS = 4
_CLEARLY = 0.15
"""A change of so much of the strongest word's strength is a change."""

Movements = Sequence[tuple[str, tuple[float, ...]]]
"""(words, strength on each of the days, oldest first)."""


def profile_chart(interests: Sequence[Interest], stated: Movements, learned: Movements, less: Movements) -> Chart:
    """`stated` are the interests in their order, 1 on the days on which they were there."""
    told = [
        Row(_name(interest), 1.0, history, f"since {interest.added_at.day} {interest.added_at:%b}")
        for interest, (_, history) in zip(interests, stated, strict=True)
        if interest.kind is not InterestKind.MUTE
    ]
    mutes = [
        Row(f"mute: {interest.text}", 1.0, history, "never")
        for interest, (_, history) in zip(interests, stated, strict=True)
        if interest.kind is InterestKind.MUTE
    ]
    return Chart(
        "Your profile",
        f"{plural(len(told), 'interest')} told, the rest learned" if told or learned or less else "Still blank",
        (
            Section("You told me", "stated", tuple(told), "Nothing yet: interests add TEXT"),
            Section("I learned", "learned", _rows(learned, LEARNED), "Nothing yet: like a paper"),
            Section("Less of", "less", (*mutes, *_rows(less, LESS)), "Nothing: dislike a paper that is not for you"),
        ),
        f"last {WEEKS} weeks",
    )


def movement(history: Sequence[float]) -> str:
    """In one word what became of a strength since the first day."""
    if not history or not history[0]:
        return "new"
    change = history[-1] - history[0]
    return "steady" if abs(change) < _CLEARLY else "rising" if change > 0 else "fading"


def _rows(movements: Movements, most: int) -> tuple[Row, ...]:
    histories = dict(reversed(movements))
    shown = distinct_words((words for words, _ in movements), most)
    return tuple(Row(words, histories[words][-1], histories[words], movement(histories[words])) for words in shown)


def _name(interest: Interest) -> str:
    match interest.kind:
        case InterestKind.AUTHOR:
            return f"by {interest.text}"
        case InterestKind.CATEGORY:
            return f"in {interest.text}"
        case _:
            return interest.text


def profile_image(png: bytes, theme: Theme) -> Image:
    return Image(f"profile-{theme}.png", png, "Your profile as a picture: its strongest words, and the last four weeks")


def history_data(days_ago: Sequence[int], learned: Movements, less: Movements) -> Json:
    return {"days_ago": list(days_ago), "learned": _values(learned), "less": _values(less)}


def _values(movements: Movements) -> dict[str, Json]:
    return {words: list(values) for words, values in movements}
