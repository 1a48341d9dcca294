"""`paperboy admin` as an operator types it."""

import json
import re
from pathlib import Path

from tests.e2e.program import Program


def test_a_backup_goes_back_with_the_search_index_made_anew(program: Program, tmp_path: Path) -> None:
    program.chat("interests add diffusion models", "like 1")
    file = tmp_path / "backup.db"
    assert "rows of" in program.run("admin", "backup", str(file)).stdout
    program.chat("interests add lexical retrieval")
    (tmp_path / "data" / "search" / "cursor.json").write_text('{"revision": 999999}')

    refused = program.run("admin", "restore", str(file), code=2).stderr
    assert "--yes puts the backup in its place" in refused
    restored = json.loads(program.run("admin", "restore", str(file), "--yes", "--json").stdout)
    assert restored["tables"]["interests"]["rows"] == 1
    interests, found = program.answers("interests", "search diffusion")
    assert "lexical" not in json.dumps(interests)
    assert "Diffusion" in json.dumps(found)


def test_a_backup_says_what_is_in_it(program: Program, tmp_path: Path) -> None:
    program.chat("interests add diffusion models", "recommend")
    made = json.loads(program.run("admin", "backup", str(tmp_path / "backup.db"), "--json").stdout)
    assert made["tables"]["papers"]["rows"] == 40
    assert made["bytes"] == (tmp_path / "backup.db").stat().st_size
    again = program.run("admin", "backup", str(tmp_path / "backup.db"), code=2)
    assert again.stderr.startswith("paperboy: ")
    assert len(again.stderr.splitlines()) == 1


def test_an_installation_moves_and_goes_on_at_the_new_place(program: Program, tmp_path: Path) -> None:
    program.chat("interests add diffusion models")
    old, new = f"sqlite:///{tmp_path / 'data' / 'paperboy.db'}", f"sqlite:///{tmp_path / 'new' / 'paperboy.db'}"
    moved = program.run("admin", "migrate-store", "--from", old, "--to", new).stdout
    assert "papers                          40  " in moved
    assert "Equal in both" in moved
    again = json.loads(program.run("admin", "migrate-store", "--from", old, "--to", new, "--json").stdout)
    assert again["equal"] is True
    assert f"papers                          40  {again['tables']['papers']['checksum']}" in moved
    assert "diffusion models" in program.chat("interests", env={"PAPERBOY_DATABASE_URL": new})

    wrong = program.run("admin", "migrate-store", "--from", new + "x", "--to", old, code=2)
    assert "There is no database" in wrong.stderr


def test_the_doctor_finds_a_fresh_installation_well_and_changes_nothing(program: Program) -> None:
    looked = program.run("admin", "doctor").stdout
    assert "problem" not in looked
    assert "there are no tables yet" in looked
    assert "arXiv             cannot be reached" in looked
    assert not program.folder.exists()


def test_the_doctor_says_what_is_wrong_and_what_to_do(program: Program) -> None:
    program.chat("search diffusion")
    (program.folder / "search" / "meta.json").write_text("{}")
    secret = "x" * 40
    env = {"PAPERBOY_DISCORD_TOKEN": secret, "PAPERBOY_OPERATOR_ADDRESS": "matrix:room"}
    looked = program.run("admin", "doctor", "--json", env=env, code=1).stdout
    checks = {check["name"]: check for check in json.loads(looked)["checks"]}
    assert secret not in looked
    assert {name for name, check in checks.items() if check["level"] == "problem"} == {"token of Discord", "operator"}
    assert {"search", "feeds", "arXiv"} <= {name for name, check in checks.items() if check["level"] == "warn"}
    assert all(check["advice"] for check in checks.values() if check["level"] != "ok")


def test_the_doctor_says_how_slack_is_spoken_and_what_is_missing(program: Program) -> None:
    half = {"PAPERBOY_SLACK_BOT_TOKEN": f"xoxb-{'x' * 30}"}
    looked = program.run("admin", "doctor", env=half, code=1).stdout
    assert re.search(r"^problem +Slack +PAPERBOY_SLACK_APP_TOKEN is missing", looked, re.MULTILINE)
    whole = {**half, "PAPERBOY_SLACK_APP_TOKEN": f"xapp-{'x' * 30}"}
    looked = program.run("admin", "doctor", env=whole).stdout
    assert re.search(r"^ok +Slack +over a socket", looked, re.MULTILINE)
    assert "xxxx" not in looked


def test_the_doctor_needs_neither_settings_nor_a_database_that_work(program: Program, tmp_path: Path) -> None:
    wrong = program.run("admin", "doctor", env={"PAPERBOY_RECENT_DAYS": "many"}, code=1).stdout
    assert "problem settings          PAPERBOY_RECENT_DAYS: " in wrong
    (tmp_path / "letter.db").write_text("Dear reader, " * 500)
    letter = program.run("admin", "doctor", env={"PAPERBOY_DATABASE_URL": f"sqlite:///{tmp_path}/letter.db"}, code=1)
    assert "problem database" in letter.stdout
    assert "is not a Paperboy database" in letter.stdout
    assert "ok      disk" in letter.stdout


def test_pruning_says_what_would_go(program: Program) -> None:
    program.chat("help")
    assert program.run("admin", "prune", "--dry-run").stdout.startswith("0 deliveries and 0 replaced texts from before")
    assert json.loads(program.run("admin", "prune", "--days", "7", "--json").stdout)["deleted"] is True


def test_the_status_tells_how_the_ledger_stands(program: Program) -> None:
    status = json.loads(program.run("admin", "status", "--json").stdout)
    assert (status["subscriptions"], status["disabled"], status["deliveries"]) == (0, 0, {})
    assert "deliveries            -" in program.run("admin", "status").stdout


def test_a_paper_that_nobody_submitted_is_not_withdrawn(program: Program) -> None:
    program.chat("search diffusion")
    assert "Nobody submitted" in program.run("admin", "withdraw", "2503.09566", code=1).stdout
