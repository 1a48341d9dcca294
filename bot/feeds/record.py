"""The last step of every feed: a record as it was read becomes a clean Paper, or is refused with a reason."""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from bot.domain.listing import Rejected
from bot.domain.paper import (
    Paper,
    PaperId,
    normalise_doi,
    parse_arxiv_version,
    parse_paper_id,
    title_paper_id,
)
from bot.feeds.clean import clean_text, storable
from bot.feeds.dates import plausible_moment
from bot.feeds.names import tidy_names

MAX_TITLE_CHARS = 2_000
MAX_ABSTRACT_CHARS = 50_000
MAX_URL_CHARS = 2_000
MAX_CATEGORIES = 64
MAX_COUNT = 2**31 - 1

NO_ID = PaperId("")
"""The id of a draft whose record came without one."""

_WITHDRAWN = re.compile(
    r"\b(?:paper|article|manuscript|submission|work|preprint)(?: and (?:its )?abstract)?"
    r"(?: has| have|) been withdrawn\b"
    r"|^\W*withdrawn\b|\bwithdrawn by (?:the )?(?:author|arxiv)",
    re.IGNORECASE,
)


def clean_paper(draft: Paper, where: str) -> Paper | Rejected:
    """The draft with every field cleaned, bounded and checked; `where` says where it stands if it must be refused.

    Refused are records without title or abstract, with a title over 2,000 or an abstract over 50,000 characters. A
    draft with the id NO_ID gets one from its title. Dates outside 1990..2200 are dropped.
    """
    # markup shrinks, so the raw text may be somewhat longer; without this bound one title could cost minutes
    if len(draft.title) > 2 * MAX_TITLE_CHARS:
        return Rejected(where, f"the title is longer than {MAX_TITLE_CHARS} characters")
    if len(draft.abstract) > 2 * MAX_ABSTRACT_CHARS:
        return Rejected(where, f"the abstract is longer than {MAX_ABSTRACT_CHARS} characters")
    title, abstract = clean_text(draft.title), clean_text(draft.abstract)
    reason = _fault(draft.id, title, abstract)
    if reason:
        return Rejected(where, reason)
    return replace(
        draft,
        id=draft.id or title_paper_id(title),
        title=title,
        abstract=abstract,
        raw_title=_raw(draft.title, title),
        raw_abstract=_raw(draft.abstract, abstract),
        authors=tidy_names(draft.authors),
        categories=_tidy_categories(draft.categories),
        version=draft.version if draft.version is not None and 0 < draft.version < 1000 else None,
        doi=normalise_doi(storable(draft.doi))[:MAX_URL_CHARS],
        submitted_at=plausible_moment(draft.submitted_at),
        updated_at=plausible_moment(draft.updated_at),
        announced_at=plausible_moment(draft.announced_at),
        url=web_url(draft.url),
        pdf_url=web_url(draft.pdf_url),
        code_url=web_url(draft.code_url),
        upvotes=count(draft.upvotes),
        comments=count(draft.comments),
        submitted_by=clean_text(draft.submitted_by[:1000])[:200],
    )


def _fault(paper_id: PaperId, title: str, abstract: str) -> str:
    if not title:
        return "no title"
    if not abstract:
        return "no abstract"
    if len(title) > MAX_TITLE_CHARS:
        return f"the title is longer than {MAX_TITLE_CHARS} characters"
    if len(abstract) > MAX_ABSTRACT_CHARS:
        return f"the abstract is longer than {MAX_ABSTRACT_CHARS} characters"
    if not paper_id and not any(map(str.isalnum, title)):
        return "no id, and the title has no letters or digits to make one from"
    return ""


def _raw(raw: str, clean: str) -> str:
    """The feed's own text where more than spacing was changed, else nothing."""
    return "" if raw == clean or " ".join(raw.split()) == clean else storable(raw)


def _tidy_categories(categories: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(clean_text(category[:400])[:80] for category in categories)
    return tuple(category for category in found if category)[:MAX_CATEGORIES]


def web_url(value: object) -> str:
    """A http(s) link of printable characters and at most 2,000 of them, else nothing."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_URL_CHARS:
        return ""
    return value if re.fullmatch(r"https?://[^\s<>\"'\\^`{|}\x00-\x1f\x7f\ud800-\udfff]+", value, re.IGNORECASE) else ""


def count(value: object) -> int | None:
    """A whole number that is not negative and fits a database's integer, else None."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        return None
    return value


def arxiv_links(paper_id: PaperId) -> tuple[str, str]:
    """The abstract page and the PDF of an arXiv paper."""
    number = paper_id.removeprefix("arXiv:")
    return f"https://arxiv.org/abs/{number}", f"https://arxiv.org/pdf/{number}"


def endpoint(base_url: str, path: str) -> str:
    """A service's address: `base_url` as it is if it names a path, else with the service's usual path."""
    base = base_url.rstrip("/")
    return base if urlsplit(base).path else f"{base}{path}"


def arxiv_id(text: str) -> tuple[PaperId, int | None] | None:
    """An arXiv id or link as the paper's id and version; None if it is none."""
    paper_id = parse_paper_id(text[:400])
    if paper_id is None or not paper_id.startswith("arXiv:"):
        return None
    return paper_id, parse_arxiv_version(text)


def says_withdrawn(abstract: str, comment: str = "") -> bool:
    """Whether the authors or arXiv have withdrawn the paper, going by how they say so."""
    return bool(_WITHDRAWN.search(abstract[:1000]) or _WITHDRAWN.search(comment[:1000]))
