"""Lists of papers: recommendations, search results, similar and trending papers, saved ones, the digest preview."""

from collections.abc import Mapping, Sequence

from bot.domain.chat import Block, Button, File, Json, Message, PaperCard, Text
from bot.domain.listing import ListingHead
from bot.domain.paper import Paper
from bot.domain.ranking import Entry
from bot.domain.trending import Trend
from bot.messages.cards import paper_card, paper_data, reasons_of, step_line
from bot.messages.wording import plural, quoted

SAMPLES_NOTE = "These are samples, not real papers: they go as soon as the first real paper arrives."

FIRST_STEPS = (Button("Say what I care about", "interests add"), Button("Five papers to react to", "start"))
"""How somebody who is new begins, within a minute."""

Words = Mapping[str, str]


def recommendation(
    entries: Sequence[tuple[Entry, Words]], candidates: int, *, days: int, topic: str, heading: str = ""
) -> Message:
    """`entries` come with the words their terms stand for."""
    blocks: list[Block] = [Text(heading, "heading")] if heading else []
    data: list[Json] = []
    for entry, words in entries:
        card, told = entry_told(entry, words)
        blocks.append(card)
        data.append(told)
    about = f" about {quoted(topic)}" if topic else ""
    blocks.append(
        Text(f"{len(entries)} of {plural(candidates, 'new paper')}{about} ({_days(days)}). `why 1` says more.", "note")
    )
    if any(entry.paper.is_sample for entry, _ in entries):
        blocks.append(Text(SAMPLES_NOTE, "note"))
    return Message(tuple(blocks), data)


def entry_told(entry: Entry, words: Words) -> tuple[PaperCard, dict[str, Json]]:
    """A recommended paper with what recommends it: its card, and what a program is told."""
    reasons = [*reasons_of(entry.parts, words), *map(step_line, entry.steps)]
    steps: list[Json] = [{"name": step.name, "effect": step.effect} for step in entry.steps]
    about: dict[str, Json] = {"score": entry.score, "rank": entry.rank, "reasons": list(reasons)}
    data = {**paper_data(entry.paper), **about, "steps": steps}
    return paper_card(entry.paper, entry.rank, reasons), data


def first_papers(papers: Sequence[Paper], candidates: int, *, days: int, asked: bool) -> Message:
    """Papers to react to. `asked` is False where a recommendation was asked for and nothing is known of the person."""
    react = "eact to these: `like 1`, `dislike 2`, and so on; `recommend` goes by it."
    lead = "Tell me what you care about first: `interests add diffusion models`. Or r"
    blocks: list[Block] = [Text(f"R{react}" if asked else lead + react)]
    blocks += [paper_card(paper, number) for number, paper in enumerate(papers, start=1)]
    among = f"Chosen to stand for {plural(candidates, 'new paper')} ({_days(days)}), the same for everyone."
    blocks.append(Text(among, "note"))
    if any(paper.is_sample for paper in papers):
        blocks.append(Text(SAMPLES_NOTE, "note"))
    data: list[Json] = [
        {
            **paper_data(paper),
            "score": 0.0,
            "rank": number,
            "reasons": [],
            "steps": [{"name": "start", "effect": among}],
        }
        for number, paper in enumerate(papers, start=1)
    ]
    return Message(tuple(blocks), data, buttons=() if asked else FIRST_STEPS[:1])


def nothing(reason: str, *, days: int, topic: str) -> Message:
    """Why a recommendation is empty (an EmptyReason's value), and what to do."""
    about = f" about {quoted(topic)}" if topic else ""
    texts = {
        "no papers": "I have no papers yet. `status` says what the feeds do; `paperboy ingest FILE` brings your own.",
        "no profile": "Tell me what you care about first: `interests add diffusion models`, "
        "or `recommend 5 some topic`, or like a paper of `trending`.",
        "no words": f"{quoted(topic)} has no word that I could look for.",
        "nothing fresh": f"No paper is new within {_days(days)}. `recommend --days 30` looks further back.",
        "all seen": f"You have seen everything{about} that is new and close to you ({_days(days)}). "
        "`recommend again` repeats, `recommend --days 30` looks further back.",
        "nothing close": f"Nothing{about} among the new papers ({_days(days)}) was close enough. "
        "`recommend --days 30` looks further back; `interests` shows what I go by.",
    }
    return Message((Text(texts[reason]),), [], buttons=FIRST_STEPS if reason == "no profile" else ())


def found(query: str, papers: Sequence[Paper]) -> Message:
    if not papers:
        text = f"Nothing found for {quoted(query)}. Fewer words help; `help search` shows the language."
        return Message((Text(text),), [])
    return _paper_list(f"Found for {quoted(query)}", papers)


def empty_query() -> Message:
    return Message((Text('What shall I look for? `search "flow matching" since:2026`', "error"),), [], ok=False)


def bad_query(reason: str) -> Message:
    return Message((Text(reason, "error"),), {"error": reason}, ok=False)


def similar(paper: Paper, papers: Sequence[Paper], scores: Sequence[float]) -> Message:
    if not papers:
        return Message((Text(f'Nothing I have is like "{paper.title}".'),), [])
    blocks: list[Block] = [Text(f'Like "{paper.title}"', "heading")]
    blocks += [paper_card(other, number) for number, other in enumerate(papers, start=1)]
    data: list[Json] = [
        {**paper_data(other), "score": score, "rank": number}
        for number, (other, score) in enumerate(zip(papers, scores, strict=True), start=1)
    ]
    return Message(tuple(blocks), data)


_SPANS = {"day": "today", "week": "this week", "month": "this month"}


def trending(papers: Sequence[tuple[Paper, Trend]], span: str) -> Message:
    if not papers:
        further = "" if span == "month" else " `trending month` looks further back."
        text = f"Nothing is trending {_SPANS[span]}: no upvotes and no reactions.{further}"
        return Message((Text(text),), [])
    blocks: list[Block] = [
        Text(f"Trending {_SPANS[span]}, not personal", "heading"),
        Text("By everyone's upvotes and what readers here said, newer ones first among equals.", "note"),
    ]
    data: list[Json] = []
    for number, (paper, trend) in enumerate(papers, start=1):
        votes = trend.votes
        blocks.append(paper_card(paper, number, [trend_words(trend)]))
        counts = {"likes": votes.likes, "dislikes": votes.dislikes, "age_days": trend.age_days}
        data.append({**paper_data(paper), **counts, "score": trend.score, "rank": number})
    return Message(tuple(blocks), data)


def trend_words(trend: Trend) -> str:
    """What a trending paper's place comes from: "12 upvotes, 3 likes here, 2 days old"."""
    votes, days = trend.votes, int(trend.age_days)
    counts = [
        plural(votes.upvotes, "upvote") if votes.upvotes else "",
        f"{plural(votes.likes, 'like')} here" if votes.likes else "",
        f"{plural(votes.dislikes, 'dislike')} here" if votes.dislikes else "",
        f"{plural(days, 'day')} old" if days else "less than a day old",
    ]
    return ", ".join(count for count in counts if count)


def page(head: ListingHead, papers: Sequence[Paper]) -> Message:
    """The latest page of papers, where nothing has votes."""
    by = f", by {head.curator}" if head.curator else ""
    return _paper_list(f"Nothing has votes yet; the page of {head.day.isoformat()}{by} begins", papers)


def one_paper(paper: Paper) -> Message:
    return Message((paper_card(paper, whole=True),), paper_data(paper))


def saved(papers: Sequence[Paper]) -> Message:
    if not papers:
        return Message((Text("Nothing saved yet: `save 1` keeps a paper of the last list."),), [], private=True)
    message = _paper_list(f"Saved: {len(papers)}", papers)
    return Message(
        (*message.blocks, Text("`saved bibtex`, `saved ris`, `saved csv` or `saved json` gives a file.", "note")),
        message.data,
        private=True,
        buttons=tuple(Button(label, f"saved {label.casefold()}") for label in ("BibTeX", "RIS", "CSV", "JSON")),
    )


def saved_file(style: str, content: str) -> Message:
    name, media_type = {
        "bibtex": ("saved.bib", "application/x-bibtex"),
        "ris": ("saved.ris", "application/x-research-info-systems"),
        "csv": ("saved.csv", "text/csv"),
        "json": ("saved.json", "application/json"),
    }[style]
    return Message((File(name, content, media_type),), {"file": name, "content": content}, private=True)


def _paper_list(heading: str, papers: Sequence[Paper]) -> Message:
    cards = [paper_card(paper, number) for number, paper in enumerate(papers, start=1)]
    data: list[Json] = [{**paper_data(paper), "rank": number} for number, paper in enumerate(papers, start=1)]
    blocks: list[Block] = [Text(heading, "heading"), *cards]
    if any(paper.is_sample for paper in papers):
        blocks.append(Text(SAMPLES_NOTE, "note"))
    return Message(tuple(blocks), data)


def _days(days: int) -> str:
    return "the last day" if days == 1 else f"the last {days} days"
