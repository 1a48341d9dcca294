"""The single change that would have brought a paper in, or taken it out: the cheapest that is seen to do it.

Nothing is said that was not ranked: every change named here was made (the profile built anew with it) and the whole
ranking done with it. To keep that affordable, changes are tried in the order in which they promise most, each first
against the papers at the head of the list alone: a paper that is not among the first k of those is not among the
first k of all. Only what passes is ranked in full, at most `VERIFIED` times.
"""

from collections.abc import Iterator
from itertools import islice

from bot.domain.counterfactual import Change, ChangeKind, Counterfactual
from bot.domain.feedback import NEGATIVE
from bot.domain.paper import Paper
from bot.domain.profile import InterestKind, PartKind
from bot.ranking.bm25 import Bm25
from bot.ranking.eligibility import KeptOut
from bot.ranking.excerpt import excerpt
from bot.ranking.explanation import grouped
from bot.ranking.parameters import RankingSettings
from bot.ranking.ranker import Explained, Ranker
from bot.ranking.situation import Situation, latest_reaction
from bot.ranking.suggestion import interest_texts
from bot.ranking.term_index import TermIndex
from bot.ranking.terms import document_terms

VERIFIED = 2
_LATEST_DISLIKES = 60
_DAY_S = 86_400
_LONGEST_DAYS = 3650
_STATED = {PartKind.INTEREST, PartKind.AUTHOR, PartKind.CATEGORY}


def counterfactual(
    situation: Situation, index: TermIndex, explained: Explained, paper: Paper, settings: RankingSettings
) -> Counterfactual | None:
    """For a paper that is kept out, the change after which it is among the first k; for one of the first k, that
    after which it is not. None if no change that was tried does it.

    `explained` is where it stands now, its learned parts with their sources (bot.ranking.sources).
    """
    if _by_chance(explained):
        return None
    brings_in = bool(explained.kept_out)
    ideas = _openings(situation, index, explained, paper, settings) if brings_in else _removals(situation, explained)
    changes = list(islice(ideas, tries(len(situation.known))))
    whole = Ranker(index, settings)
    head: Ranker | None = None
    if len(changes) > 1:
        few = excerpt(index, [*(key for key, _ in explained.listed), paper.stored_key])
        head = Ranker(few, settings, background=index)
    verified = 0
    for change in changes:
        after = situation.changed(change)
        profile = after.profile(index, settings)
        if head is not None:
            first = after.explained(head, profile, paper.stored_key, exploring=False)
            if bool(first.kept_out) == brings_in:
                continue
        result = after.explained(whole, profile, paper.stored_key)
        if bool(result.kept_out) != brings_in and not _by_chance(result):
            return Counterfactual(change, result.rank)
        verified += 1
        if verified == VERIFIED:
            break
    return None


def _by_chance(explained: Explained) -> bool:
    """Whether a paper is among the first k to learn from it: no word of the person is what brought it there."""
    return not explained.kept_out and any(step.name == "explore" for step in explained.steps)


def tries(known: int) -> int:
    """How many changes are tried: each learns anew from all known papers, so fewer where there are many."""
    return 6 if known <= 20 else 4 if known <= 60 else 2


def _openings(
    situation: Situation, index: TermIndex, explained: Explained, paper: Paper, settings: RankingSettings
) -> Iterator[Change]:
    """What might bring the paper in, what costs the person least first."""
    reason, _, detail = explained.kept_out.partition(":")
    if reason == KeptOut.MUTED:
        yield Change(ChangeKind.LIFT_MUTE, detail.strip())
    elif reason == KeptOut.EXCLUDED:
        own = situation.take_back(paper.stored_key, paper.id, paper.title)
        if own is not None:
            yield own
    elif reason == KeptOut.NOT_FRESH:
        yield from _further_back(situation, index, paper)
    elif reason in {KeptOut.OUTWEIGHED, KeptOut.TOO_FAR, KeptOut.BELOW, KeptOut.NO_COMMON_TERM}:
        yield from islice(_dislikes(situation, explained), tries(len(situation.known)) // 2)
        yield from _additions(situation, paper, Bm25(index, settings))


def _dislikes(situation: Situation, explained: Explained) -> Iterator[Change]:
    """The disliked papers that have most of what speaks against this one, the most first."""
    against = {term.term: -term.value for part in explained.parts for term in part.terms if term.value < 0}
    if not against:
        return
    disliked = [
        paper for paper in situation.known if latest_reaction(situation.reacted.get(paper.key, {})) in NEGATIVE
    ][:_LATEST_DISLIKES]
    shared = []
    for paper in disliked:
        terms = document_terms(paper.title, paper.abstract)
        shared.append((sum(value for term, value in against.items() if term in terms), paper))
    for value, paper in sorted(shared, key=lambda pair: (-pair[0], pair[1].key)):
        change = situation.take_back(paper.key, paper.id, paper.title)
        if value > 0 and change is not None:
            yield change


def _additions(situation: Situation, paper: Paper, bm25: Bm25) -> Iterator[Change]:
    stated = {_key(interest.text) for interest in situation.interests if interest.kind is InterestKind.TEXT}
    for text in interest_texts(paper.title, paper.abstract, bm25):
        if _key(text) not in stated:
            yield Change(ChangeKind.ADD_INTEREST, text)


def _further_back(situation: Situation, index: TermIndex, paper: Paper) -> Iterator[Change]:
    place = index.locate(paper.stored_key)
    if place is None or not situation.can_look_back:
        return
    age_s = situation.now.timestamp() - int(place[0].segment.fresh_at[place[1]])
    days = int(-(-age_s // _DAY_S))
    if situation.days < days <= _LONGEST_DAYS:
        yield Change(ChangeKind.LOOK_BACK, days=days)


def _removals(situation: Situation, explained: Explained) -> Iterator[Change]:
    """What might take the paper out: the interests and likes that it stands on, the strongest first."""
    by_id = {paper.id: paper for paper in situation.known}
    seen: set[Change] = set()
    for group in grouped(explained.parts):
        changes: list[Change | None] = []
        if group.value > 0 and group.kind in _STATED:
            changes = [Change(ChangeKind.REMOVE_INTEREST, group.label)]
        elif group.value > 0:
            papers = [group.paper] if group.paper else [source.paper for source in group.sources]
            liked = [by_id[paper] for paper in papers if paper in by_id]
            changes = [situation.take_back(paper.key, paper.id, paper.title) for paper in liked]
        for change in changes:
            if change is not None and change not in seen:
                seen.add(change)
                yield change


def _key(text: str) -> str:
    return "".join(text.casefold().split())
