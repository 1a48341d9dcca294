"""What is said about interests, feedback, profile, accounts, privacy."""

import json
from collections.abc import Sequence

from bot.domain.chat import Block, Button, File, Image, Json, Message, Text
from bot.domain.feedback import Reaction
from bot.domain.paper import Paper
from bot.domain.person import LinkCode, Person
from bot.domain.profile import Interest, InterestKind
from bot.messages.wording import distinct_words, plural, quoted

SHOWN_TERMS = 12

_KINDS = {
    InterestKind.TEXT: "",
    InterestKind.AUTHOR: "follow: ",
    InterestKind.CATEGORY: "category: ",
    InterestKind.MUTE: "mute: ",
}

_REFUSALS = {
    "too long": "is too long for one interest (200 characters); a few words do better",
    "no category": "is not an arXiv category (cs.LG, stat.ML, math.NT, quant-ph, ...)",
    "no words": "has no word that I could look for",
    "too many": "would be more than 100 interests; remove some first",
}


def interests(items: Sequence[Interest]) -> Message:
    if not items:
        return Message(
            (Text("No interests yet. `interests add diffusion models, recommender systems` is a start."),),
            [],
            private=True,
        )
    lines = "\n".join(f"{number}. {interest_name(item)}" for number, item in enumerate(items, start=1))
    note = Text("`interests add TEXT`, `interests remove 1`, `help interests`", "note")
    return Message((Text("Your interests", "heading"), Text(lines), note), _list(items), private=True)


def interests_changed(
    items: Sequence[Interest],
    added: Sequence[Interest],
    had: Sequence[str],
    refused: Sequence[tuple[str, str]],
) -> Message:
    lines = [f"Added: {', '.join(interest_name(item) for item in added)}."] if added else []
    if had:
        lines.append(f"You have that already: {', '.join(had)}.")
    problems = [f'"{text}" {_REFUSALS[kind]}.' for text, kind in refused]
    blocks: list[Block] = [Text(" ".join(lines))] if lines else []
    blocks += [Text(problem, "error") for problem in problems]
    if added:
        undo = added[-1].text
        blocks.append(Text(f"`recommend` goes by it now; `interests remove {undo}` takes it back.", "note"))
    if not blocks:
        blocks.append(Text("There was nothing to add.", "error"))
    data: Json = {
        "interests": _list(items),
        "added": _list(added),
        "had": list(had),
        "refused": [{"text": text, "reason": _REFUSALS[kind]} for text, kind in refused],
    }
    buttons = (Button("Recommend", "recommend"), Button("Undo", f"interests remove {added[-1].text}")) if added else ()
    return Message(tuple(blocks), data, private=True, ok=bool(added or had), buttons=buttons)


def interest_removed(items: Sequence[Interest], removed: Sequence[Interest], text: str) -> Message:
    if not removed:
        line = Text(f"I know no interest {quoted(text)}. `interests` lists them with their numbers.", "error")
        return Message((line,), {"interests": _list(items), "removed": []}, private=True, ok=False)
    names = ", ".join(interest_name(item) for item in removed)
    return Message((Text(f"Removed: {names}."),), {"interests": _list(items), "removed": _list(removed)}, private=True)


def confirm_reset(command: str, what: str) -> Message:
    return Message(
        (Text(f"This {what} and cannot be undone. `{command} yes` does it."),),
        {"confirm": f"{command} yes"},
        private=True,
        buttons=(Button("Yes, do it", f"{command} yes"),),
    )


def was_reset(interest_count: int, events: int) -> Message:
    what = f"{plural(interest_count, 'interest')} and {plural(events, 'word')} of feedback"
    return Message(
        (Text(f"Forgotten: {what}. A fresh start."),), {"interests": interest_count, "feedback": events}, private=True
    )


_SET = {
    Reaction.LIKE: "Liked",
    Reaction.DISLIKE: "Disliked",
    Reaction.SAVE: "Saved",
    Reaction.HIDE: "Hidden",
    Reaction.KNOWN: "Known (more like it, but not it again)",
    Reaction.CLICK: "Opened",
}
_CLEARED = {
    Reaction.LIKE: "No longer liked",
    Reaction.DISLIKE: "No longer disliked",
    Reaction.SAVE: "No longer saved",
    Reaction.HIDE: "No longer hidden",
    Reaction.KNOWN: "No longer marked as known",
    Reaction.CLICK: "Closed",
}


def feedback(
    paper: Paper, changed: Sequence[tuple[Reaction, bool]], active: frozenset[Reaction], asked: str = ""
) -> Message:
    """What a press or an `undo` did. `asked` is the state that was asked for: on, off or empty."""
    if not changed and asked:
        text = f'It was so already: "{paper.title}".'
    elif not changed:
        text = f'You have said nothing about "{paper.title}", so there is nothing to take back.'
    else:
        said = [(_SET if on else _CLEARED)[reaction] for reaction, on in reversed(changed)]
        text = f'{"; ".join([said[0], *(word.lower() for word in said[1:])])}: "{paper.title}".'
        if changed[-1][1]:
            text += " `undo` takes it back."
    data: Json = {
        "id": paper.id,
        "title": paper.title,
        "changed": {reaction.value: on for reaction, on in changed},
        "active": sorted(reaction.value for reaction in active),
    }
    buttons = (Button("Undo", f"undo {paper.id}"),) if changed and changed[-1][1] else ()
    return Message((Text(text.replace("`undo`", f"`undo {paper.id}`")),), data, private=True, buttons=buttons)


def imported(learned: int, had: int, missing: Sequence[str], rejected: Sequence[str], error: str) -> Message:
    lines = [f"Learned from {plural(learned, 'paper')} of your library."]
    if had:
        lines.append(f"{had} were known already.")
    blocks: list[Block] = [Text(" ".join(lines))]
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        why = f" ({error})" if error else ""
        blocks.append(Text(f"Not found{why}: {'; '.join(missing[:5])}{more}."))
    if rejected:
        blocks.append(Text(f"Could not be read: {'; '.join(rejected[:5])}.", "error"))
    data: Json = {"learned": learned, "had": had, "missing": list(missing), "rejected": list(rejected)}
    return Message(tuple(blocks), data, private=True, ok=bool(learned or had))


def no_file(name: str) -> Message:
    text = f"I got no file {quoted(name)}. Name a .bib, .ris or text file that is there."
    return Message((Text(text, "error"),), {"error": text}, private=True, ok=False)


def profile(
    items: Sequence[Interest],
    learned: Sequence[tuple[str, float]],
    disliked: Sequence[tuple[str, float]],
    reactions: dict[Reaction, int],
    shown: int,
    picture: Image | None = None,
    history: Json = None,
) -> Message:
    """`history` is for machines: how strong the learned words were over the last weeks."""
    blocks: list[Block] = [Text("Your profile", "heading")]
    if items:
        blocks.append(Text("You told me: " + ", ".join(interest_name(item) for item in items)))
    if learned:
        blocks.append(Text("I learned: " + ", ".join(_weighted(learned))))
    if disliked:
        blocks.append(Text("Less of: " + ", ".join(_weighted(disliked))))
    counts = ", ".join(f"{count} {reaction.value}" for reaction, count in reactions.items())
    blocks.append(Text(f"{plural(shown, 'paper')} shown; {counts or 'no reactions yet'}.", "note"))
    if not items and not learned:
        blocks.append(Text("Nothing is known yet: `interests add TEXT`, or `like 1` on a list.", "note"))
    data: Json = {
        "interests": _list(items),
        "learned": dict(learned),
        "disliked": dict(disliked),
        "reactions": {reaction.value: count for reaction, count in reactions.items()},
        "shown": shown,
        "history": history,
    }
    if picture is not None:
        blocks.append(picture)
    return Message(tuple(blocks), data, private=True)


def link_code(code: LinkCode) -> Message:
    text = f"Type `link {code.code}` where your other account is, within 15 minutes. It works once."
    return Message((Text(text),), {"code": code.code, "expires_at": code.expires_at.isoformat()}, private=True)


def linked(outcome: str, person: Person) -> Message:
    """`outcome` is a LinkOutcome's value."""
    texts = {
        "joined": "Joined: one profile now, from everything both accounts knew. `unlink` parts them again.",
        "same": "That code is from this very account; type it on the other one.",
        "bad code": "That code is not good (any more). `link` on the other account gives a new one.",
    }
    ok = outcome == "joined"
    return Message(
        (Text(texts[outcome], "plain" if ok else "error"),),
        {"outcome": outcome, "accounts": len(person.accounts)},
        private=True,
        ok=ok,
    )


def unlinked(done: bool) -> Message:
    text = (
        "This account has a profile of its own again, an empty one."
        if done
        else "This account is not joined with another one."
    )
    return Message((Text(text),), {"unlinked": done}, private=True, ok=done)


def exported(document: dict[str, Json]) -> Message:
    content = json.dumps(document, ensure_ascii=False, indent=2)
    return Message((File("paperboy-export.json", content, "application/json"),), document, private=True)


def forgotten() -> Message:
    text = "Erased: your interests, your feedback, what I learned, what I showed you. I no longer know you."
    return Message((Text(text),), {"forgotten": True}, private=True)


def interest_name(interest: Interest) -> str:
    """An interest in words, with its kind where it is none of the ordinary ones."""
    return f"{_KINDS[interest.kind]}{interest.text}"


def _list(items: Sequence[Interest]) -> list[Json]:
    return [{"kind": item.kind.value, "text": item.text} for item in items]


def _weighted(terms: Sequence[tuple[str, float]]) -> list[str]:
    weights = dict(reversed(terms))
    return [f"{word} {weights[word]:.0%}" for word in distinct_words((word for word, _ in terms), SHOWN_TERMS)]
