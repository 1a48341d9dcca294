"""All that a person's ranking follows from, so that it can be asked what another word of theirs would change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.counterfactual import Change, ChangeKind
from bot.domain.feedback import Reaction
from bot.domain.paper import LONG_AGO, PaperId, PaperKey
from bot.domain.person import PersonId
from bot.domain.profile import Interest, InterestKind, KnownPaper, Profile, ProfileQuery
from bot.domain.ranking import Candidates, Exploration
from bot.ranking.parameters import RankingSettings
from bot.ranking.profile_query import build_profile
from bot.ranking.ranker import Explained, Ranker
from bot.ranking.term_index import TermIndex

Reacted = Mapping[PaperKey, Mapping[Reaction, datetime]]
"""Paper -> its active reactions, and when each was set."""


@dataclass(frozen=True, slots=True)
class Situation:
    """`known` are the papers with a reaction, latest first, of which the first `most_known` are learned from.

    `candidates` gives what may be recommended, for what is reacted to and for how many days count as new; with
    `can_look_back` more days may be asked for.
    """

    person_id: PersonId
    interests: Sequence[Interest]
    known: Sequence[KnownPaper]
    reacted: Reacted
    candidates: Callable[[Reacted, int], Candidates]
    days: int
    k: int
    now: datetime
    most_known: int
    topic: ProfileQuery | None = None
    can_look_back: bool = True
    exploration: Callable[[Reacted], Exploration | None] = lambda _: None

    def profile(self, index: TermIndex, settings: RankingSettings) -> Profile:
        return build_profile(self.person_id, self.interests, self.known[: self.most_known], index, self.now, settings)

    def explained(self, ranker: Ranker, profile: Profile, key: PaperKey, *, exploring: bool = True) -> Explained:
        """Where a paper stands for a profile among the candidates."""
        candidates = self.candidates(self.reacted, self.days)
        exploration = self.exploration(self.reacted) if exploring else None
        return ranker.explain(profile, candidates, key, self.k, topic=self.topic, exploration=exploration)

    def changed(self, change: Change) -> "Situation":
        """The situation after the command for a change (`interests remove`, `interests add`, `undo`, `--days`)."""
        match change.kind:
            case ChangeKind.LIFT_MUTE | ChangeKind.REMOVE_INTEREST:
                kept = [one for one in self.interests if one.text.casefold() != change.text.casefold()]
                return replace(self, interests=kept)
            case ChangeKind.ADD_INTEREST:
                return replace(self, interests=[*self.interests, Interest(InterestKind.TEXT, change.text, self.now)])
            case ChangeKind.LOOK_BACK:
                return replace(self, days=change.days)
            case ChangeKind.TAKE_BACK:
                return self._without_reaction(change)

    def take_back(self, key: PaperKey, paper: PaperId, title: str) -> Change | None:
        """What `undo` would do to a paper, None if there is nothing to take back."""
        latest = latest_reaction(self.reacted.get(key, {}))
        return None if latest is None else Change(ChangeKind.TAKE_BACK, title, paper, latest)

    def _without_reaction(self, change: Change) -> "Situation":
        known = [paper for paper in self.known if paper.id == change.paper]
        if not known:
            return self
        (paper,) = known
        left = {what: at for what, at in self.reacted.get(paper.key, {}).items() if what is not change.reaction}
        spoken = {what: at for what, at in left.items() if what is not Reaction.CLICK}
        others = [other for other in self.known if other is not paper]
        if spoken:
            reactions = frozenset(what.value for what in spoken)
            others.append(replace(paper, reactions=reactions, reacted_at=max(spoken.values())))
        reacted = {key: reactions for key, reactions in self.reacted.items() if key != paper.key}
        if left:
            reacted[paper.key] = left
        return replace(self, known=sorted(others, key=_reacted, reverse=True), reacted=reacted)


def latest_reaction(reactions: Mapping[Reaction, datetime]) -> Reaction | None:
    """The reaction that `undo` takes back: the latest, of equally late ones the last by name; never a click."""
    spoken = {what: at for what, at in reactions.items() if what is not Reaction.CLICK}
    return max(spoken, key=lambda what: (spoken[what], what)) if spoken else None


def _reacted(paper: KnownPaper) -> tuple[datetime, int]:
    return paper.reacted_at or LONG_AGO, paper.key
