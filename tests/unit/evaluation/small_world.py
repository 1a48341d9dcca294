"""A tiny set of readers, written for the tests: four subjects, two readers each of two of them."""

import gzip
import json
from pathlib import Path
from typing import Any

SUBJECTS = {
    "arms": "robot gripper grasp torque joint actuator pushing tactile manipulation trajectory",
    "biology": "protein folding enzyme residue ligand docking sequence helix binding mutation",
    "speech": "speech phoneme acoustic speaker accent waveform transcription microphone vowel prosody",
    "tastes": "rating item user preference catalogue collaborative click session popularity feedback",
}


def records() -> list[dict[str, Any]]:
    """Twelve old and thirty new papers of each subject; words of a subject recur, so that its papers are alike.

    They stand in the order of their ids, as they are read.
    """
    made = []
    for subject, text in SUBJECTS.items():
        words = text.split()
        for number in range(42):
            picked = [words[(number * step + step) % len(words)] for step in (1, 3, 7, 2, 9)]
            made.append(
                {
                    "id": f"{subject}-{number:02}",
                    "title": f"On {picked[0]} and {picked[1]}",
                    "abstract": f"We look into {' '.join(picked)} where {picked[2]} meets {picked[3]}, case{number}.",
                    "year": 2020,
                    "new": number >= 12,
                }
            )
    return made


def readers() -> list[dict[str, Any]]:
    return [
        {
            "id": f"{subject}-{first}",
            "liked": [f"{subject}-{number:02}" for number in range(first, first + 4)],
            "disliked": [],
            "later": [f"{subject}-{number:02}" for number in range(12 + first, 16 + first)],
        }
        for subject in ("arms", "biology")
        for first in (0, 6)
    ]


def write_readers(folder: Path, people: list[dict[str, Any]] | None = None) -> Path:
    with gzip.open(folder / "papers.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for record in records())
    (folder / "readers.json").write_text(json.dumps(readers() if people is None else people))
    return folder
