"""The one command table: text, a slash option or a button becomes a Command; help and registrations come from it."""

import difflib
import re
from collections.abc import Mapping
from datetime import date

from bot.domain.command import Command, CommandProblem, CommandSpec, Option, OptionValue
from bot.domain.schedule_words import (
    DAYS,
    GROUPS,
    WEEKLY,
    ScheduleWordsError,
    is_days,
    is_time,
    parse_days,
    parse_time,
)
from bot.domain.zone_words import UnknownZoneError, parse_zone

MAX_TEXT = 2_000
"""Longest text option in characters; what is longer is cut, so that a pasted book costs nothing."""


def _paper(required: bool = True) -> Option:
    return Option("paper", "paper", "a number of the last list, an arXiv id or a link", required=required)


_STATE = Option("state", "choice", "whether it shall hold; else the other of what holds", choices=("on", "off"))


def _reaction(name: str, summary: str) -> CommandSpec:
    return CommandSpec(name, f"{summary} (again takes it back)", (_paper(), _STATE), f"{name} 1", needs_papers=True)


_COUNT = Option("n", "int", "how many papers", minimum=1, maximum=50)

COMMANDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        "recommend",
        "new papers for you, best first",
        (
            Option("again", "flag", "show again what was shown before"),
            _COUNT,
            Option("days", "int", "how many days count as new", named=True, minimum=1, maximum=3650),
            Option("topic", "text", "only papers about these words"),
        ),
        "recommend 5 state space models",
        needs_papers=True,
    ),
    CommandSpec(
        "start", "a few papers to react to, so that I learn what you like", (_COUNT,), "start", needs_papers=True
    ),
    CommandSpec(
        "search",
        'by words, "a phrase", author:name, cat:cs.LG, since:2026-03',
        (Option("query", "text", "what to look for", required=True),),
        'search "flow matching" since:2026',
        needs_papers=True,
        public=True,
    ),
    CommandSpec("similar", "papers like this one", (_paper(),), "similar 2", needs_papers=True, public=True),
    CommandSpec(
        "trending",
        "what everyone reads and upvotes; not personal",
        (Option("span", "choice", "over which time", choices=("day", "week", "month")),),
        "trending week",
        needs_papers=True,
        public=True,
    ),
    CommandSpec(
        "paper", "one paper with its whole abstract", (_paper(),), "paper 2503.09566", needs_papers=True, public=True
    ),
    CommandSpec(
        "why",
        "why a paper was (or was not) for you, and what would change that",
        (_paper(),),
        "why 1",
        needs_papers=True,
    ),
    _reaction("like", "more like this"),
    _reaction("dislike", "less like this"),
    _reaction("save", "keep it in your list"),
    _reaction("hide", "not for me, nothing more"),
    _reaction("known", "good, but I had it"),
    CommandSpec("undo", "take back your last word on a paper", (_paper(),), "undo 1", needs_papers=True),
    CommandSpec("interests", "what you told me you care about"),
    CommandSpec(
        "interests add",
        "add interests, comma between them",
        (Option("text", "text", "a topic in a few words", required=True),),
        "interests add diffusion models, recommender systems",
    ),
    CommandSpec(
        "interests remove",
        "remove an interest, a follow, a category or a mute",
        (Option("text", "text", "its words, or its number in `interests`", required=True),),
        "interests remove 2",
    ),
    CommandSpec(
        "interests mute",
        "never show papers with these words",
        (Option("text", "text", "the words", required=True),),
        "interests mute blockchain",
    ),
    CommandSpec(
        "interests follow",
        "papers by an author",
        (Option("author", "text", "the author's name", required=True),),
        "interests follow Yann LeCun",
    ),
    CommandSpec(
        "interests category",
        "arXiv categories you read",
        (Option("categories", "text", "one or more categories", required=True),),
        "interests category cs.IR, cs.CL",
    ),
    CommandSpec(
        "interests import",
        "learn from your library: .bib, .ris, or a list of arXiv ids or links",
        (Option("file", "file", "the file", required=True),),
        "interests import library.bib",
    ),
    CommandSpec(
        "interests reset",
        "forget your interests and what I learned",
        (Option("yes", "flag", "really"),),
        "interests reset yes",
    ),
    CommandSpec(
        "profile",
        "what I learned about you, also as a picture",
        (Option("theme", "choice", "the picture's colours", choices=("light", "dark")),),
        "profile dark",
    ),
    CommandSpec(
        "saved",
        "your saved papers, also as a file",
        (Option("format", "choice", "a file instead of a list", choices=("bibtex", "ris", "csv", "json")),),
        "saved bibtex",
    ),
    CommandSpec(
        "digest subscribe",
        "papers brought to you at set times; again changes what you say",
        (
            Option("days", "days", "daily, weekdays, weekends, weekly, or days such as mon,thu"),
            Option("time", "time", "your local time, such as 08:00 or 9:30pm"),
            Option("zone", "zone", "your time zone: a city, or an IANA name such as Europe/Berlin"),
            Option("n", "int", "how many papers at most", minimum=1, maximum=20),
            Option("threshold", "choice", "how close to you they must be", choices=("few", "normal", "many")),
            Option("empty", "choice", "a word on days without papers, or none", choices=("tell", "quiet")),
        ),
        "digest subscribe weekdays 08:00 Europe/Berlin 5 normal",
        any_order=True,
    ),
    CommandSpec("digest show", "your digest: when, where, and what became of the last one"),
    CommandSpec("digest preview", "the digest you would get now", (_COUNT,), "digest preview", needs_papers=True),
    CommandSpec(
        "digest pause",
        "no digests for a while",
        (Option("until", "text", "the last day without one: 2026-12-24, friday, or 3 days; else until you resume"),),
        "digest pause 3 days",
    ),
    CommandSpec("digest resume", "go on after a pause, or after digests stopped by themselves"),
    CommandSpec("digest stop", "no more digests"),
    CommandSpec(
        "link",
        "join another account of yours: a code here, `link CODE` there",
        (Option("code", "text", "the code from the other account"),),
        "link",
    ),
    CommandSpec("unlink", "give this account a profile of its own again"),
    CommandSpec("status", "how many papers, how fresh, what went wrong"),
    CommandSpec("privacy export", "everything I know about you, as a file"),
    CommandSpec(
        "privacy forget", "erase everything about you", (Option("yes", "flag", "really"),), "privacy forget yes"
    ),
    CommandSpec(
        "help", "this page, or one command", (Option("command", "text", "a command"),), "help recommend", public=True
    ),
)

_BY_NAME = {spec.name: spec for spec in COMMANDS}
_FAMILIES = {
    word: tuple(spec for spec in COMMANDS if spec.name.split()[0] == word)
    for word in dict.fromkeys(spec.name.split()[0] for spec in COMMANDS)
}


def find_spec(name: str) -> CommandSpec | None:
    return _BY_NAME.get(" ".join(name.casefold().split()))


def specs_of(first_word: str) -> tuple[CommandSpec, ...]:
    """The command of that name and its subcommands."""
    return _FAMILIES.get(first_word, ())


def specs_named(name: str) -> tuple[CommandSpec, ...]:
    """What `help NAME` is about: one command, or a first word with all its subcommands."""
    spec = find_spec(name)
    family = specs_of(name.casefold().strip())
    return family or ((spec,) if spec else ())


def parse_command(text: str) -> Command | CommandProblem:
    """Read what somebody typed. Never raises: what cannot be read is a CommandProblem with the nearest command."""
    words = text.replace("\x00", " ").strip().removeprefix("/").split()
    if not words:
        return CommandProblem("empty", "help")
    first = words[0].casefold()
    two = " ".join(words[:2]).casefold()
    if two in _BY_NAME:
        return _read_options(_BY_NAME[two], words[2:])
    subcommands = [spec.name.split()[1] for spec in specs_of(first) if " " in spec.name]
    if first in _BY_NAME and (not subcommands or len(words) == 1):
        return _read_options(_BY_NAME[first], words[1:])
    if subcommands:
        return _unknown_subcommand(first, words[1:], subcommands)
    near = difflib.get_close_matches(first, _FAMILIES, n=1, cutoff=0.6)
    return CommandProblem("unknown", " ".join((near[0], *words[1:]))[:200] if near else "")


def command_of(name: str, given: Mapping[str, OptionValue]) -> Command | CommandProblem:
    """A command from a form: what was filled in, by the options' names, held to the table as typed text is."""
    spec = find_spec(name)
    if spec is None:
        return CommandProblem("unknown", "")
    options: dict[str, OptionValue] = {}
    for option in spec.options:
        value = given.get(option.name)
        if value is None or value is False or value == "":
            if option.required:
                return CommandProblem(f"missing {option.help}", f"help {spec.name}")
            continue
        read = _form_value(option, value)
        if isinstance(read, CommandProblem):
            return read
        options[option.name] = read
    return Command(spec.name, options)


def _form_value(option: Option, value: OptionValue) -> OptionValue | CommandProblem:
    if option.kind in ("flag", "int", "choice"):
        word = str(value).strip()
        if not _fits(option, option.name if option.kind == "flag" else word):
            return CommandProblem(f"{option.help}: not {word[:20]!r}", "")
        return _value(option, word)
    return str(value).replace("\x00", " ").strip()[:MAX_TEXT]


def _unknown_subcommand(first: str, rest: list[str], subcommands: list[str]) -> CommandProblem:
    near = difflib.get_close_matches(rest[0].casefold(), subcommands, n=1, cutoff=0.6) if rest else []
    suggestion = " ".join((first, near[0], *rest[1:]))[:200] if near else f"help {first}"
    return CommandProblem("unknown", suggestion)


def _read_options(spec: CommandSpec, words: list[str]) -> Command | CommandProblem:
    options: dict[str, OptionValue] = {}
    words = list(words)
    for option in spec.options:
        if option.named:
            problem = _take_named(spec, option, words, options)
            if problem:
                return problem
    positional = [option for option in spec.options if not option.named]
    if spec.any_order:
        return _read_any_order(spec, positional, words)
    while words and any(option.kind in ("flag", "int", "choice") for option in positional):
        taken = next((option for option in positional if _fits(option, words[0])), None)
        if taken is None:
            break
        value = _value(taken, words.pop(0))
        if isinstance(value, CommandProblem):
            return value
        options[taken.name] = value
        positional.remove(taken)
    last = next((option for option in positional if len(words) > 1 and option.kind == "choice"), None)
    if last is not None and words[-1].casefold() in last.choices and positional[0].kind == "paper":
        options[last.name] = words.pop().casefold()
    text = next((option for option in positional if option.kind in ("text", "paper", "file")), None)
    if words and text is None:
        return CommandProblem(f"unexpected {words[0][:40]!r}", f"help {spec.name}")
    if words and text is not None:
        options[text.name] = " ".join(words)[:MAX_TEXT]
    missing = next((option for option in spec.options if option.required and option.name not in options), None)
    if missing is not None:
        return CommandProblem(f"missing {missing.help}", f"help {spec.name}")
    return Command(spec.name, options)


_FILLERS = frozenset({"at", "in", "on", "and", "every", "each", "paper", "papers", "the"})
_SPOKEN = (
    (re.compile(r"\bevery\s*day\b", re.IGNORECASE), "daily"),
    (re.compile(r"\bat\s+(\d{1,2})(?=\s|$)(?!\s*[ap]\.?m)", re.IGNORECASE | re.ASCII), r"\1:00"),
    (re.compile(r"(?<!\S)(\d{1,2}(?:[:.]\d\d)?)\s+([ap]\.?m\b)", re.IGNORECASE | re.ASCII), r"\1\2"),
)
"""Ways to say a day or a time in several words, and the one word for it."""


def _read_any_order(spec: CommandSpec, options: list[Option], words: list[str]) -> Command | CommandProblem:
    read, words = _sorted_words(spec, options, words)
    return _misspelt(spec, options, read, words) or read if isinstance(read, Command) else read


def _sorted_words(
    spec: CommandSpec, options: list[Option], words: list[str]
) -> tuple[Command | CommandProblem, list[str]]:
    """Each word goes to the first option that it fits; words that fit none are the zone, which may be several. Also the
    words with what is said in several of them in one."""
    text = " ".join(words)[:MAX_TEXT]
    for spoken, word in _SPOKEN:
        text = spoken.sub(word, text)
    words = text.split()
    given: dict[str, list[str]] = {}
    for word in words:
        if word.strip(",;").casefold() in _FILLERS or not word.strip(",;"):
            continue
        fits = next((option for option in options if _fits(option, word)), None)
        kind = fits.name if fits else next(option.name for option in options if option.kind == "zone")
        given.setdefault(kind, []).append(word.strip(",;"))
    if len(given.get("n", [])) == 2 and "time" not in given:
        # Of two bare numbers the first is the hour, as in the order of the table.
        given["time"] = [given["n"].pop(0)]
    read: dict[str, OptionValue] = {}
    for option in options:
        said = given.get(option.name, [])
        if len(said) > 1 and option.kind not in ("days", "zone"):
            return CommandProblem(f"{option.help}: {' or '.join(said)[:60]}? Say one", f"help {spec.name}"), words
        if said:
            value = " ".join(said) if option.kind in ("days", "time", "zone") else _value(option, said[0])
            if isinstance(value, CommandProblem):
                return value, words
            read[option.name] = value
    return Command(spec.name, read), words


def _misspelt(spec: CommandSpec, options: list[Option], read: Command, words: list[str]) -> CommandProblem | None:
    """Whether what was taken for a zone is none, but nearly another word; what is suggested would be understood."""
    zone = read.text("zone")
    if not zone or _is_understood(zone=zone):
        return None
    known = [*GROUPS, WEEKLY, *DAYS, "every", "day", *(choice for option in options for choice in option.choices)]
    near = {word: difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.75) for word in zone.split()}
    if not any(near.values()):
        return None
    again, meant = _sorted_words(spec, options, [next(iter(near.get(word.strip(",;"), [])), word) for word in words])
    if isinstance(again, Command) and _is_understood(again.text("days"), again.text("time"), again.text("zone")):
        return CommandProblem("unknown", " ".join((spec.name, *meant))[:200])
    return CommandProblem("I do not understand all of that", f"help {spec.name}")


def _is_understood(days: str = "", time: str = "", zone: str = "") -> bool:
    try:
        for said, parse in ((days, lambda said: parse_days(said, date.min)), (time, parse_time), (zone, parse_zone)):
            if said:
                parse(said)
    except (ScheduleWordsError, UnknownZoneError):
        return False
    return True


def _take_named(
    spec: CommandSpec, option: Option, words: list[str], options: dict[str, OptionValue]
) -> CommandProblem | None:
    flag = f"--{option.name}"
    for at, word in enumerate(words):
        name, equals, inline = word.partition("=")
        if name.casefold() != flag:
            continue
        text = inline if equals else words[at + 1] if at + 1 < len(words) else ""
        del words[at : at + (1 if equals else 2)]
        if not text.isascii() or not text.isdigit():
            return CommandProblem(f"{flag} takes a number", f"help {spec.name}")
        value = _value(option, text)
        if isinstance(value, CommandProblem):
            return value
        options[option.name] = value
        return None
    return None


def _fits(option: Option, word: str) -> bool:
    if option.kind == "flag":
        return word.casefold() == option.name
    if option.kind == "int":
        return word.isascii() and word.isdigit()
    if option.kind == "days":
        return is_days(word)
    if option.kind == "time":
        return is_time(word)
    return option.kind == "choice" and word.casefold() in option.choices


def _value(option: Option, word: str) -> OptionValue | CommandProblem:
    if option.kind == "flag":
        return True
    if option.kind == "choice":
        return word.casefold()
    number = int(word[:9])
    if not option.minimum <= number <= option.maximum:
        return CommandProblem(f"{option.help}: from {option.minimum} to {option.maximum}, not {word[:20]}")
    return number
