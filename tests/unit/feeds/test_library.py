import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.library import MAX_LIBRARY_BYTES, parse_library

BIB = rb"""
@comment{made by a reference manager}
@string{jml = "J. ML"}
@article{a, title={{B}ig {Graph} $x$ \& co, caf\'{e} {\"O}l},
  author={M{\"u}ller, J{\"o}rg and Ada Lovelace and {Team and Co}},
  eprint={2503.09566}, archivePrefix={arXiv}, primaryClass={cs.LG}, year=2025, abstract={About 5\% of
  it.}}
@article{b, title={Only a {DOI}}, doi={10.1000/x\_1}, journal=jml}
@misc{c, title={In the journal field}, journal={arXiv preprint arXiv:1706.03762}}
@misc{c, title={The same key again}, url={https://arxiv.org/abs/1801.00001v3}}
@book{d, title={Nothing but a Title}}
@book{e, title={Nothing but a title}}
@misc{f, publisher={none}}
"""


def test_a_bibtex_library_is_sorted_into_papers_ids_and_titles() -> None:
    library = parse_library("mine.bib", BIB)
    (paper,) = library.papers
    assert (paper.id, paper.title, paper.abstract) == (
        "arXiv:2503.09566",
        "Big Graph x & co, café Öl",
        "About 5% of it.",
    )
    assert paper.authors == ("Jörg Müller", "Ada Lovelace", "Team and Co")
    assert (paper.year, paper.categories, paper.source) == (2025, ("cs.LG",), "library")
    assert library.ids == ("doi:10.1000/x_1", "arXiv:1706.03762", "arXiv:1801.00001")
    assert library.titles == ("Nothing but a Title",)
    assert [(refused.where, refused.reason) for refused in library.rejected] == [
        ("@misc{f}", "no title, arXiv id, DOI or link of a paper")
    ]


def test_a_broken_block_is_refused_by_its_line_and_the_rest_is_read() -> None:
    library = parse_library("x.bib", b'@misc{a, title = "unclosed\n@misc{b, title={Fine}}\n')
    assert library.titles == ("Fine",)
    assert [refused.where for refused in library.rejected] == ["line 1"]


RIS = """TY  - JOUR\r
TI  - A title\r
AU  - Doe, Jane\r
AU  - Roe, Rick\r
AB  - An abstract.\r
DO  - 10.1000/ABC\r
PY  - 2024/03/01\r
KW  - optics\r
UR  - https://x.org/1\r
ER  - \r
\r
TY  - UNPB\r
T1  - Another\r
UR  - https://arxiv.org/abs/1706.03762\r
ER  - \r
\r
TY  - BOOK\r
TI  - Last, without its end\r
"""


def test_a_ris_library_is_sorted_into_papers_ids_and_titles() -> None:
    library = parse_library("mine.ris", RIS.encode())
    (paper,) = library.papers
    assert (paper.id, paper.doi, paper.year) == ("doi:10.1000/abc", "10.1000/abc", 2024)
    assert (paper.authors, paper.categories, paper.url) == (("Jane Doe", "Rick Roe"), ("optics",), "https://x.org/1")
    assert library.ids == ("arXiv:1706.03762",)
    assert library.titles == ("Last, without its end",)
    assert library.rejected == ()


def test_any_text_is_searched_for_papers() -> None:
    text = "see https://arxiv.org/abs/2503.09566v2, (10.1000/xyz) and hf.co/papers/2503.09566; math.GT/0309136"
    assert parse_library("notes.txt", text.encode()).ids == (
        "arXiv:2503.09566",
        "doi:10.1000/xyz",
        "arXiv:math/0309136",
    )


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00\x01\x02", b"PK\x03\x04"])
def test_a_file_that_names_nothing_is_refused(data: bytes) -> None:
    library = parse_library("x", data)
    assert (library.papers, library.ids, library.titles) == ((), (), ())
    assert len(library.rejected) == 1


def test_a_file_over_the_limit_is_refused_unread() -> None:
    (refused,) = parse_library("x", b"@" * (MAX_LIBRARY_BYTES + 1)).rejected
    assert refused.reason == "larger than 20 MB"


def test_an_entry_whose_abstract_is_too_long_still_names_its_paper() -> None:
    text = "@misc{a, title={T}, doi={10.1000/x}, abstract={" + "x" * 200_000 + "}}"
    assert parse_library("x.bib", text.encode()).ids == ("doi:10.1000/x",)


@given(st.integers(0, len(BIB)))
def test_a_truncated_bibtex_file_never_raises(cut: int) -> None:
    parse_library("x.bib", BIB[:cut])


@given(st.integers(0, len(RIS)))
def test_a_truncated_ris_file_never_raises(cut: int) -> None:
    parse_library("x.ris", RIS[:cut].encode())


@given(st.sampled_from([b"@article{a,", b"TY  - JOUR\n", b""]), st.binary(max_size=200))
def test_random_bytes_never_raise(start: bytes, data: bytes) -> None:
    parse_library("x", start + data)


BIB_PIECES = ["@article{a,", "title", "=", "{", "}", '"', ",", "\n", "@", "#", "x", "\\", "and", "@string{"]
RIS_LINES = ["TY  - JOUR", "ER  - ", "TI  - x", "AU  - a", "  wrapped", "", "XX  - y", "PY  - z"]


@given(st.lists(st.sampled_from(BIB_PIECES)))
def test_shuffled_bibtex_never_raises(pieces: list[str]) -> None:
    parse_library("x.bib", b"@misc{k, " + "".join(pieces).encode())


@given(st.lists(st.sampled_from(RIS_LINES)))
def test_shuffled_ris_never_raises(lines: list[str]) -> None:
    parse_library("x.ris", ("TY  - JOUR\n" + "\n".join(lines)).encode())
