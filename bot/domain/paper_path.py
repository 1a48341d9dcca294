"""Where a paper's own page lies, below the address of the whole page."""

from urllib.parse import quote

from bot.domain.paper import PaperId


def path_text(paper_id: PaperId) -> str:
    """What stands for a paper in an address: arXiv's ids as people write them, others with their kind."""
    return paper_id.removeprefix("arXiv:")


def paper_path(paper_id: PaperId) -> str:
    return f"/papers/{quote(path_text(paper_id), safe='/:')}"
