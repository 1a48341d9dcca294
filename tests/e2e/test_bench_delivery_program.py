"""The demonstrations of delivery as an operator starts them, in small."""

import json

from tests.e2e.program import Program


def test_the_year_is_told_with_what_was_kept(program: Program) -> None:
    done = program.run("bench", "delivery", "clock", "--subscriptions", "12", "--days", "8")
    told = dict(line.split() for line in done.stdout.splitlines())
    assert told["kept"] == "True"
    assert int(told["sent"]) >= int(told["periods"]) > 0


def test_killed_workers_end_in_a_report_for_machines(program: Program) -> None:
    done = program.run("bench", "delivery", "crash", "--digests", "6", "--kills", "2", "--no-faults", "--json")
    report = json.loads(done.stdout)
    assert (report["kept"], report["sent"], report["kills"], report["twice"]) == (True, 6, 2, 0)
    assert "2 kills" in done.stderr


def test_one_machine_finishes_what_the_other_began(program: Program) -> None:
    done = program.run("bench", "delivery", "machines", "--digests", "6", "--platform", "mail", "--json")
    report = json.loads(done.stdout)
    assert (report["kept"], report["sent"] + report["unknown"]) == (True, 6)


def test_sizes_that_are_no_numbers_are_one_line(program: Program) -> None:
    done = program.run("bench", "delivery", "load", "--postgres", "postgresql:///x", "--sizes", "many", code=2)
    assert done.stderr.strip() == "paperboy: --sizes 'many': numbers with commas between, such as 1000,10000"
