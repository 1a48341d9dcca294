"""A paper, and the one id it has whatever link, version or feed it came by."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NewType

PaperId = NewType("PaperId", str)
"""`arXiv:2503.09566`, `arXiv:math/0309136`, `doi:10.1000/xyz`, `local:...` (a file's own id) or `title:<hash>`."""

PaperKey = NewType("PaperKey", int)
"""The store's number for a paper: small, stable, never shown to anyone."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as a feed or the store tells it. Empty values mean "not said", never "none".

    `title` and `abstract` are cleaned for reading; `raw_title` and `raw_abstract` hold the feed's own text where
    cleaning changed it. `announced_at` is the day the archive made it public (not its submission);
    `first_seen_at` and `key` are set by the store alone.
    """

    id: PaperId
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    version: int | None = None
    doi: str = ""
    year: int | None = None
    submitted_at: datetime | None = None
    updated_at: datetime | None = None
    announced_at: datetime | None = None
    first_seen_at: datetime | None = None
    url: str = ""
    pdf_url: str = ""
    code_url: str = ""
    upvotes: int | None = None
    comments: int | None = None
    submitted_by: str = ""
    withdrawn: bool = False
    source: str = ""
    raw_title: str = ""
    raw_abstract: str = ""
    key: PaperKey | None = None

    @property
    def is_sample(self) -> bool:
        return self.source == SAMPLE_SOURCE

    @property
    def fresh_at(self) -> datetime | None:
        """The later of announcement and first sight: freshness counts from here.

        A paper that somebody looked up is news to nobody: it is as old as what is known of it.
        """
        if self.source == LOOKUP_SOURCE:
            return self.announced_at or self.submitted_at or LONG_AGO
        moments = [moment for moment in (self.announced_at, self.first_seen_at) if moment is not None]
        return max(moments, default=None)

    @property
    def link(self) -> str:
        """Where to read it: a link of a known shape before whatever the feed gave."""
        return canonical_url(self.id) or self.url

    @property
    def stored_key(self) -> PaperKey:
        """The store's number; a ValueError for a paper that never was in the store."""
        if self.key is None:
            raise ValueError(f"{self.id} has not been stored")
        return self.key


SAMPLE_SOURCE = "sample"
LOOKUP_SOURCE = "lookup"
"""The source of papers that came because one person named them (by an id, in a library), not by a feed."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_NEW_STYLE = r"(?P<new>\d{4}\.\d{4,5})"
_OLD_STYLE = r"(?P<old>[a-z][a-z-]*(?:\.[a-z]{2})?/\d{7})"
_ARXIV = re.compile(rf"(?:{_NEW_STYLE}|{_OLD_STYLE})(?:v(?P<version>\d{{1,3}}))?(?:\.pdf)?", re.IGNORECASE)
_ARXIV_LINK = re.compile(
    r"(?:https?://)?(?:(?:www\.|export\.|browse\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print)/"
    r"|(?:www\.)?alphaxiv\.org/(?:abs|pdf|overview)/"
    r"|(?:www\.)?(?:hf\.co|huggingface\.co)/papers/"
    r"|(?:dx\.|www\.)?doi\.org/10\.48550/arxiv\."
    r"|doi:\s*10\.48550/arxiv\.|10\.48550/arxiv\."
    r"|oai:arxiv\.org:|arxiv:\s*)",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(?P<doi>10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
_TAIL = re.compile(r"[?#].*$", re.DOTALL)


def parse_paper_id(text: str) -> PaperId | None:
    """The paper that an id, a link or a DOI names, or None. Any version of it gives the same id."""
    text = text.strip().strip("<>()[]{}").rstrip(".,;")
    if not text.isprintable():
        return None  # a database need not take what is no text
    arxiv = _parse_arxiv(text)
    if arxiv is not None:
        return arxiv[0]
    doi = normalise_doi(text)
    if doi:
        return PaperId(f"doi:{doi}")
    if re.fullmatch(r"(?:title:[0-9a-f]{16}|local:\S{1,200})", text):
        return PaperId(text)
    return None


def parse_arxiv_version(text: str) -> int | None:
    """The version that an arXiv id or link names (`2503.09566v2` -> 2), or None."""
    arxiv = _parse_arxiv(text.strip())
    return arxiv[1] if arxiv else None


def _parse_arxiv(text: str) -> tuple[PaperId, int | None] | None:
    link = _ARXIV_LINK.match(text)
    rest = _TAIL.sub("", text[link.end() :] if link else text).rstrip("/")
    match = _ARXIV.fullmatch(rest)
    if match is None:
        return None
    version = int(match["version"]) if match["version"] else None
    number = match["new"]
    if number:
        if not _is_new_style(number):
            return None
        return PaperId(f"arXiv:{number}"), version
    archive, digits = match["old"].lower().split("/")
    if not 1 <= int(digits[2:4]) <= 12:
        return None
    return PaperId(f"arXiv:{archive.split('.')[0]}/{digits}"), version


def _is_new_style(number: str) -> bool:
    yymm, sequence = number.split(".")
    return yymm >= "0704" and 1 <= int(yymm[2:]) <= 12 and len(sequence) == (4 if yymm < "1501" else 5)


def find_paper_ids(text: str) -> list[PaperId]:
    """Every paper that free text links or names, in order, each once."""
    found: dict[PaperId, None] = {}
    for word in re.split(r"[\s|,;\"'<>()\[\]{}]+", text):
        paper_id = parse_paper_id(word) if len(word) < 400 else None
        if paper_id is not None:
            found[paper_id] = None
    return list(found)


def normalise_doi(text: str) -> str:
    """A DOI in lower case without its resolver, or an empty string."""
    match = _DOI.fullmatch(_TAIL.sub("", text.strip()).rstrip(".,;"))
    return match["doi"].lower() if match else ""


def title_key(title: str) -> str:
    """What stays of a title when case, accents, spacing and punctuation do not count; may be empty."""
    folded = unicodedata.normalize("NFKD", title).casefold()
    return "".join(char for char in folded if char.isalnum())


def title_paper_id(title: str) -> PaperId:
    """The id of a record that came without one: a hash of its normalised title."""
    digest = hashlib.blake2b(title_key(title).encode(), digest_size=8).hexdigest()
    return PaperId(f"title:{digest}")


def canonical_url(paper_id: PaperId) -> str:
    kind, _, rest = paper_id.partition(":")
    if kind == "arXiv":
        return f"https://arxiv.org/abs/{rest}"
    if kind == "doi":
        return f"https://doi.org/{rest}"
    return ""
