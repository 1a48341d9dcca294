import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS, command_of, find_spec, parse_command, specs_named
from bot.domain.command import Command, CommandProblem


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("recommend", "recommend", {}),
        ("recommend 5 state space models", "recommend", {"n": 5, "topic": "state space models"}),
        ("recommend again 3", "recommend", {"again": True, "n": 3}),
        ("recommend 3 again", "recommend", {"again": True, "n": 3}),
        ("recommend --days 30 5", "recommend", {"days": 30, "n": 5}),
        ("recommend 5 graph learning --days=2", "recommend", {"days": 2, "n": 5, "topic": "graph learning"}),
        ("recommend 3d vision", "recommend", {"topic": "3d vision"}),
        ("/why 1", "why", {"paper": "1"}),
        ("like 1 off", "like", {"paper": "1", "state": "off"}),
        ("LIKE  arXiv:2503.09566v2 ", "like", {"paper": "arXiv:2503.09566v2"}),
        ('search "flow matching" cat:cs.LG', "search", {"query": '"flow matching" cat:cs.LG'}),
        ("trending MONTH", "trending", {"span": "month"}),
        ("interests", "interests", {}),
        ("Interests Add diffusion models", "interests add", {"text": "diffusion models"}),
        ("interests reset yes", "interests reset", {"yes": True}),
        ("saved bibtex", "saved", {"format": "bibtex"}),
        ("help interests add", "help", {"command": "interests add"}),
        ("link ABCD2345", "link", {"code": "ABCD2345"}),
    ],
)
def test_text_becomes_the_command_of_the_table(text: str, name: str, options: dict[str, object]) -> None:
    assert parse_command(text) == Command(name, options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("recomend 5", "recommend 5"),
        ("serach transformers", "search transformers"),
        ("interests ad diffusion", "interests add diffusion"),
        ("trendign week", "trending week"),
        ("privacy exprot", "privacy export"),
        ("privacy", "help privacy"),
        ("interests xyzzy", "help interests"),
    ],
)
def test_a_typo_gets_the_nearest_command(text: str, suggestion: str) -> None:
    problem = parse_command(text)
    assert isinstance(problem, CommandProblem)
    assert problem.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("recommend 99", "from 1 to 50, not 99"),
        ("recommend 0", "from 1 to 50, not 0"),
        ("recommend 99999999999999999999", "from 1 to 50"),
        ("recommend --days soon", "--days takes a number"),
        ("recommend --days", "--days takes a number"),
        ("recommend --days 99999", "from 1 to 3650"),
        ("like", "missing a number of the last list"),
        ("search", "missing what to look for"),
        ("profile now", "unexpected 'now'"),
        ("trending fortnight", "unexpected 'fortnight'"),
        ("", "empty"),
        ("   ", "empty"),
        ("🦆", "unknown"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong(text: str, says: str) -> None:
    problem = parse_command(text)
    assert isinstance(problem, CommandProblem)
    assert says in problem.message


def test_every_example_of_the_table_is_a_command_of_its_own_row() -> None:
    for spec in COMMANDS:
        if spec.example:
            command = parse_command(spec.example)
            assert isinstance(command, Command), spec.example
            assert command.name == spec.name


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ("", {}),
        ("weekdays 08:00", {"days": "weekdays", "time": "08:00"}),
        ("08:00 weekdays", {"days": "weekdays", "time": "08:00"}),
        ("mon,thu 9am 5", {"days": "mon,thu", "time": "9am", "n": 5}),
        ("mon, thu and sat", {"days": "mon thu sat"}),
        ("every day at 9 in New York", {"days": "daily", "time": "9:00", "zone": "New York"}),
        ("at 9 pm", {"time": "9pm"}),
        ("9:30 p.m. UTC +2", {"time": "9:30p.m.", "zone": "UTC +2"}),
        ("Europe/Berlin 7 papers many", {"zone": "Europe/Berlin", "n": 7, "threshold": "many"}),
        ("daily 9 5", {"days": "daily", "time": "9", "n": 5}),
        ("5", {"n": 5}),
        ("0900 12", {"time": "0900", "n": 12}),
        ("tell few", {"empty": "tell", "threshold": "few"}),
        ("quiet on weekends", {"empty": "quiet", "days": "weekends"}),
        ("berln", {"zone": "berln"}),
        ("t", {"days": "t"}),
    ],
)
def test_a_digest_is_ordered_in_any_order_of_words(said: str, options: dict[str, str | int]) -> None:
    assert parse_command(f"digest subscribe {said}") == Command("digest subscribe", options)


@pytest.mark.parametrize(
    ("said", "message", "suggestion"),
    [
        ("wekdays 08:00", "unknown", "digest subscribe weekdays 08:00"),
        ("normale, berlin", "unknown", "digest subscribe normal berlin"),
        ("evrey day 9:00", "unknown", "digest subscribe daily 9:00"),
        ("evrey day 25:00", "I do not understand all of that", "help digest subscribe"),
        ("08:00 9:00", "your local time, such as 08:00 or 9:30pm: 08:00 or 9:00? Say one", "help digest subscribe"),
        ("few many", "how close to you they must be: few or many? Say one", "help digest subscribe"),
        ("99", "how many papers at most: from 1 to 20, not 99", ""),
    ],
)
def test_an_order_that_cannot_be_told_is_asked_back(said: str, message: str, suggestion: str) -> None:
    assert parse_command(f"digest subscribe {said}") == CommandProblem(message, suggestion)
    assert not suggestion or isinstance(parse_command(suggestion), Command)


def test_help_finds_a_command_or_a_whole_family() -> None:
    assert [spec.name for spec in specs_named("why")] == ["why"]
    assert [spec.name for spec in specs_named("interests add")] == ["interests add"]
    assert {"interests", "interests add"} <= {spec.name for spec in specs_named("Interests")}
    assert specs_named("nonsense") == ()


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    assert isinstance(parse_command(text), Command | CommandProblem)


@given(st.sampled_from([spec.name for spec in COMMANDS]), st.text(max_size=60))
def test_options_of_a_read_command_are_those_of_its_row(name: str, rest: str) -> None:
    command = parse_command(f"{name} {rest}")
    if isinstance(command, Command):
        spec = find_spec(command.name)
        assert spec is not None
        allowed = {option.name: option for option in spec.options}
        assert set(command.options) <= set(allowed)
        for key, value in command.options.items():
            if allowed[key].kind == "int":
                assert isinstance(value, int)
                assert allowed[key].minimum <= value <= allowed[key].maximum
        assert all(option.name in command.options for option in spec.options if option.required)


def test_ten_thousand_characters_are_cut() -> None:
    command = parse_command("search " + "a" * 10_000)
    assert isinstance(command, Command)
    assert len(command.text("query")) == 2_000


def test_a_form_means_what_it_says_whatever_words_are_in_its_fields() -> None:
    given: dict[str, str | int | bool] = {"topic": "5 again --days 3", "n": 4, "again": False}
    assert command_of("recommend", given) == Command("recommend", {"topic": "5 again --days 3", "n": 4})
    assert command_of("saved", {"format": "bibtex"}) == Command("saved", {"format": "bibtex"})
    assert command_of("interests reset", {"yes": True}) == Command("interests reset", {"yes": True})


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("recommend", {"n": 99}, "from 1 to 50"),
        ("recommend", {"n": "many"}, "not 'many'"),
        ("saved", {"format": "word"}, "not 'word'"),
        ("why", {}, "missing"),
        ("launch", {}, "unknown"),
    ],
)
def test_a_form_is_held_to_the_table(name: str, given: dict[str, str | int | bool], says: str) -> None:
    problem = command_of(name, given)
    assert isinstance(problem, CommandProblem)
    assert says in problem.message
