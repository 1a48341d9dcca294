"""Why: the exact parts of a paper's score, its rank among how many, and what kept it out if it is not recommended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.feedback import NEGATIVE, Reaction
from bot.domain.paper import Paper, PaperKey
from bot.domain.person import PersonId
from bot.domain.ranking import Explanation, Part
from bot.ports import UnitOfWork
from bot.ranking.counterfactual import counterfactual
from bot.ranking.eligibility import KeptOut
from bot.ranking.explanation import grouped, surface_forms
from bot.ranking.ranker import Ranker
from bot.ranking.situation import Situation
from bot.ranking.sources import Origins
from bot.usecases.context import Context
from bot.usecases.find_paper import Asker, find_paper
from bot.usecases.profile_of import KNOWN_PAPERS
from bot.usecases.recommend import Asked, Standing, exploration_of, open_papers, standing_of


@dataclass(frozen=True, slots=True)
class Why:
    """`words` maps the terms of the explanation to the words as they stand in the paper. `listed`: it is one of the
    last list shown, and explained as it stood there."""

    explanation: Explanation
    asked: Asked
    words: dict[str, str]
    listed: bool


async def explain_paper(context: Context, asker: Asker, text: str) -> Why:
    """Explain a paper as it stood in the last list shown (its topic and days), or as it stands now.

    Papers of the last list count as not shown yet, so that the explanation tells the rank they had there.
    Raises PaperNotFoundError.
    """
    paper = await find_paper(context, asker, text)
    async with context.store.read() as uow:
        shown = await uow.state.find_list(asker.address, asker.person_id)
        # By key: a paper may have got another id since it was shown.
        listed = await uow.papers.find_many(shown.papers) if shown.context else {}
        keys = frozenset(other.stored_key for other in listed.values())
        in_list = paper.stored_key in keys
        asked = Asked.from_json(shown.context) if in_list else Asked(n=5, days=context.fresh_days)
        unseen = keys if in_list else frozenset()
        standing = await standing_of(context, uow, asker.person_id, asked, unseen=unseen)
        situation = await _situation(context, uow, asker.person_id, asked, standing, unseen)
    ranker = Ranker(standing.index, context.ranking)
    explained = await context.think(
        ranker.explain,
        standing.profile,
        standing.candidates,
        paper.stored_key,
        asked.n,
        topic=standing.topic,
        exploration=standing.exploration,
    )
    origins = await context.think(Origins.of_papers, situation.known)
    explained = replace(explained, parts=origins.traced(explained.parts))
    change = await context.think(counterfactual, situation, standing.index, explained, paper, context.ranking)
    first = explained.listed[: asked.n]
    return Why(
        Explanation(
            paper=paper,
            score=explained.score,
            parts=explained.parts,
            rank=explained.rank,
            candidates=explained.candidates,
            steps=explained.steps,
            kept_out="to start with"
            if asked.start and standing.profile.is_empty
            else _kept_out(explained.kept_out, standing.reacted.get(paper.stored_key, {})),
            groups=grouped(explained.parts),
            counterfactual=change,
            last_listed=first[-1][1] if first else None,
        ),
        asked,
        words_of(paper, explained.parts),
        in_list,
    )


async def _situation(
    context: Context,
    uow: UnitOfWork,
    person_id: PersonId,
    asked: Asked,
    standing: Standing,
    unseen: frozenset[PaperKey],
) -> Situation:
    now = context.clock.now()
    return Situation(
        person_id=person_id,
        interests=await uow.interests.all(person_id),
        # One more than is learned from: it takes the place of one that is taken back.
        known=await uow.feedback.known_papers(person_id, KNOWN_PAPERS + 1),
        reacted=standing.reacted,
        candidates=lambda reacted, days: open_papers(now, replace(asked, days=days), standing.seen, reacted, unseen),
        days=asked.days,
        k=asked.n,
        now=now,
        most_known=KNOWN_PAPERS,
        topic=standing.topic,
        exploration=lambda reacted: exploration_of(person_id, asked, now, reacted),
        # What was shown once does not come again, however far one looks back.
        can_look_back=not unseen,
    )


def _kept_out(reason: str, reactions: Mapping[Reaction, object]) -> str:
    """The ranking knows only that a paper is excluded; what the person said of it is the better reason."""
    if reason != KeptOut.EXCLUDED:
        return reason
    if NEGATIVE & reactions.keys():
        return "turned down"
    return "known" if Reaction.KNOWN in reactions else "reacted to" if reactions else "shown"


def words_of(paper: Paper, parts: Sequence[Part]) -> dict[str, str]:
    """The terms of the parts as the paper spells them, in its running text before its title, which capitalises."""
    return surface_forms([term.term for part in parts for term in part.terms], f"{paper.abstract}\n\n{paper.title}")
