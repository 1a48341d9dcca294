"""A paper as a page shows it in a list: every line made up, abstracts cut where a page would grow too long."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import escape

from adapters.web.paper_links import api_path, paper_links
from bot.domain.excerpt import shorten
from bot.domain.page import Shown
from bot.domain.paper import Paper
from bot.domain.paper_path import paper_path

NAMED = 8
"""Authors; a list of a thousand says only how many more there are."""

TAGS = 4
"""Categories of a paper in a list."""

MARKUP, LINK, TAG = 310, 32, 32
"""Bytes of the template around an entry, one of its links, one of its categories."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`path` is the paper's page, `api` where its whole abstract is for the script."""

    paper: Paper
    path: str
    api: str
    authors: str
    facts: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    abstract: str
    cut: bool = False


def entry(shown: Shown) -> Entry:
    paper = shown.paper
    return Entry(
        paper,
        paper_path(paper.id),
        api_path(paper.id),
        authors_line(paper),
        tuple(_facts(shown)),
        tuple(paper_links(paper)),
        paper.abstract,
    )


def authors_line(paper: Paper) -> str:
    more = len(paper.authors) - NAMED
    return ", ".join(paper.authors[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _facts(shown: Shown) -> list[str]:
    paper = shown.paper
    day = paper.announced_at or paper.submitted_at
    facts = [f"{day.day} {day:%B %Y}" if day else str(paper.year or "")]
    facts += [_counted(shown.likes, "reader likes it here", "readers like it here")]
    facts += [f"submitted by {paper.submitted_by}" if paper.submitted_by else ""]
    facts += [f"submitted here by {shown.submitter}" if shown.submitter else ""]
    facts += ["withdrawn" if paper.withdrawn else ""]
    return [fact for fact in facts if fact]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def within(entries: Sequence[Entry], budget: int) -> list[Entry]:
    """The entries as they take at most `budget` bytes of HTML together: the longest abstracts are cut, all of them to
    the same length, none that is shorter. Without abstracts they may still take more."""
    sizes = [html_bytes(each.abstract) for each in entries]
    left = budget - sum(map(bare_size, entries))
    if sum(sizes) <= left:
        return list(entries)
    limit = 0
    for place, size in enumerate(sorted(sizes)):
        limit = max(0, left // (len(sizes) - place))
        if size > limit:
            break
        left -= size
    return [
        each if size <= limit else replace(each, abstract=_cut(each.abstract, limit / size), cut=True)
        for each, size in zip(entries, sizes, strict=True)
    ]


def html_bytes(text: str) -> int:
    return len(escape(text).encode())


def bare_size(each: Entry) -> int:
    """The most that an entry takes without its abstract."""
    paper = each.paper
    texts = (paper.title, each.authors, *each.facts, *paper.categories[:TAGS])
    links = sum(LINK + html_bytes(label) + html_bytes(address) for label, address in each.links)
    return (
        MARKUP
        + 2 * len(each.path)
        + len(each.api)
        + sum(map(html_bytes, texts))
        + links
        + TAG * len(paper.categories[:TAGS])
    )


def _cut(text: str, share: float) -> str:
    chars = int(len(text) * share)
    return shorten(text, chars) if chars > 1 else ""
