"""The answer to `why`: origins and terms with their shares, the rank, the named steps, or what kept a paper out."""

import math
from collections.abc import Mapping, Sequence

from bot.domain.chat import Block, Bullets, Json, Message, Table, Text
from bot.domain.ranking import Explanation
from bot.messages import counterfactual
from bot.messages.cards import reason_line, step_line, top_words
from bot.messages.shares import apportioned
from bot.messages.wording import quoted

SHOWN_TERMS = 12
SHOWN_GROUPS = 8
UNIT = 0.001
"""What scores are rounded to where people see them."""


def why(
    explanation: Explanation,
    words: Mapping[str, str],
    *,
    days: int,
    topic: str,
    again: bool = False,
    n: int = 5,
    listed: bool = False,
) -> Message:
    """`days`, `topic`, `again` and `n` are what the list was asked for; `listed`: the paper was in it."""
    paper = explanation.paper
    blocks: list[Block] = [Text(f'Why "{paper.title}"', "heading"), Text(_verdict(explanation))]
    if explanation.groups:
        blocks.append(Bullets(tuple(_groups(explanation, words))))
        blocks.append(Table(("term", "adds", "share"), tuple(_terms(explanation, words))))
    blocks += [Text(step_line(step)) for step in explanation.steps]
    change = counterfactual.sentence(explanation, n=n, topic=topic, listed=listed)
    if change:
        blocks.append(Text(change))
    about = f", for {quoted(topic)}" if topic else ""
    unseen = "" if again else ", not shown to you before"
    window = "the last day" if days == 1 else f"the last {days} days"
    note = f"{explanation.candidates:,} candidates: new within {window}{unseen}{about}."
    blocks.append(Text(note, "note"))
    data = _data(explanation, words) | {
        "last_listed": explanation.last_listed,
        "counterfactual": counterfactual.data(explanation.counterfactual, n=n, topic=topic),
    }
    return Message(tuple(blocks), data, private=True)


def _verdict(explanation: Explanation) -> str:
    score = f"score {_number(round(explanation.score / UNIT))}"
    if explanation.rank is not None and not explanation.kept_out:
        return f"Rank {explanation.rank} of {explanation.candidates:,} candidates, {score}, the sum of:"
    kept_out = KEPT_OUT.get(explanation.kept_out.partition(":")[0], explanation.kept_out)
    detail = explanation.kept_out.partition(":")[2].strip()
    rank = f" (rank {explanation.rank} of {explanation.candidates:,})" if explanation.rank else ""
    text = f"Not recommended: {kept_out.format(detail=detail)}{rank}."
    return f"{text} Its {score} is the sum of:" if explanation.groups else text


KEPT_OUT = {
    "not fresh": "it is not new any more; `recommend --days 30` looks further back",
    "already shown or reacted to": "you have had it before",
    "shown": "I have shown it to you before; `recommend again` repeats",
    "reacted to": "you have reacted to it; `recommend again` repeats",
    "turned down": "you turned it down; `undo` takes that back",
    "known": "you said that you know it; `undo` takes that back",
    "muted": 'your mute "{detail}" keeps it out; `interests remove {detail}` lifts it',
    "withdrawn": "its authors have withdrawn it",
    "no term in common": "it shares no word with your interests or with what you liked",
    "outweighed by dislikes": "what you turned down weighs more than what you like about it",
    "not on the topic": "it has no word of the topic you asked for",
    "too far from your interests": "it has too little of what you care about",
    "below the first k": "others were closer to you",
    "not among the papers asked for": "it is not among the papers that were to choose from",
    "not stored": "I have not read it yet",
    "to start with": "I know nothing of you yet; it stands for a part of what is new, so what you say of it helps most",
}
"""Words for what the ranking says kept a paper out (bot.ranking.eligibility.KeptOut)."""


def _groups(explanation: Explanation, words: Mapping[str, str]) -> list[str]:
    """A line for each of the strongest origins, one for all others together: what is shown adds up to the score."""
    shown, rest = explanation.groups[:SHOWN_GROUPS], explanation.groups[SHOWN_GROUPS:]
    values = [part.value for part in shown] + ([math.fsum(part.value for part in rest)] if rest else [])
    lines = [reason_line(part, words) for part in shown] + ([f"{len(rest)} smaller reasons"] if rest else [])
    shares = _shares(values, explanation.score)
    return [f"{value} ({share})  {line}" for (value, share), line in zip(shares, lines, strict=True)]


def _terms(explanation: Explanation, words: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """A row for each of the strongest words: terms that the paper spells alike ("li", "dit", "LI-DiT") share one."""
    sums: dict[str, float] = {}
    spelled: dict[str, str] = {}
    for part in explanation.parts:
        for term in part.terms:
            word = words.get(term.term, term.term)
            spelled.setdefault(word.casefold(), word)
            sums[word.casefold()] = sums.get(word.casefold(), 0.0) + term.value
    ordered = sorted(sums.items(), key=lambda item: (-abs(item[1]), item[0]))
    shown, rest = ordered[:SHOWN_TERMS], ordered[SHOWN_TERMS:]
    names = [spelled[word] for word, _ in shown] + ([f"{len(rest)} more"] if rest else [])
    values = [value for _, value in shown] + ([math.fsum(value for _, value in rest)] if rest else [])
    shares = _shares(values, explanation.score)
    return [(name, value, share) for name, (value, share) in zip(names, shares, strict=True)]


def _shares(values: Sequence[float], score: float) -> list[tuple[str, str]]:
    """(number, percentage of the score) for values that add up to the score; both add up as they are shown."""
    numbers = [_number(units, "+") for units in apportioned(values, score, UNIT)]
    if round(score / UNIT) <= 0:
        return [(number, "-") for number in numbers]
    parts = [value / score for value in values]
    return [(number, f"{part}%") for number, part in zip(numbers, apportioned(parts, 1.0, 0.01), strict=True)]


def _number(units: int, sign: str = "-") -> str:
    return f"{units * UNIT:{sign}.3f}"


def _data(explanation: Explanation, words: Mapping[str, str]) -> dict[str, Json]:
    parts: list[Json] = [
        {
            "kind": part.kind.value,
            "label": part.label,
            "value": part.value,
            "paper": part.paper,
            "terms": [
                {"term": term.term, "words": words.get(term.term, term.term), "value": term.value}
                for term in part.terms
            ],
        }
        for part in explanation.parts
    ]
    groups: list[Json] = [
        {
            "kind": group.kind.value,
            "label": group.label,
            "paper": group.paper,
            "value": group.value,
            "words": top_words(group, words),
            "sources": [{"id": source.paper, "title": source.title} for source in group.sources],
        }
        for group in explanation.groups
    ]
    return {
        "id": explanation.paper.id,
        "title": explanation.paper.title,
        "score": explanation.score,
        "rank": explanation.rank,
        "candidates": explanation.candidates,
        "kept_out": explanation.kept_out or None,
        "groups": groups,
        "parts": parts,
        "steps": [{"name": step.name, "effect": step.effect} for step in explanation.steps],
    }
