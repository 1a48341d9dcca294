"""What the terminal shows of a Message."""

import json
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from adapters.console.clean import clean_line, clean_lines
from adapters.console.layout import align, cut, wrap
from adapters.console.outbound import Look, render, render_json
from bot.domain.chat import Block, Bullets, Button, File, Image, Message, PaperCard, Table, Text
from bot.domain.paper import PaperId

PIPE = Look(width=60)
TERMINAL = Look(width=60, wrapped=True)
COLOR = Look(width=60, wrapped=True, color=True)
LONG = "A very long title of a paper about everything and nothing that does not fit on one line of a terminal"

CARD = PaperCard(
    paper=PaperId("arXiv:2503.09566"),
    title=LONG,
    url="https://arxiv.org/abs/2503.09566",
    meta="Ada Lovelace, Alan Turing · 14 Mar 2026",
    abstract="First paragraph of the abstract, with enough words in it to be wrapped somewhere.\nSecond one.",
    number=1,
    reasons=('your interest "flow matching"', "like a paper you saved"),
    buttons=(Button("Like", "like 1"), Button("Save", "save 1"), Button("Why", "why 1")),
    label="sample",
)


def _kept(image: Image) -> str:
    return f"/pictures/{image.name}"


def _lines(*blocks: Block, look: Look = PIPE) -> list[str]:
    return render(Message(blocks), look, _kept).split("\n")


def test_a_card_in_a_pipe_has_its_whole_title_on_one_line() -> None:
    assert _lines(CARD) == [
        f"1. {LONG}",
        "   sample · Ada Lovelace, Alan Turing · 14 Mar 2026",
        "   First paragraph of the abstract, with enough words in it",
        "   to be wrapped somewhere.",
        "   Second one.",
        '   * your interest "flow matching"',
        "   * like a paper you saved",
        "   https://arxiv.org/abs/2503.09566",
        "   like 1 · save 1 · why 1",
    ]


def test_a_card_at_a_terminal_is_wrapped_to_its_width() -> None:
    lines = _lines(CARD, look=TERMINAL)
    assert lines[0].startswith("1. A very long")
    assert lines[1].startswith("   ")
    assert all(cell_len(line) <= 60 for line in lines)
    assert " ".join(" ".join(lines[:2]).split()) == f"1. {LONG}"


def test_a_bare_card_is_its_title() -> None:
    assert _lines(PaperCard(PaperId("local:x"), "Only a title", "", "")) == ["Only a title"]


def test_a_title_with_line_breaks_stays_on_one_line() -> None:
    card = PaperCard(PaperId("local:x"), "Two\nlines\u2028and\ttabs\r\n2. Fake", "", "", number=1)
    assert _lines(card) == ["1. Two lines and tabs 2. Fake"]


def test_blocks_are_apart_and_empty_ones_leave_no_hole() -> None:
    assert _lines(Text("one"), Bullets(()), Text("two", "heading")) == ["one", "", "two"]
    assert render(Message(()), PIPE, _kept) == ""


def test_errors_begin_with_a_mark() -> None:
    assert _lines(Text("It failed.\nTry again.", "error")) == ["! It failed.", "  Try again."]


def test_texts_are_wrapped_and_keep_their_own_lines_and_indents() -> None:
    lines = _lines(Text("word " * 20 + '\n\n    search "x"\nend', "note"))
    assert lines[2:] == ["", '    search "x"', "end"]
    assert all(cell_len(line) <= 60 for line in lines)


def test_bullets_hang() -> None:
    lines = _lines(Bullets(("short", "word " * 15)))
    assert lines[0] == "- short"
    assert lines[1].startswith("- word")
    assert lines[2].startswith("  word")


def test_tables_are_aligned_with_wide_characters_and_numbers_to_the_right() -> None:
    lines = _lines(Table(("word", "n", ""), (("深度学习", "12"), ("x", "1,003", "z"))))
    assert lines == ["word          n", "深度学习     12", "x         1,003  z"]


def test_a_table_at_a_terminal_is_wrapped_to_the_width_and_loses_nothing() -> None:
    table = Table(("name", "text"), (("short", "深" * 60), ("b", "y" * 90), ("status", "the last fetch was fine")))
    for width in (30, 60):
        at_terminal, in_pipe = _lines(table, look=Look(width=width, wrapped=True)), _lines(table)
        assert all(cell_len(line) <= width for line in at_terminal)
        assert "".join("".join(at_terminal).split()) == "".join("".join(in_pipe).split())


def test_tables_without_rows_or_head_do_no_harm() -> None:
    assert _lines(Table(("a", "b"), ())) == ["a  b"]
    assert _lines(Table((), (("x", "y"),))) == ["x  y"]
    assert _lines(Table((), ())) == [""]


def test_a_file_is_shown_between_lines_that_name_it() -> None:
    content = "@article{a,\n\ttitle = {X}\n}\n\n"
    assert _lines(File("saved.bib", content, "text/x-bibtex")) == [
        "--- saved.bib ---", "@article{a,", "    title = {X}", "}", "--- end of saved.bib ---",
    ]  # fmt: skip


def test_a_picture_is_kept_and_named_whole() -> None:
    image = Image("a.png", b"\x89PNG", "How your scores spread")
    assert _lines(image) == ["How your scores spread", "Picture: /pictures/a.png"]
    assert "could not be saved" in render(Message((image,)), PIPE, lambda _: "")


def test_colour_changes_nothing_but_colour() -> None:
    blocks: tuple[Block, ...] = (Text("Head", "heading"), Text("No", "error"), Text("n", "note"), CARD)
    plain, colored = (render(Message(blocks), look, _kept) for look in (TERMINAL, COLOR))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert colored != plain
    assert "\x1b" not in plain


HOSTILE = "a\x1b[31mb\x1b]0;title\x07c\x9b2Jd\x00e\x08f\u202eg\u2066h\x7fi\ud800j\x1b(0k\x1b]8;;http://evil\x1b\\l"


def test_control_sequences_and_bidi_controls_never_reach_the_terminal() -> None:
    card = PaperCard(
        PaperId("local:x"), HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1, (HOSTILE,), (Button("x", HOSTILE),), HOSTILE
    )
    blocks = (
        Text(HOSTILE),
        card,
        Bullets((HOSTILE,)),
        Table((HOSTILE,), ((HOSTILE,),)),
        File(HOSTILE, HOSTILE, "text/plain"),
        Image("x", b"", HOSTILE),
    )
    shown = render(Message(blocks), Look(width=200), lambda _: HOSTILE)
    assert shown.count("abc2Jdefghi\ufffdjkl") >= 13
    assert not _unsafe(shown)


def _unsafe(text: str) -> list[str]:
    return [char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")] + [
        char for char in text if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    ]


_ANY = st.text(alphabet=st.characters() | st.sampled_from("\x1b[]m;\\\x07\x9b\u202e深 \n"), max_size=80)


@given(text=_ANY, width=st.integers(1, 120))
def test_no_text_reaches_the_terminal_unsafe(text: str, width: int) -> None:
    blocks: tuple[Block, ...] = (
        Text(text), Bullets((text,)), Table((text,), ((text,),)), PaperCard(PaperId("local:x"), text, text, text, text)
    )  # fmt: skip
    for wrapped in (False, True):
        assert not _unsafe(render(Message(blocks), Look(width, wrapped), _kept))


def test_stacked_marks_are_thinned() -> None:
    assert clean_line("z" + "\u0301" * 50 + "a") == "z" + "\u0301" * 4 + "a"


def test_wrongly_decoded_quotes_lose_no_text() -> None:
    assert clean_line("â\x80\x9cdeep\x9d nets â\x90 rest") == "âdeep nets â rest"


def test_an_escape_that_never_ends_takes_its_own_line_at_most_with_it() -> None:
    assert clean_lines("before\x1b]0;no end\nafter") == ["before", "after"]
    assert clean_lines("a\x1b") == ["a"]


@example(text="\u0301 \u200d\u0301 a", width=20)
@given(text=st.text(alphabet="ab 深\u0301\u200d", max_size=200), width=st.integers(20, 80))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width, "  ", "    ")
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(text=st.text(alphabet="ab深🙂", max_size=30), width=st.integers(1, 30))
def test_cutting_fits_and_says_so(text: str, width: int) -> None:
    short = cut(text, width)
    assert cell_len(short) <= width
    assert short == text or short.endswith("…")


def test_a_table_of_many_columns_never_loops() -> None:
    head, rows = align(["x"] * 40, [["yy"] * 40], 20)
    assert head.split() == ["x"] * 40
    assert rows[0].split() == ["yy"] * 40


def test_json_is_the_data_on_one_line() -> None:
    message = Message((Text("two\nlines"),), data={"title": "Erdős 深", "text": "a\nb"})
    assert render_json(message, _kept) == '{"title": "Erdős 深", "text": "a\\nb"}'
    assert render_json(Message((), data=[]), _kept) == "[]"
    assert render_json(Message((), data=False), _kept) == "false"


def test_json_without_data_is_whether_it_went_well_and_the_text() -> None:
    message = Message((Text("No.", "error"), Text("Try `help`.")), ok=False)
    assert json.loads(render_json(message, _kept)) == {"ok": False, "text": "! No.\n\nTry `help`."}


def test_json_has_no_nan_and_no_characters_that_break_lines_or_terminals() -> None:
    data = {"x": [float("nan"), float("inf"), 1.5, None, True], "t": "a\u2028b\x9bc\u202ed\ud800"}
    line = render_json(Message((), data=data), _kept)
    assert not _unsafe(line)
    assert json.loads(line) == {"x": [None, None, 1.5, None, True], "t": "a\u2028b\x9bc\u202ed\ud800"}


@pytest.mark.parametrize("width", [0, 1, 5])
def test_a_tiny_terminal_still_shows_everything(width: int) -> None:
    assert "Turing" in render(Message((CARD,)), Look(width, wrapped=True), _kept)
