import csv
import io
import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import Paper, PaperId, title_paper_id
from bot.feeds.citation import to_bibtex, to_csv, to_json, to_ris
from bot.feeds.library import parse_library

ONE = Paper(
    PaperId("arXiv:2503.09566"),
    "The 5% Rule: C_1 & {Sets} #1 ~ x^2 \\ $",
    "An abstract with 100% of {it}_all & more.",
    authors=("Jörg Müller", "Ada Lovelace", "Team and Co"),
    categories=("cs.LG", "cs.CL"),
    year=2025,
)
TWO = Paper(
    PaperId("doi:10.1000/x_1"), "Another", "Its abstract.", authors=("Jane Q. Public",), doi="10.1000/x_1", year=2024
)

WORDS = st.text(
    st.characters(categories=("L", "N")) | st.sampled_from(list("%&#_{}~^ .,:;-()'!?")), min_size=1, max_size=60
)


def test_bibtex_reads_back_as_the_same_papers() -> None:
    found = parse_library("x.bib", to_bibtex([ONE, TWO]).encode()).papers
    assert [(p.id, p.title, p.abstract, p.authors, p.year) for p in found] == [
        (p.id, p.title, p.abstract, p.authors, p.year) for p in (ONE, TWO)
    ]
    assert found[1].doi == "10.1000/x_1"


def test_ris_reads_back_as_the_same_papers() -> None:
    one = replace(ONE, title="The 5% Rule: C_1 & {Sets}", authors=("Jörg Müller", "Plato"))
    found = parse_library("x.ris", to_ris([one, TWO]).encode()).papers
    assert [(p.id, p.title, p.abstract, p.authors, p.year, p.categories) for p in found] == [
        (p.id, p.title, p.abstract, p.authors, p.year, p.categories) for p in (one, TWO)
    ]


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_any_title_survives_bibtex(titles: list[str]) -> None:
    clean = [f"T{n} {' '.join(title.split())}".strip() for n, title in enumerate(titles)]
    papers = [Paper(title_paper_id(title), title, "An abstract.") for title in clean]
    found = {" ".join(p.title.split()) for p in parse_library("x.bib", to_bibtex(papers).encode()).papers}
    assert len(found) == len(papers)
    assert {title for title in clean if title.isascii()} <= found


def test_keys_are_unique_and_plain() -> None:
    many = [replace(ONE, id=PaperId(f"local:{number}")) for number in range(40)]
    text = to_bibtex([*many, replace(ONE, authors=(), title="注意力", year=None)])
    keys = [line.split("{")[1].rstrip(",") for line in text.splitlines() if line.startswith("@")]
    assert len(set(keys)) == len(keys) == 41
    assert keys[:3] == ["muller20255", "muller20255a", "muller20255b"]
    assert keys[27] == "muller20255-2"
    assert keys[-1] == "paper"
    assert all(key.isascii() for key in keys)


def test_a_braced_trap_cannot_end_its_entry() -> None:
    trap = replace(TWO, title="}} @misc{evil, title={x}", url="https://x.org/}{")
    library = parse_library("x.bib", to_bibtex([trap]).encode())
    assert [paper.title for paper in library.papers] == [trap.title]
    assert library.ids == library.titles == ()


def test_a_line_break_cannot_begin_a_ris_tag() -> None:
    trap = replace(TWO, title="A\nER  - \nTY  - JOUR", authors=("X\nDO  - 10.1/evil",))
    library = parse_library("x.ris", to_ris([trap]).encode())
    assert [paper.id for paper in library.papers] == [TWO.id]


def test_every_line_of_ris_is_a_tag_or_empty() -> None:
    lines = to_ris([ONE, TWO]).splitlines()
    assert [line for line in lines if line and line[2:6] != "  - "] == []
    assert lines[0].startswith("TY  - ")
    assert sum(line.startswith("ER  -") for line in lines) == 2


def test_csv_has_a_head_and_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv([replace(ONE, title='=HYPERLINK("x")'), TWO]))))
    assert rows[0]["title"] == '\'=HYPERLINK("x")'
    assert rows[0]["authors"] == "Jörg Müller; Ada Lovelace; Team and Co"
    assert (rows[1]["id"], rows[1]["year"], rows[1]["url"]) == (
        "doi:10.1000/x_1",
        "2024",
        "https://doi.org/10.1000/x_1",
    )


def test_json_is_a_list_of_the_same_fields() -> None:
    first, second = json.loads(to_json([ONE, TWO]))
    assert first["authors"] == list(ONE.authors)
    assert (first["title"], second["doi"], second["abstract"]) == (ONE.title, "10.1000/x_1", "Its abstract.")


def test_nothing_saved_is_an_empty_file() -> None:
    assert (to_bibtex([]), to_ris([]), json.loads(to_json([]))) == ("", "", [])
    assert to_csv([]).count("\n") == 1
