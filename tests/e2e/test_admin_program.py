"""`paperboy admin` as an operator types it."""

import json
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
    program.chat("interests add diffusion models")
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
