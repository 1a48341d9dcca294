"""Compile the kernels into a folder: `python -m tests.kernels FOLDER`, once for every test process, and untraced."""

import fcntl
import subprocess
import sys
from pathlib import Path

from bot.domain.profile_vector import encode_vector
from bot.ranking.batch import BatchScorer
from tests.unit.ranking.makers import WEEK, corpus, index_of, profile, query


def compile_kernels(folder: Path) -> None:
    """Leave compiled code in `folder`; whoever comes while it is made waits, and finds it there."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([sys.executable, "-m", "tests.kernels", folder], cwd=Path(__file__).parents[1], check=True)


def _score_once(folder: Path) -> None:
    index = index_of(corpus("graph networks", "robot arms"))
    BatchScorer(index, WEEK.since, folder, threads=1).score([encode_vector(profile(query({"graph": 1.0})))], 2)


if __name__ == "__main__":
    _score_once(Path(sys.argv[1]))
