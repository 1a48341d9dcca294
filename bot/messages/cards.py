"""A paper as a card: title, meta line, a few sentences of the abstract, the reasons, the buttons."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.chat import Button, Json, PaperCard
from bot.domain.excerpt import shorten
from bot.domain.paper import Paper
from bot.domain.profile import PartKind
from bot.domain.ranking import Part, Step
from bot.messages.wording import distinct_words, quoted

TITLE = 80
"""Characters of another paper's title inside a reason."""


def paper_card(
    paper: Paper, number: int | None = None, reasons: Sequence[str] = (), *, whole: bool = False, extra: str = ""
) -> PaperCard:
    """`whole` shows the abstract in full; `extra` joins the meta line (a score, a count of upvotes)."""
    name = str(number) if number is not None else paper.id
    return PaperCard(
        paper=paper.id,
        title=paper.title,
        url=paper.link,
        meta=" · ".join(piece for piece in (authors_line(paper), *_facts(paper), extra) if piece),
        abstract=paper.abstract if whole else shorten(paper.abstract),
        number=number,
        reasons=tuple(reasons),
        buttons=tuple(Button(label, f"{label} {name}") for label in ("like", "dislike", "save", "why")),
        label="sample, not a real paper" if paper.is_sample else "",
    )


def paper_data(paper: Paper) -> dict[str, Json]:
    """A paper for machines."""
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "url": paper.link,
        "announced_at": _iso(paper.announced_at),
        "upvotes": paper.upvotes,
        "sample": paper.is_sample,
    }


def authors_line(paper: Paper, most: int = 3) -> str:
    if len(paper.authors) > most:
        return f"{', '.join(paper.authors[: most - 1])} and {len(paper.authors) - most + 1} others"
    return ", ".join(paper.authors)


def _facts(paper: Paper) -> list[str]:
    facts: list[str] = []
    moment = paper.announced_at or paper.submitted_at
    if moment is not None:
        facts.append(moment.date().isoformat())
    elif paper.year:
        facts.append(str(paper.year))
    if paper.categories:
        facts.append(" ".join(paper.categories[:3]))
    if paper.withdrawn:
        facts.append("withdrawn")
    return facts


def reasons_of(parts: Sequence[Part], words: Mapping[str, str], most: int = 2) -> list[str]:
    """The strongest helping parts in words a person understands, one line each.

    What is learned from liked papers that have lines of their own among them would say the same again: it is left out.
    """
    helping = sorted((part for part in parts if part.value > 0), key=lambda part: -part.value)
    named = {part.label for part in helping[:most] if part.kind is PartKind.LIKED_PAPER}
    telling = [part for part in helping if not (part.sources and {source.title for source in part.sources} <= named)]
    return [reason_line(part, words) for part in telling[:most]]


def reason_line(part: Part, words: Mapping[str, str]) -> str:
    """Where a part of the score comes from, in words: the interest, the liked papers, and the words in common."""
    terms = ", ".join(top_words(part, words))
    match part.kind:
        case PartKind.INTEREST:
            return f'your interest "{part.label}": {terms}'
        case PartKind.TOPIC:
            return f'you asked for "{part.label}": {terms}'
        case PartKind.AUTHOR:
            return f"you follow {part.label}"
        case PartKind.CATEGORY:
            return f"in {part.label}, a category you read"
        case PartKind.LIKED_PAPER:
            return f"because you liked {quoted(part.label, TITLE)}: {terms}"
        case PartKind.DISLIKED:
            return f"{_most_of_all('like papers you turned down', part)}: {terms}"
        case _:
            what = "close to what you like" if part.value >= 0 else "unlike what you like"
            return f"{_most_of_all(what, part)}: {terms}"


def _most_of_all(what: str, part: Part) -> str:
    papers = " and ".join(quoted(source.title, TITLE) for source in part.sources)
    return f"{what}, most of all {papers}" if papers else what


STEP_WORDS = {"explore": "exploring"}


def step_line(step: Step) -> str:
    """A named step after the score, in one line."""
    return f"{STEP_WORDS.get(step.name, step.name)}: {step.effect}"


def top_words(part: Part, words: Mapping[str, str], most: int = 4) -> list[str]:
    """The words of the terms that carry the part, strongest first."""
    sign = 1 if part.value >= 0 else -1
    carrying = sorted((term for term in part.terms if sign * term.value > 0), key=lambda term: -sign * term.value)
    return distinct_words((words.get(term.term, term.term) for term in carrying), most)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
