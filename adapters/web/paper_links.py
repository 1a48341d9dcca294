"""Where a paper lies elsewhere, and what programs read of it here."""

from urllib.parse import urlsplit

from bot.domain.paper import Paper, PaperId, canonical_url
from bot.domain.paper_path import paper_path


def api_path(paper_id: PaperId) -> str:
    return f"/api/v1{paper_path(paper_id)}"


def paper_links(paper: Paper) -> list[tuple[str, str]]:
    """(label, address) of arXiv or whatever it came by, PDF, code, and its page at Hugging Face; each only if it is
    one that a browser may follow."""
    kind, _, number = paper.id.partition(":")
    arxiv = number if kind == "arXiv" else ""
    label = "arXiv" if arxiv else "DOI" if canonical_url(paper.id) else "Source"
    found = [
        (label, paper.link),
        ("PDF", paper.pdf_url or (f"https://arxiv.org/pdf/{arxiv}" if arxiv else "")),
        ("Code", paper.code_url),
        ("Hugging Face", f"https://huggingface.co/papers/{arxiv}" if arxiv else ""),
    ]
    return [(label, address) for label, address in found if is_followed(address)]


def is_followed(address: str) -> bool:
    """Whether it is a web address, and not `javascript:` or anything else that a feed may have written."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and address.isprintable() and " " not in address
