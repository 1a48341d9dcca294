import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS, PLANNED, find_spec, parse_command, specs_named
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


def test_planned_commands_are_not_offered_and_say_so_when_typed() -> None:
    for name in PLANNED:
        assert find_spec(name) is None
        assert parse_command(f"{name} daily 09:00") == CommandProblem("planned", "digest preview")


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
