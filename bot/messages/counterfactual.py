"""What a single change would do, in a sentence with the command that makes it."""

from bot.domain.chat import Json
from bot.domain.counterfactual import Change, ChangeKind, Counterfactual
from bot.domain.ranking import Explanation
from bot.messages.cards import TITLE
from bot.messages.wording import plural, quoted

_CHANGEABLE = frozenset(
    {
        "muted",
        "turned down",
        "no term in common",
        "outweighed by dislikes",
        "too far from your interests",
        "below the first k",
    }
)
"""What can keep a paper out although the person could have it otherwise (see bot.messages.why.KEPT_OUT)."""


def sentence(explanation: Explanation, *, n: int, topic: str, listed: bool) -> str:
    """Empty where there is nothing to change. `listed`: the paper is of a list that was shown already."""
    found = explanation.counterfactual
    if found is None:
        return "" if not explanation.kept_out else _how_far(explanation)
    said = f"`{command(found.change, n=n, topic=topic)}`"
    if not explanation.kept_out:
        where = f"it would be rank {found.rank}" if found.rank else "it would not be listed"
        return f"Without {_thing(found.change)} {where} ({said})."
    again = "; `recommend again` then repeats the list" if listed else ""
    return f"{said} would bring it in, at rank {found.rank}: {_deed(found.change)}{again}."


def data(found: Counterfactual | None, *, n: int, topic: str) -> Json:
    if found is None:
        return None
    return {
        "kind": found.change.kind.value,
        "change": _deed(found.change),
        "command": command(found.change, n=n, topic=topic),
        "rank": found.rank,
    }


def command(change: Change, *, n: int, topic: str) -> str:
    """What to type."""
    match change.kind:
        case ChangeKind.LIFT_MUTE | ChangeKind.REMOVE_INTEREST:
            return f"interests remove {change.text}"
        case ChangeKind.ADD_INTEREST:
            return f"interests add {change.text}"
        case ChangeKind.TAKE_BACK:
            return f"undo {change.paper}"
        case ChangeKind.LOOK_BACK:
            return f"recommend {n} --days {change.days} {topic}".strip()


def _how_far(explanation: Explanation) -> str:
    if explanation.kept_out.partition(":")[0] not in _CHANGEABLE:
        return ""
    text = "No single change that I tried would bring it in"
    if explanation.last_listed is None or explanation.last_listed <= explanation.score:
        return f"{text}."
    gap = f"its score is {explanation.score:.3f}, that of the last paper listed {explanation.last_listed:.3f}"
    return f"{text}: {gap}."


def _thing(change: Change) -> str:
    if change.kind is ChangeKind.TAKE_BACK:
        reaction = change.reaction.value if change.reaction else "word"
        return f"your {reaction} of {quoted(change.text, TITLE)}"
    return f"your interest {quoted(change.text, TITLE)}"


def _deed(change: Change) -> str:
    match change.kind:
        case ChangeKind.LIFT_MUTE:
            return f"lift the mute {quoted(change.text, TITLE)}"
        case ChangeKind.REMOVE_INTEREST:
            return f"remove the interest {quoted(change.text, TITLE)}"
        case ChangeKind.ADD_INTEREST:
            return f"add the interest {quoted(change.text, TITLE)}"
        case ChangeKind.TAKE_BACK:
            return f"take back {_thing(change)}"
        case ChangeKind.LOOK_BACK:
            return f"look back {plural(change.days, 'day')}"
