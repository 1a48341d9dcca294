"""What is said about papers that others link."""

from collections.abc import Sequence

from bot.domain.chat import Message, Text
from bot.domain.paper import Paper
from bot.messages.cards import paper_card, paper_data


def link_cards(papers: Sequence[Paper]) -> list[Message]:
    """A message with a card for each paper that was linked."""
    return [Message((paper_card(paper),), paper_data(paper)) for paper in papers]


def cards_switched(on: bool) -> Message:
    if on:
        words = (
            "From now on a link to a paper (arXiv, Hugging Face papers, alphaXiv or a DOI) that is posted in this "
            "channel gets a card, once a day. It counts for what is trending, and this channel's digest learns from it."
        )
        return Message((Text(words), Text("`links off` ends it.", "note")), private=True)
    return Message(
        (Text("No cards for links here any more."), Text("`links on` brings them back.", "note")), private=True
    )
