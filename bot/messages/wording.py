"""Small things that sentences are made of."""

from collections.abc import Iterable


def plural(count: int, noun: str) -> str:
    """`1 paper`, `2,000 papers`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def distinct_words(words: Iterable[str], most: int) -> list[str]:
    """The first `most` that say something of their own: a phrase stands for the words it holds, whatever their case."""
    said: list[str] = []
    for word in words:
        pieces = set(word.casefold().replace("-", " ").split())
        if any(pieces <= set(other.casefold().replace("-", " ").split()) for other in said):
            continue
        said = [other for other in said if not set(other.casefold().replace("-", " ").split()) <= pieces]
        said.append(word)
        if len(said) == most:
            break
    return said
