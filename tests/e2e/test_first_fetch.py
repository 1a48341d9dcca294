"""The first start on a machine with a network: announcements and the days before, newest first, each paper once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.program import Program
from tests.fake_arxiv import FakeArxiv, Record, running_arxiv

TODAY = datetime.now(UTC).replace(microsecond=0)


def record(number: int, days_old: int, subject: str) -> Record:
    return Record(
        f"2603.{number:05d}",
        f"{subject.title()} in practice, part {number}",
        f"We study {subject} on many data sets and find that it holds in case {number}.",
        TODAY - timedelta(days=days_old),
    )


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    today = [record(1, 1, "flow matching"), record(2, 1, "graph learning")]
    older = [record(number, number // 2, "retrieval") for number in range(3, 60)]
    with running_arxiv(FakeArxiv(records=[*today, *older], announced=today, page=10)) as running:
        yield running


def test_the_first_start_fetches_two_weeks_newest_first_and_recommends_from_them(
    program: Program, arxiv: FakeArxiv
) -> None:
    done = program.run("chat", typed="interests add flow matching\nrecommend 5\nstatus\n", env=arxiv.environment())
    assert "1. Flow Matching in practice, part 1" in done.stdout
    assert "sample" not in done.stdout
    assert arxiv.asked[0] == "/rss/cs.LG+cs.CL+cs.IR"
    pages = [path for path in arxiv.asked if path.startswith("/api/query")]
    # 14 days and 5 more for the announcement's delay, two papers a day, ten a page.
    assert 3 <= len(pages) <= 5
    assert "new papers fetched." in done.stderr


def test_the_second_start_does_not_ask_again_within_the_poll_time(program: Program, arxiv: FakeArxiv) -> None:
    program.chat("status", "recommend 1 retrieval", env=arxiv.environment())
    asked = len(arxiv.asked)
    program.chat("recommend 1 retrieval", env=arxiv.environment())
    assert len(arxiv.asked) == asked
    program.chat("recommend 1 retrieval", env={**arxiv.environment(), "PAPERBOY_CATEGORIES": "stat.ML"})
    assert arxiv.asked[asked] == "/rss/stat.ML"


def test_a_paper_that_is_not_stored_is_fetched_by_its_id(program: Program, arxiv: FakeArxiv) -> None:
    arxiv.announced.append(Record("2603.77777", "A missing paper", "It was not there.", TODAY))
    (paper,) = program.answers("paper https://arxiv.org/pdf/2603.77777v3", env=arxiv.environment())
    assert paper["title"] == "A missing paper"


def test_ingest_takes_categories_ids_and_dates_and_reports_in_json(program: Program, arxiv: FakeArxiv) -> None:
    import json

    first = json.loads(program.run("ingest", "cs.LG,cs.CL", "--json", env=arxiv.environment()).stdout)
    assert first["new"] > 20
    again = json.loads(program.run("ingest", "cs.LG,cs.CL", "--json", env=arxiv.environment()).stdout)
    assert again["new"] == again["updated"] == 0
    one = json.loads(program.run("ingest", "arXiv:2603.00055", "--json", env=arxiv.environment()).stdout)
    assert one["new"] + one["unchanged"] == 1
    arxiv.daily = [
        {
            "paper": {
                "id": "2603.00001",
                "title": "Flow Matching in practice, part 1",
                "summary": "We study flow matching on many data sets and find that it holds in case 1.",
                "upvotes": 12,
                "authors": [{"name": "Ada Lovelace"}],
            },
            "numComments": 2,
            "submittedBy": {"fullname": "Someone"},
        }
    ]
    day = json.loads(program.run("ingest", TODAY.date().isoformat(), "--json", env=arxiv.environment()).stdout)
    assert (day["new"], day["updated"]) == (0, 1)
    (trending,) = program.answers("trending month", env=arxiv.environment())
    assert trending[0]["id"] == "arXiv:2603.00001"
    assert trending[0]["upvotes"] == 12


def test_a_source_that_is_nothing_ends_with_one_line_and_exit_code_2(program: Program) -> None:
    done = program.run("ingest", "no/such/file.xml", code=2)
    assert done.stderr.startswith("paperboy: 'no/such/file.xml' is no file that is here")
    done = program.run("ingest", "cs.LG", code=2)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
