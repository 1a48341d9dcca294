"""A paper in a chat: what it is called in a control, where its link may lead, what an emoji says of it."""

from urllib.parse import quote, urlsplit

from bot.domain.chat import PaperCard
from bot.domain.paper import PaperId, title_paper_id

LIKE, DISLIKE, SAVE = "👍", "👎", "🔖"
REACTIONS = {LIKE: "like", DISLIKE: "dislike", SAVE: "save"}
"""What an emoji says, on a button or as a reaction to a message of one paper."""

MENUS = {"Similar papers": "similar", "Save paper": "save"}
"""What the menu of a message offers, and the command that it stands for."""

NO_PAPER = "I see no paper in this message: no arXiv id, no link to arXiv, Hugging Face papers or alphaXiv, no DOI."

_LONGEST_ADDRESS = 400


def paper_name(card: PaperCard, most: int) -> PaperId:
    """A name of the paper in at most `most` characters: its id, or the hash of its title, which finds it as well."""
    fits = len(card.paper) <= most and "\n" not in card.paper and card.paper == card.paper.strip()
    return card.paper if fits else title_paper_id(card.title)


def safe_address(url: str) -> str:
    """A web address that cannot leave the brackets it is written in; empty for anything else."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or len(url) > _LONGEST_ADDRESS:
        return ""
    return quote(url.strip(), safe="/:?&=%#.,;~+-_@!$")
