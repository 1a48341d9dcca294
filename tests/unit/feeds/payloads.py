"""The recorded payloads beside the project, and small helpers to read what a feed yields."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.domain.listing import FeedItem, ListingHead, NextPage, Rejected
from bot.domain.paper import Paper

DATA = Path(__file__).parents[4] / "shared" / "data"
FIXTURES = DATA / "fixtures"
FOLDERS = ("arxiv-api", "arxiv-feed", "arxiv-oai", "huggingface")


def shared(path: Path) -> Path:
    """The file, or a skip where the data beside the project is missing."""
    if not path.exists():
        pytest.skip(f"no {path.name}: the shared data folder is not beside the project")
    return path


def payload(folder: str, name: str) -> io.BytesIO:
    return io.BytesIO(shared(FIXTURES / folder / name).read_bytes())


def api_payload(name: str) -> io.BytesIO:
    """The body of a recorded answer of arXiv's export API."""
    return io.BytesIO(json.loads(shared(FIXTURES / "arxiv-api" / name).read_text("utf-8"))["body"].encode())


def papers(items: Iterable[FeedItem]) -> list[Paper]:
    return [item for item in items if isinstance(item, Paper)]


def rejected(items: Iterable[FeedItem]) -> list[Rejected]:
    return [item for item in items if isinstance(item, Rejected)]


def heads(items: Iterable[FeedItem]) -> list[ListingHead]:
    return [item for item in items if isinstance(item, ListingHead)]


def next_pages(items: Iterable[FeedItem]) -> list[NextPage]:
    return [item for item in items if isinstance(item, NextPage)]
