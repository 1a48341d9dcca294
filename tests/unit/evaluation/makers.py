"""A small made-up data set: three subjects, readers who care for one of them each."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_SUBJECTS = {
    "owls": "owl feather night hunting prey wing silent forest barn chick",
    "locks": "canal lock barge gate water level sluice towpath boat keeper",
    "bread": "dough yeast oven crust flour loaf baker rising kneading rye",
}
_FILLER = "study measured over several years with results from every region of interest"

Record = dict[str, Any]


def paper_records(each: int = 12) -> list[Record]:
    """`each` papers a subject, every other one `new`; words of the subject come in turns, so that no two are equal."""
    records = []
    for subject, vocabulary in _SUBJECTS.items():
        words = vocabulary.split()
        for number in range(each):
            chosen = [words[(number * step + step) % len(words)] for step in (1, 2, 3, 5, 7)]
            filler = " ".join(_FILLER.split()[number % 5 :])
            records.append(
                {
                    "id": f"{subject}/{number:02}",
                    "title": f"{chosen[0].title()} and {chosen[1]}, part {number}",
                    "abstract": f"A {' '.join(chosen)} {filler}.",
                    "year": 2020,
                    "new": number % 2 == 1,
                }
            )
    return records


def reader_records(each: int = 12) -> list[Record]:
    """Two readers a subject: four papers liked, the new ones of the subject to be found."""
    return [
        {
            "id": f"{subject}-{half}",
            "liked": [f"{subject}/{number:02}" for number in range(half * 2, each, 2)][:4],
            "disliked": [],
            "later": [f"{subject}/{number:02}" for number in range(1 + 2 * half, each, 2)],
        }
        for subject in _SUBJECTS
        for half in (0, 1)
    ]


def review_records(each: int = 24) -> tuple[list[Record], list[Record], list[Record]]:
    """(papers, readers, splits): a pool with two subjects; the first half of one subject is what is looked for."""
    papers = []
    for pool, (wanted, other) in {"first": ("owls", "bread"), "second": ("locks", "owls")}.items():
        for record in paper_records(each):
            subject = record["id"].partition("/")[0]
            if subject in (wanted, other):
                kept = {key: value for key, value in record.items() if key != "new"}
                papers.append(kept | {"id": f"{pool}:{record['id']}", "pool": pool})
    readers, splits = [], []
    for pool, wanted in (("first", "owls"), ("second", "locks")):
        own = [paper["id"] for paper in papers if paper["pool"] == pool]
        liked = [name for name in own if f":{wanted}/" in name]
        disliked = [name for name in own if f":{wanted}/" not in name]
        readers.append({"id": pool, "pool": pool, "liked": liked, "disliked": disliked})
        for seed in range(3):
            turned = liked[seed:] + liked[:seed]
            static = {"liked": turned[:4], "disliked": disliked[seed : seed + 5]}
            splits.append({"seed": seed, "reader": pool, "static": static, "loop": {"liked": turned[:2]}})
    return papers, readers, splits


def write_data(
    folder: Path,
    papers: Sequence[Mapping[str, Any]],
    readers: Sequence[Mapping[str, Any]],
    splits: Sequence[Mapping[str, Any]] = (),
    *,
    zipped: bool = False,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(paper) + "\n" for paper in papers)
    if zipped:
        with gzip.open(folder / "papers.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write(lines)
    else:
        (folder / "papers.jsonl").write_text(lines, encoding="utf-8")
    (folder / "readers.json").write_text(json.dumps(readers, indent=1), encoding="utf-8")
    if splits:
        (folder / "splits.json").write_text(json.dumps(splits), encoding="utf-8")
    return folder


def authors_like(folder: Path) -> Path:
    return write_data(folder, paper_records(), reader_records(), zipped=True)


def reviews_like(folder: Path) -> Path:
    return write_data(folder, *review_records())
