"""What a person's own page says."""

from collections.abc import Sequence

from bot.domain.chat import Address, Button, Message, Text
from bot.domain.command import OptionValue
from bot.domain.home import Home, HomeEntry, HomeSection
from bot.domain.paper import Paper
from bot.domain.profile import Interest
from bot.domain.schedule_words import DAYS
from bot.domain.status import DigestStatus
from bot.domain.subscription import Subscription
from bot.domain.zone_words import zone_label
from bot.messages.digests import show
from bot.messages.people import interest_name
from bot.messages.wording import plural

SHOWN_INTERESTS, SHOWN_SAVED = 40, 10

FILES = tuple(Button(label, f"saved {label.casefold()}") for label in ("BibTeX", "RIS", "CSV", "JSON"))


def home(interests: Sequence[Interest], status: DigestStatus | None, saved: Sequence[Paper], here: Address) -> Home:
    """`saved` come latest first; `here` is where the person's answers go."""
    return Home((_interests(interests), _digest(status, here), _saved(saved), _data()))


def order_options(subscription: Subscription) -> dict[str, OptionValue]:
    """The options of `digest subscribe` that order this very digest."""
    return {
        "days": ",".join(DAYS[day][:3] for day in subscription.days),
        "time": f"{subscription.local_time:%H:%M}",
        "zone": zone_label(subscription.zone),
        "n": subscription.size,
        "threshold": subscription.threshold.value,
        "empty": "tell" if subscription.tell_empty else "quiet",
    }


def _interests(items: Sequence[Interest]) -> HomeSection:
    lead = "What I look for, for you." if items else "Nothing yet. A few words on what you work on are a start."
    entries = [HomeEntry(interest_name(item), Button("Remove", f"interests remove {item.text}")) for item in items]
    buttons = (Button("Recommend", "recommend"),) if items else (Button("Five papers to react to", "start"),)
    return HomeSection(
        Message((Text("Your interests", "heading"), Text(lead, "note")), buttons=buttons),
        tuple(entries[:SHOWN_INTERESTS]),
        _more(len(entries), SHOWN_INTERESTS, "interests"),
        forms=(Button("Add interests", "interests add"),),
    )


def _digest(status: DigestStatus | None, here: Address) -> HomeSection:
    if status is None:
        said = Message((Text("Your digest", "heading"), Text("None yet: papers brought to you at set times.")))
        return HomeSection(said, forms=(Button("Set one up", "digest subscribe"),))
    # The last line names the commands that are buttons here.
    blocks = show(status, here).blocks[:-1]
    is_going = status.next is not None and status.subscription.paused_until is None
    pause = Button("Pause", "digest pause") if is_going else Button("Go on", "digest resume")
    buttons = (Button("What it would hold now", "digest preview"), pause, Button("Stop", "digest stop"))
    return HomeSection(
        Message(blocks, buttons=buttons),
        forms=(Button("Change days and time", "digest subscribe"),),
        known=order_options(status.subscription),
    )


def _saved(papers: Sequence[Paper]) -> HomeSection:
    lead = plural(len(papers), "paper") if papers else "Nothing saved yet."
    entries = [HomeEntry(paper.title, Button("Remove", f"save {paper.id} off"), paper.link) for paper in papers]
    return HomeSection(
        Message((Text("Saved", "heading"), Text(lead, "note")), buttons=FILES if papers else ()),
        tuple(entries[:SHOWN_SAVED]),
        _more(len(entries), SHOWN_SAVED, "saved"),
    )


def _data() -> HomeSection:
    lead = "Everything I know about you, as a file into our direct messages; or gone for good."
    said = Message((Text("Your data", "heading"), Text(lead, "note")), buttons=(Button("Export", "privacy export"),))
    return HomeSection(said, final=(Button("Erase everything", "privacy forget yes"),))


def _more(count: int, shown: int, command: str) -> str:
    return f"{count - shown} more: `{command}` lists all." if count > shown else ""
