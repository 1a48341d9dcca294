"""The program as a newcomer meets it, on a machine without a network."""

import re
from pathlib import Path

from tests.e2e.program import Program


def test_the_first_start_without_a_network_recommends_labelled_samples_with_their_reasons(program: Program) -> None:
    done = program.run("chat", typed="interests add diffusion models\nrecommend 5\nwhy 1\n")
    titles = re.findall(r"^\d+\. .+$", done.stdout, re.MULTILINE)
    assert titles
    assert titles[0].startswith("1. ")
    assert 'your interest "diffusion models"' in done.stdout
    assert "sample, not a real paper" in done.stdout
    assert "Rank 1 of" in done.stdout
    assert "sample papers are loaded" in done.stderr
    assert "Type `interests add" in done.stderr


def test_the_same_paper_is_recommended_once_and_again_repeats(program: Program) -> None:
    first, second, again = program.answers(
        "interests add machine learning, models", "recommend 3", "recommend 3", "recommend again 3"
    )[1:]
    assert len(first) == len(second) == 3
    assert not {paper["id"] for paper in first} & {paper["id"] for paper in second}
    assert [paper["id"] for paper in again] == [paper["id"] for paper in first]


def test_json_answers_one_line_a_command_and_parts_add_up_to_the_score(program: Program) -> None:
    added, recommended, why = program.answers("interests add recommender systems", "recommend 2", "why 1")
    assert added["added"] == [{"kind": "text", "text": "recommender systems"}]
    assert [paper["rank"] for paper in recommended] == [1, 2]
    assert {"id", "title", "score", "rank", "reasons"} <= recommended[0].keys()
    assert recommended[0]["reasons"]
    assert why["id"] == recommended[0]["id"]
    assert why["rank"] == 1
    total = sum(term["value"] for part in why["parts"] for term in part["terms"])
    assert abs(total - why["score"]) < 1e-9
    assert abs(why["score"] - recommended[0]["score"]) < 1e-9


def test_the_picture_of_the_profile_is_a_file_in_the_data_folder(program: Program) -> None:
    said = program.chat("interests add graph learning", "profile dark")
    (path,) = re.findall(r"^Picture: (.+)$", said, re.MULTILINE)
    assert Path(path) == program.folder / "pictures" / "profile-dark.png"
    assert Path(path).read_bytes().startswith(b"\x89PNG")


def test_what_was_said_is_there_at_the_next_start(program: Program) -> None:
    program.chat("interests add graph learning", "recommend 2", "save 1")
    interests, saved, numbered = program.answers("interests", "saved", "paper 1")
    assert interests == [{"kind": "text", "text": "graph learning"}]
    assert len(saved) == 1
    assert numbered["id"] == saved[0]["id"]


def test_a_like_moves_the_next_ranking_and_undo_takes_it_back(program: Program) -> None:
    before, liked, after, undone, restored = program.answers(
        "recommend again 20 learning", "like 5", "recommend again 20 learning", "undo 1", "status"
    )
    assert liked["changed"] == {"like": True}
    scores = {paper["id"]: paper["score"] for paper in before}
    moved = [paper for paper in after if abs(paper["score"] - scores.get(paper["id"], 0.0)) > 1e-6]
    assert moved
    assert undone["changed"] in ({"like": False}, {})
    assert restored["samples"] == 40


def test_samples_disappear_when_the_first_real_paper_arrives(program: Program) -> None:
    program.chat("interests add diffusion models", "recommend 1", "like 1")
    page = program.folder / "one.jsonl"
    page.write_text('{"id": "2603.00001", "title": "A real paper on diffusion", "abstract": "Diffusion models."}\n')
    done = program.run("ingest", str(page))
    assert done.stdout.startswith("1 new, 0 updated, 0 unchanged, 0 rejected")
    recommended, found, status = program.answers("recommend 5", "search sample", "status")
    assert [paper["id"] for paper in recommended] == ["arXiv:2603.00001"]
    assert found == []
    assert (status["papers"], status["samples"]) == (1, 0)


def test_wrong_input_gets_a_clear_answer_and_never_a_traceback(program: Program) -> None:
    hostile = [
        "recomend 5",
        "why 99",
        "like nonsense",
        "paper 9999.99999",
        "paper 2603.12345",
        "search",
        "search " + "x" * 10_000,
        "search '; DROP TABLE papers; -- .* [a-z]+ \\",
        "search since:yesterday",
        "recommend 🦆🦆🦆",
        "recommend مرحبا بالعالم",
        "interests add 🦆",
        "interests remove 7",
        "interests import no-such-file.bib",
        "interests category nonsense",
        "digest subscribe daily 09:00",
        "link WRONGONE",
        "unlink",
        "help nonsense",
        "privacy forget",
    ]
    done = program.run("chat", typed="".join(f"{line}\n" for line in hostile))
    assert "Traceback" not in done.stdout + done.stderr
    assert "Did you mean `recommend 5`?" in done.stdout
    assert "went wrong on my side" not in done.stdout
    assert "could not fetch it" in done.stdout
    assert "There is no list yet for the number 99" in done.stdout


def test_erasing_forgets_everything_and_export_shows_everything(program: Program) -> None:
    answers = program.answers(
        "interests add robotics", "recommend 2", "like 1", "privacy export", "privacy forget yes", "privacy export"
    )
    full, empty = answers[3], answers[5]
    assert full["interests"][0]["text"] == "robotics"
    assert [event["reaction"] for event in full["feedback"]] == ["like"]
    assert len(full["shown"]) == 2
    assert full["profile"]["queries"]
    assert empty["interests"] == empty["feedback"] == empty["shown"] == []


def test_help_fits_a_screen(program: Program) -> None:
    lines = program.chat("help").splitlines()
    assert 15 <= len(lines) <= 30
    assert all(len(line) <= 120 for line in lines)


def test_settings_that_are_wrong_end_in_one_line_naming_the_variable(program: Program) -> None:
    done = program.run("chat", code=2, env={"PAPERBOY_RECENT_DAYS": "many"})
    assert done.stderr.startswith("paperboy: PAPERBOY_RECENT_DAYS")
    assert len(done.stderr.splitlines()) == 1
    done = program.run("chat", code=2, env={"PAPERBOY_HF_URL": "ftp://example.org"})
    assert "PAPERBOY_HF_URL: must be an http:// or https:// address" in done.stderr
    done = program.run("chat", code=2, env={"PAPERBOY_DATABASE_URL": "mysql://root:secret@localhost/x"})
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
