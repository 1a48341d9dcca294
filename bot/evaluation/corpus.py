"""Text for benchmarks: real papers tiled to any number, each tile mixing the sentences of two papers."""

import gzip
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path

from bot.domain.paper import Paper, PaperId

Texts = list[tuple[str, str]]


def read_texts(path: Path) -> Texts:
    """(title, abstract) of a JSON lines file, gzipped or not. Raises OSError, ValueError."""
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    return [(record["title"], record["abstract"]) for record in records if record.get("abstract")]


def tile(texts: Texts, count: int) -> Iterator[Paper]:
    """`count` distinct papers. Tile 0 is the texts themselves; in tile t, text i lends its sentences to text i + t."""
    for number in range(count):
        at, shift = number % len(texts), number // len(texts)
        title, abstract = texts[at]
        if shift:
            other = texts[(at + shift) % len(texts)]
            halves = itertools.chain(abstract.split(". ")[::2], other[1].split(". ")[1::2])
            title, abstract = f"{title} ({shift})", ". ".join(halves)
        yield Paper(PaperId(f"local:bench-{number}"), title, abstract, source="bench")


def write_json_lines(texts: Texts, count: int, path: Path) -> None:
    with path.open("w", encoding="utf-8") as out:
        for paper in tile(texts, count):
            record = {"id": paper.id, "title": paper.title, "abstract": paper.abstract}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def queries(texts: Texts, count: int, seed: int) -> list[str]:
    """Queries of one to six words, drawn from running text, so that frequent words come as often as they do there."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        words = [word for word in draw.choice(texts)[1].split() if word.isalpha()] or ["model"]
        made.append(" ".join(draw.choice(words) for _ in range(1 + number % 6)))
    return made
