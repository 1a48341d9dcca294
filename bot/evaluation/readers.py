"""Reading readers to measure a ranking on: who likes what, from a folder, checked (format: docs/evaluation.md)."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.evaluation.data_set import DataSet, Positions, Reader, Split
from bot.evaluation.papers_file import FORMAT, DataSetError, read_papers


def read_data_set(folder: Path) -> DataSet:
    """A data set: papers.jsonl.gz (or .jsonl), readers.json, optional splits.json. Raises DataSetError, OSError."""
    if not folder.is_dir():
        raise DataSetError(f"{folder} is no folder; a data set is a folder with papers.jsonl.gz and readers.json")
    papers = read_papers(folder)
    places = {paper.id: at for at, paper in enumerate(papers)}
    split_file = folder / "splits.json"
    has_splits = split_file.is_file()
    readers = {}
    for record in _records(folder / "readers.json"):
        reader = _reader(record, places, has_splits)
        if reader.id in readers:
            raise DataSetError(f"readers.json: two readers have the id {reader.id!r}")
        readers[reader.id] = reader
    data = DataSet(papers, tuple(readers.values()))
    for reader in data.readers:
        _check_candidates(data, reader)
    if has_splits:
        data = replace(data, splits=tuple(_split(record, places, readers) for record in _records(split_file)))
    return data


def _records(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON list."""
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataSetError(f"{path.parent} holds no {path.name}; {FORMAT}") from None
    except json.JSONDecodeError as error:
        raise DataSetError(f"{path.name}, line {error.lineno}: no JSON ({error.msg})") from None
    except UnicodeDecodeError:
        raise DataSetError(f"{path.name} is not UTF-8 text; write it again as UTF-8") from None
    if not isinstance(records, list) or not records or not all(isinstance(one, dict) for one in records):
        raise DataSetError(f"{path.name} must be a list of objects, at least one; {FORMAT}")
    return records


def _reader(record: Mapping[str, Any], places: Mapping[str, int], has_splits: bool) -> Reader:
    name, pool = record.get("id"), record.get("pool") or ""
    if not isinstance(name, str) or not name or not isinstance(pool, str):
        raise DataSetError("readers.json: a reader needs 'id', a text that is not empty ('pool', if given, is text)")
    where = f"readers.json, reader {name!r}"
    liked, disliked, later = (_positions(record, key, places, where) for key in ("liked", "disliked", "later"))
    ratings = _ratings(record, places, where)
    if not liked:
        raise DataSetError(f"{where}: 'liked' is empty; a profile needs at least one paper to be learned from")
    if not has_splits and not later and not ratings:
        raise DataSetError(f"{where}: no 'later' and no 'ratings': name the papers that a ranking should find")
    if later and ratings:
        raise DataSetError(f"{where}: 'later' and 'ratings' exclude each other; leave one of them out")
    reader = Reader(name, liked, disliked, later, ratings, pool)
    asked = {*later, *(paper for paper, _ in ratings)}
    for one, other, words in ((set(liked), set(disliked), "liked and disliked"), (reader.judged, asked, "known")):
        both = sorted(one & other)
        if both:
            paper = next(key for key, place in places.items() if place == both[0])
            more = words if words != "known" else "known and to be found"
            raise DataSetError(f"{where}: the paper {paper!r} is both {more}; it can be only one of them")
    return reader


def _positions(record: Mapping[str, Any], key: str, places: Mapping[str, int], where: str) -> Positions:
    """The papers of a list, each once, in order."""
    names = record.get(key) or []
    if not isinstance(names, list):
        raise DataSetError(f"{where}: {key!r} must be a list of paper ids")
    return tuple(dict.fromkeys(_place(name, places, f"{where}: {key!r}") for name in names))


def _place(name: Any, places: Mapping[str, int], where: str) -> int:
    place = places.get(name) if isinstance(name, str) else None
    if place is None:
        raise DataSetError(f"{where} names the paper {name!r}, which the papers file does not hold")
    return place


def _ratings(record: Mapping[str, Any], places: Mapping[str, int], where: str) -> tuple[tuple[int, float], ...]:
    ratings = record.get("ratings") or {}
    if not isinstance(ratings, dict):
        raise DataSetError(f"{where}: 'ratings' must be an object of paper ids with a number each")
    for name, value in ratings.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise DataSetError(f"{where}: the rating of {name!r} must be a finite number, not {value!r}")
    if ratings and len(set(ratings.values())) < 2:
        raise DataSetError(f"{where}: all ratings are equal, so that no order is right or wrong; give two that differ")
    return tuple((_place(name, places, f"{where}: 'ratings'"), float(value)) for name, value in ratings.items())


def _check_candidates(data: DataSet, reader: Reader) -> None:
    candidates = set(data.candidates(reader.pool).tolist())
    if not candidates:
        raise DataSetError(f"readers.json, reader {reader.id!r}: no paper has the pool {reader.pool!r}")
    for paper in (*reader.later, *(paper for paper, _ in reader.ratings)):
        if paper not in candidates:
            kind = f"of the pool {reader.pool!r}" if reader.pool else "`new`"
            name = data.papers[paper].id
            raise DataSetError(
                f"readers.json, reader {reader.id!r}: {name!r} is to be found but no candidate; it must be {kind}"
            )


def _split(record: Mapping[str, Any], places: Mapping[str, int], readers: Mapping[str, Reader]) -> Split:
    reader = readers.get(record.get("reader") or "")
    if reader is None:
        raise DataSetError(f"splits.json names the reader {record.get('reader')!r}, whom readers.json does not hold")
    where = f"splits.json, reader {reader.id!r}"
    static, loop, seed = record.get("static"), record.get("loop"), record.get("seed", 0)
    if not isinstance(static, dict) or not isinstance(loop, dict) or not isinstance(seed, int):
        raise DataSetError(f"{where}: a split needs 'static', 'loop' and a number 'seed'; {FORMAT}")
    split = Split(
        seed,
        reader,
        _positions(static, "liked", places, f"{where}, 'static'"),
        _positions(static, "disliked", places, f"{where}, 'static'"),
        _positions(loop, "liked", places, f"{where}, 'loop'"),
    )
    for liked in (split.static_liked, split.loop_liked):
        if not liked or not set(liked) < set(reader.liked):
            raise DataSetError(f"{where}: what is known must be some of the reader's 'liked', with others left to find")
    return split
