"""Help, status, first words, progress, and answers to what cannot be understood."""

from collections.abc import Sequence

from bot.domain.chat import Block, Bullets, Json, Message, Table, Text
from bot.domain.command import CommandProblem, CommandSpec
from bot.domain.status import Status
from bot.messages.digests import digest_data, status_line
from bot.messages.lists import FIRST_STEPS
from bot.messages.wording import plural

WELCOME = (
    "Paperboy reads every new paper and brings you the few that are for you.",
    "Type `interests add diffusion models`, then `recommend 5`; `help` shows the rest, `quit` ends.",
)
WELCOME_BACK = "Welcome back. `recommend` brings what is new, `help` shows the rest."


def page_at(address: str) -> str:
    return f"The papers of the day are on {address} too."


def help_page(table: Sequence[CommandSpec]) -> Message:
    """All commands on one screen: subcommands share the line of their first word."""
    rows: list[tuple[str, str]] = []
    for first in dict.fromkeys(spec.name.split()[0] for spec in table):
        specs = [spec for spec in table if spec.name.split()[0] == first]
        subcommands = "|".join(spec.name.split()[1] for spec in specs if " " in spec.name)
        if len(specs) == 1:
            rows.append((specs[0].usage, specs[0].summary))
        else:
            rows.append((f"{first} {subcommands}", specs[0].summary))
    note = "PAPER is a number of the last list, an arXiv id or a link. `help recommend` tells more."
    data: Json = [{"name": spec.name, "usage": spec.usage, "summary": spec.summary} for spec in table]
    return Message((Table(("", ""), tuple(rows)), Text(note, "note")), data, buttons=FIRST_STEPS)


def help_for(name: str, specs: Sequence[CommandSpec]) -> Message:
    """Help on the commands found under a name; without any, that there are none."""
    if not specs:
        text = f"There is no command {name[:40]!r}. `help` lists all."
        return Message((Text(text, "error"),), {"error": text}, ok=False)
    blocks: list[Block] = []
    for each in specs:
        blocks += [Text(each.usage, "heading"), Text(each.summary)]
        if each.options:
            blocks.append(Bullets(tuple(_option_lines(each))))
        if each.example:
            blocks.append(Text(f"For example: `{each.example}`", "note"))
    data: Json = [{"name": each.name, "usage": each.usage, "summary": each.summary} for each in specs]
    return Message(tuple(blocks), data)


def _option_lines(spec: CommandSpec) -> list[str]:
    lines = []
    for option in spec.options:
        bounds = f" ({option.minimum} to {option.maximum})" if option.kind == "int" else ""
        lines.append(f"{option.usage}: {option.help}{bounds}")
    return lines


def not_understood(problem: CommandProblem) -> Message:
    if problem.message == "unknown":
        text = "I do not know that command."
        if problem.suggestion:
            text += f" Did you mean `{problem.suggestion}`?"
        else:
            text += " `help` lists what I know."
    elif problem.message == "empty":
        text = "Say something: `help` lists what I know."
    else:
        text = f"{problem.message[:1].upper()}{problem.message[1:]}."
        if problem.suggestion:
            text += f" `{problem.suggestion}` shows how."
    return _error(text, {"suggestion": problem.suggestion})


def paper_not_found(kind: str, text: str, detail: str) -> Message:
    """Answers to a PaperNotFoundError."""
    shown = text[:60]
    texts = {
        "no list": f"There is no list yet for the number {shown}: `recommend`, `search` or `trending` first.",
        "no such number": f"The last list has {_papers(detail)}, so there is no number {shown}.",
        "no id": f"{shown!r} is no number of the last list, no arXiv id and no link. `search {shown}` may find it.",
        "not stored": f"I do not know the paper {shown}. `search` finds papers by their words.",
        "not fetched": f"I do not have {shown} and could not fetch it: {detail}",
    }
    return _error(texts[kind], {"paper": text[:200]})


def _papers(count: str) -> str:
    return plural(int(count), "paper") if count.isdigit() else "no papers"


def status(state: Status) -> Message:
    latest = state.latest_announcement
    feed = state.feed
    lines = [
        ("papers", f"{state.papers:,}" + (f" (and {state.samples} samples)" if state.samples else "")),
        ("new", f"{state.fresh:,} within {state.fresh_days} days"),
        ("latest announcement", latest.date().isoformat() if latest else "none yet"),
        ("categories", ", ".join(state.categories)),
        ("last fetch", feed.fetched_at[:16].replace("T", " ") + " UTC" if feed.fetched_at else "never"),
    ]
    if feed.error:
        lines.append(("last problem", feed.error))
    lines.append(("search", f"{state.search_behind:,} papers behind" if state.search_behind else "up to date"))
    yours = f"{plural(state.interests, 'interest')}, {plural(state.reactions, 'paper')} reacted to, {state.shown} shown"
    lines.append(("you", yours))
    lines.append(("digest", status_line(state.digest)))
    if state.unknown_years:
        years = " and ".join(map(str, state.unknown_years))
        text = f"arXiv's holidays of {years} are not known: taken as ordinary days (PAPERBOY_ARXIV_HOLIDAYS_FILE)"
        lines.append(("calendar", text))
    return Message((Table(("", ""), tuple(lines)),), status_data(state))


def status_data(state: Status) -> dict[str, Json]:
    """The status for machines."""
    return {
        "papers": state.papers,
        "samples": state.samples,
        "fresh": state.fresh,
        "fresh_days": state.fresh_days,
        "latest_announcement": state.latest_announcement.isoformat() if state.latest_announcement else None,
        "categories": list(state.categories),
        "fetched_at": state.feed.fetched_at or None,
        "tried_at": state.feed.tried_at or None,
        "error": state.feed.error or None,
        "search_behind": state.search_behind,
        "interests": state.interests,
        "reactions": state.reactions,
        "shown": state.shown,
        "digest": digest_data(state.digest) if state.digest else None,
        "unknown_years": list(state.unknown_years),
    }


def caught_up(outcome: str, new: int, detail: str) -> str:
    """One line on the background fetch (a CaughtUp's value); empty where nothing is worth saying."""
    return {
        "fetched": f"{plural(new, 'new paper')} fetched." if new else "No new papers since the last look.",
        "not due": "",
        "offline": f"No new papers could be fetched ({detail}); going on with those I have.",
        "offline, samples loaded": f"arXiv cannot be reached ({detail}); a few sample papers are loaded to try me on.",
        "failed": f"New papers could not be fetched: {detail}",
    }[outcome]


FETCHING = "Fetching new papers from arXiv; a first time takes about half a minute ..."


FETCH_CRASHED = "Fetching new papers failed for a reason of mine; it is in the log. Going on with what I have."


def fetching(papers: int, total: int | None) -> str:
    """The toolbar while papers come in: a bar where the total is known by estimate."""
    if not total:
        return "fetching new papers from arXiv ..."
    share = min(1.0, papers / total)
    done = round(20 * share)
    return f"fetching new papers from arXiv {'█' * done}{'░' * (20 - done)} {share:.0%} · {papers:,} papers"


def crashed() -> Message:
    return _error("Something went wrong on my side; it is in the log. Nothing you told me is lost.", {})


def store_trouble(reason: str) -> Message:
    return _error(reason, {})


def ingested(
    new: int, updated: int, unchanged: int, rejected: int, reasons: Sequence[tuple[str, int]], seconds: float
) -> list[str]:
    """The closing lines of an ingest; `reasons` sums up why records were rejected, and how many each."""
    total = new + updated + unchanged
    lines = [
        f"{new:,} new, {updated:,} updated, {unchanged:,} unchanged, {rejected:,} rejected"
        f" ({total + rejected:,} records in {seconds:.1f} s)"
    ]
    lines += [f"rejected {count:,}: {reason}" for reason, count in reasons]
    return lines


def unknown_source(source: str) -> str:
    return (
        f"{source!r} is no file that is here, no address, arXiv id, category list (cs.LG,cs.CL), "
        "oai:SET or date (2026-03-14)."
    )


def _error(text: str, data: dict[str, Json]) -> Message:
    return Message((Text(text, "error"),), {"error": text, **data}, ok=False)
