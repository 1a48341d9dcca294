"""From a score's parts to what can be shown: one group for each origin, words for stems."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.paper import PaperId
from bot.domain.profile import PartKind
from bot.domain.ranking import Part, TermContribution
from bot.ranking.terms import as_word, spelled_words


def grouped(parts: Sequence[Part]) -> tuple[Part, ...]:
    """One part for each interest, liked paper or other origin, in falling order of |value|; equal ones keep theirs.

    Parts of the same origin are added up term by term, so that groups add up to what the parts do.
    """
    groups: dict[tuple[PartKind, str, PaperId | None], list[Part]] = {}
    for part in parts:
        groups.setdefault((part.kind, part.label, part.paper), []).append(part)
    return tuple(sorted(map(_together, groups.values()), key=lambda part: -abs(part.value)))


def _together(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    values: dict[str, list[float]] = {}
    for term in (term for part in parts for term in part.terms):
        values.setdefault(term.term, []).append(term.value)
    terms = sorted(
        (TermContribution(term, math.fsum(some)) for term, some in values.items()),
        key=lambda term: (-abs(term.value), term.term),
    )
    sources = tuple(dict.fromkeys(source for part in parts for source in part.sources))
    return replace(parts[0], value=math.fsum(term.value for term in terms), terms=tuple(terms), sources=sources)


def surface_forms(terms: Iterable[str], text: str) -> dict[str, str]:
    """The term as a text spells it: {"diffus model": "diffusion models"}; the first spelling counts.

    A field term becomes its value ("author:jane doe" -> "jane doe"); terms that the text lacks are left out.
    """
    wanted = set(terms)
    found = {term: term.partition(":")[2] for term in wanted if ":" in term}
    before = ""
    last: tuple[str, tuple[str, ...]] = "", ()
    for spelled in spelled_words(text):
        _, stems = spelled
        if stems == ("",):
            before = ""
            continue
        for at, stem in enumerate(stems):
            if stem in wanted:
                found.setdefault(stem, as_word(*spelled))
            pair = f"{before} {stem}"
            if before and pair in wanted:
                both = (last, spelled) if at == 0 else (spelled,)
                found.setdefault(pair, " ".join(as_word(*word) for word in both))
            before, last = stem, spelled
    return found
