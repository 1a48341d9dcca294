"""From a score's parts to what can be shown: words for stems, contributions with their shares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.ranking import Part
from bot.ranking.terms import spelled_words


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part and its share of all there is for and against the paper (value / sum of |values|, -1 to 1)."""

    part: Part
    share: float


def contributions(parts: Sequence[Part]) -> list[Contribution]:
    """The parts in falling order of |value|; equal ones keep their order."""
    whole = sum(abs(part.value) for part in parts)
    ordered = sorted(parts, key=lambda part: -abs(part.value))
    return [Contribution(part, part.value / whole if whole else 0.0) for part in ordered]


def surface_forms(terms: Iterable[str], text: str) -> dict[str, str]:
    """The term as a text spells it: {"diffus model": "diffusion models"}; the first spelling counts.

    A field term becomes its value ("author:jane doe" -> "jane doe"); terms that the text lacks are left out.
    """
    wanted = set(terms)
    found = {term: term.partition(":")[2] for term in wanted if ":" in term}
    before: tuple[str, str] | None = None
    for word, stems in spelled_words(text):
        if stems == ("",):
            before = None
            continue
        for at, stem in enumerate(stems):
            if stem in wanted:
                found.setdefault(stem, word)
            pair = f"{before[0]} {stem}" if before else ""
            if before and pair in wanted:
                found.setdefault(pair, f"{before[1]} {word}" if at == 0 else word)
            before = stem, word
    return found
