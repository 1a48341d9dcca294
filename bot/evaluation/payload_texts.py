"""What is said in the payloads of chat platforms, as one who counts papers needs it."""

import re
from collections.abc import Iterator, Mapping, Sequence

PAPER = re.compile(r"(?:local|arXiv):[\w./-]+")


def strings_in(document: object) -> Iterator[str]:
    """Every text somewhere in a payload, in order."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, Mapping):
        for value in document.values():
            yield from strings_in(value)
    elif isinstance(document, Sequence):
        for value in document:
            yield from strings_in(value)


def papers_in(document: object) -> str:
    """The ids of its papers, a line each."""
    found = [paper for text in strings_in(document) for paper in PAPER.findall(text)]
    return "\n".join(dict.fromkeys(found))
