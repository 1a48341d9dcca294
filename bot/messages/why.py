"""The answer to `why`: parts and terms with their shares, the rank, the named steps, or what kept a paper out."""

from collections.abc import Mapping

from bot.domain.chat import Block, Bullets, Json, Message, Table, Text
from bot.domain.ranking import Explanation
from bot.messages.cards import reason_line, step_line
from bot.messages.wording import quoted

SHOWN_TERMS = 12


def why(explanation: Explanation, words: Mapping[str, str], *, days: int, topic: str, again: bool = False) -> Message:
    paper = explanation.paper
    blocks: list[Block] = [Text(f'Why "{paper.title}"', "heading"), Text(_verdict(explanation))]
    if explanation.parts:
        blocks.append(Bullets(tuple(_parts(explanation, words))))
        blocks.append(Table(("term", "adds", "share"), tuple(_terms(explanation, words))))
    blocks += [Text(step_line(step)) for step in explanation.steps]
    about = f", for {quoted(topic)}" if topic else ""
    unseen = "" if again else ", not shown to you before"
    window = "the last day" if days == 1 else f"the last {days} days"
    note = f"{explanation.candidates:,} candidates: new within {window}{unseen}{about}."
    blocks.append(Text(note, "note"))
    return Message(tuple(blocks), _data(explanation, words), private=True)


def _verdict(explanation: Explanation) -> str:
    score = f"score {explanation.score:.3f}"
    if explanation.rank is not None and not explanation.kept_out:
        return f"Rank {explanation.rank} of {explanation.candidates:,} candidates, {score}, the sum of:"
    kept_out = KEPT_OUT.get(explanation.kept_out.partition(":")[0], explanation.kept_out)
    detail = explanation.kept_out.partition(":")[2].strip()
    rank = f" (rank {explanation.rank} of {explanation.candidates:,})" if explanation.rank else ""
    text = f"Not recommended: {kept_out.format(detail=detail)}{rank}."
    return f"{text} Its {score} is the sum of:" if explanation.parts else text


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


def _parts(explanation: Explanation, words: Mapping[str, str]) -> list[str]:
    parts = sorted(explanation.parts, key=lambda part: -abs(part.value))
    return [
        f"{part.value:+.3f} ({_share(part.value, explanation.score)})  {reason_line(part, words)}" for part in parts
    ]


def _terms(explanation: Explanation, words: Mapping[str, str]) -> list[tuple[str, str, str]]:
    sums: dict[str, float] = {}
    for part in explanation.parts:
        for term in part.terms:
            sums[term.term] = sums.get(term.term, 0.0) + term.value
    ordered = sorted(sums.items(), key=lambda item: (-abs(item[1]), item[0]))
    rows = [
        (words.get(term, term), f"{value:+.3f}", _share(value, explanation.score))
        for term, value in ordered[:SHOWN_TERMS]
    ]
    rest = ordered[SHOWN_TERMS:]
    if rest:
        value = sum(value for _, value in rest)
        rows.append((f"{len(rest)} more", f"{value:+.3f}", _share(value, explanation.score)))
    return rows


def _share(value: float, score: float) -> str:
    return f"{100 * value / score:.0f}%" if score else "-"


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
    return {
        "id": explanation.paper.id,
        "title": explanation.paper.title,
        "score": explanation.score,
        "rank": explanation.rank,
        "candidates": explanation.candidates,
        "kept_out": explanation.kept_out or None,
        "parts": parts,
        "steps": [{"name": step.name, "effect": step.effect} for step in explanation.steps],
    }
