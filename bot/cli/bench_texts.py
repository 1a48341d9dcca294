"""What the benchmarks make their papers from."""

from pathlib import Path

from bot.bootstrap import open_samples
from bot.domain.paper import Paper
from bot.feeds.samples import parse_samples


def bench_texts(data: Path | None) -> list[tuple[str, str]]:
    """(title, abstract) of a file of JSON lines; without one, of the bundled samples."""
    from bot.evaluation.corpus import read_texts

    if data is None:
        return [(p.title, p.abstract) for p in parse_samples(open_samples()) if isinstance(p, Paper)]
    return read_texts(data)
