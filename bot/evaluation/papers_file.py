"""Reading the papers of a data set: JSON lines, gzipped or not."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "docs/evaluation.md describes the format"


class DataSetError(Exception):
    """What is wrong with a data set, where, and what to do, in one line."""


@dataclass(frozen=True, slots=True)
class RatedPaper:
    """A paper of a data set. `new` papers are candidates for everyone, those of a `pool` for its readers."""

    id: str
    title: str
    abstract: str
    new: bool = False
    pool: str = ""

    @property
    def text(self) -> str:
        return f"{self.title} {self.abstract}"


def read_papers(folder: Path) -> tuple[RatedPaper, ...]:
    """The papers of `papers.jsonl.gz` or `papers.jsonl`, in ascending order of their ids. Raises DataSetError."""
    path = next((path for name in ("papers.jsonl.gz", "papers.jsonl") if (path := folder / name).is_file()), None)
    if path is None:
        raise DataSetError(f"{folder} holds no papers.jsonl.gz and no papers.jsonl; {FORMAT}")
    papers: dict[str, RatedPaper] = {}
    for number, line in _lines(path):
        try:
            paper = _paper(json.loads(line))
        except json.JSONDecodeError as error:
            raise DataSetError(f"{path.name}, line {number}: no JSON ({error.msg})") from None
        except ValueError as error:
            raise DataSetError(f"{path.name}, line {number}: {error}") from None
        if paper.id in papers:
            raise DataSetError(f"{path.name}, line {number}: a second paper with the id {paper.id!r}")
        papers[paper.id] = paper
    if not papers:
        raise DataSetError(f"{path.name} holds no papers; {FORMAT}")
    return tuple(papers[name] for name in sorted(papers))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    open_text = gzip.open if path.suffix == ".gz" else open
    try:
        with open_text(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, line
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DataSetError(f"{path.name} is no whole gzip file; make it anew, or unpack it to papers.jsonl") from None
    except UnicodeDecodeError:
        raise DataSetError(f"{path.name} is not UTF-8 text; write it again as UTF-8") from None


def _paper(record: Any) -> RatedPaper:
    if not isinstance(record, dict):
        raise ValueError("each line must be a JSON object with id, title and abstract")
    for name in ("id", "title"):
        if not isinstance(record.get(name), str) or not record[name]:
            raise ValueError(f"a paper needs {name!r}, a text that is not empty")
    abstract, new, pool = record.get("abstract") or "", record.get("new") or False, record.get("pool") or ""
    if not isinstance(abstract, str) or not isinstance(pool, str) or not isinstance(new, bool):
        raise ValueError("'abstract' and 'pool' must be text, 'new' true or false")
    return RatedPaper(record["id"], record["title"], abstract, new, pool)
