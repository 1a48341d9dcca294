"""`paperboy ingest` on files: reports, rejections, hostile input, and a kill in the middle."""

import gzip
import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.program import SHARED, Program

PAPERS = 6_000


def write_papers(path: Path, count: int) -> Path:
    with gzip.open(path, "wt") as out:
        for number in range(count):
            abstract = f"We measure thing {number} and its kin by method {number % 17}, beyond doubt."
            out.write(json.dumps({"title": f"Thing number {number} measured", "abstract": abstract}) + "\n")
    return path


def stored(folder: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{folder / 'paperboy.db'}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM papers").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_kill_in_the_middle_loses_nothing_stored_and_a_rerun_finishes_the_rest(
    program: Program, tmp_path: Path
) -> None:
    file = write_papers(tmp_path / "papers.jsonl.gz", PAPERS)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ingest", str(file)], env=program.environment(), stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while stored(program.folder) < 1_000 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = stored(program.folder)
    assert before >= 1_000
    report = json.loads(program.run("ingest", str(file), "--json").stdout)
    assert report["unchanged"] >= before
    assert report["new"] + report["unchanged"] == PAPERS
    assert stored(program.folder) == PAPERS
    found, recommended, status = program.answers("search measured thing 5999", "recommend 3 thing 5998 kin", "status")
    assert found
    assert len(recommended) == 3
    assert (status["papers"], status["search_behind"]) == (PAPERS, 0)


def test_rejected_records_are_told_with_their_reasons_and_the_rest_is_kept(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    lines = [
        '{"id": "2603.00001", "title": "Good", "abstract": "A good paper about ducks."}',
        "not json at all",
        '{"title": "No abstract"}',
        '{"id": "2603.00002", "title": "<b>Also</b> good\\u0000", "abstract": "Another <i>good</i> paper."}',
    ]
    file.write_text("\n".join(lines))
    done = program.run("ingest", str(file), code=1)
    assert done.stdout.startswith("2 new, 0 updated, 0 unchanged, 2 rejected")
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr
    report = json.loads(program.run("ingest", str(file), "--json", code=1).stdout)
    assert (report["unchanged"], len(report["rejected"])) == (2, 2)
    (paper,) = program.answers("paper 2603.00002")
    assert paper["title"] == "Also good"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bomb.xml", b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>'),
        ("cut.xml", b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv'),
        ("noise.bin", bytes(range(256)) * 64),
        ("empty.jsonl", b""),
    ],
)
def test_a_broken_file_ends_with_a_clear_line_and_no_traceback(
    name: str, data: bytes, program: Program, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ingest", str(tmp_path / name)],
        env=program.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if not data else 1)
    assert "Traceback" not in done.stderr
    assert "0 new" in done.stdout


def test_the_same_page_read_twice_is_one_listing_of_the_same_papers(program: Program) -> None:
    page = SHARED / "trending_page.txt"
    if not page.is_file():
        pytest.skip("the shared page of trending papers is not here")
    program.run("ingest", str(page), "--date", "2025-03-14")
    again = json.loads(program.run("ingest", str(SHARED / "trending_page.jsonl"), "--json").stdout)
    assert (again["new"], again["unchanged"]) == (0, 88)
