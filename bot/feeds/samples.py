"""The bundled sample papers: fictional, so that a first start without a network has something to show."""

from collections.abc import Iterator
from typing import BinaryIO

from bot.domain.listing import FeedItem
from bot.domain.paper import SAMPLE_SOURCE
from bot.feeds import json_lines


def parse_samples(stream: BinaryIO) -> Iterator[FeedItem]:
    """The samples as papers `local:sample-01` and so on, marked with SAMPLE_SOURCE."""
    return json_lines.parse(stream, source=SAMPLE_SOURCE)
