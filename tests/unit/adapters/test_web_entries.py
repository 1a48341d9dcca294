"""Papers as a list shows them, and how long abstracts may be there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from adapters.web.entries import NAMED, Entry, authors_line, bare_size, entry, within
from adapters.web.paper_links import is_followed, paper_links
from adapters.web.static_files import StaticFiles
from adapters.web.templating import Site, Templates
from bot.domain.page import Shown
from bot.domain.paper import Paper, PaperId
from bot.domain.paper_path import paper_path
from tests.factories import make_paper

TEMPLATES = Templates(Site(), StaticFiles())


def rendered(entries: list[Entry]) -> int:
    """Bytes of a search's page with these entries."""
    html = TEMPLATES.render("search.html", text="", problem="", entries=entries, most=10, feeds=[])
    return len(html.encode())


@pytest.mark.parametrize(
    "paper",
    [
        make_paper(upvotes=199, code_url="https://github.com/x/y", submitted_by="<me>", withdrawn=True),
        make_paper(id="title:0123456789abcdef", authors=(), categories=(), announced_at=None, year=None),
        make_paper(upvotes=12_345, source="sample", categories=tuple("abcdefgh"), authors=("Ada",) * 40),
        make_paper(title="“&<>”" * 50, pdf_url="https://example.org/" + "é" * 90),
    ],
)
def test_an_entry_takes_no_more_than_it_is_reckoned_at(paper: Paper) -> None:
    one = replace(entry(Shown(paper, likes=12)), abstract="x", cut=True)
    grown = rendered([one, one, one]) - rendered([one])
    assert 0 < grown <= 2 * (bare_size(one) + 1)


@given(st.lists(st.text(max_size=400), min_size=1, max_size=12), st.integers(0, 4_000))
def test_abstracts_are_cut_to_one_length_until_they_fit(abstracts: list[str], room: int) -> None:
    entries = [entry(Shown(make_paper(abstract=abstract))) for abstract in abstracts]
    bare = sum(map(bare_size, entries))
    kept = within(entries, bare + room)
    sizes = [len(escape(each.abstract).encode()) for each in kept]
    assert [each.paper for each in kept] == [each.paper for each in entries]
    if sum(len(escape(text).encode()) for text in abstracts) <= room:
        assert kept == entries
    else:
        assert any(each.cut for each in kept)
        whole = [len(each.abstract) for each in kept if not each.cut]
        cut = [len(each.paper.abstract) for each in kept if each.cut]
        assert max(whole, default=0) <= 6 * max(cut), "what is cut was long"
    assert all(each.abstract == each.paper.abstract for each in kept if not each.cut)
    assert len(sizes) == len(abstracts)


def test_plain_abstracts_that_are_cut_keep_to_what_they_may_take() -> None:
    text = "A plain sentence of words. " * 100
    entries = [entry(Shown(make_paper(abstract=text))) for _ in range(20)]
    kept = within(entries, sum(map(bare_size, entries)) + 20_000)
    assert sum(len(each.abstract.encode()) for each in kept) <= 20_000 + 20 * len(" …".encode())
    assert all(each.cut and each.abstract.endswith("…") for each in kept)


def test_a_crowd_of_authors_is_counted() -> None:
    assert authors_line(make_paper(authors=("Ada", "Ben"))) == "Ada, Ben"
    assert authors_line(make_paper(authors=("Ada",) * (NAMED + 3))).endswith("Ada and 3 more")


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("https://arxiv.org/abs/2603.00001", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("https://example.org/\n", False),
        ("https://exa mple.org/", False),
        ("//example.org", False),
        ("/papers/x", False),
        ("https:", False),
        ("http://[oops", False),
        ("", False),
    ],
)
def test_only_an_address_of_the_web_is_followed(address: str, followed: bool) -> None:
    assert is_followed(address) is followed


def test_links_and_paths_follow_the_kind_of_id() -> None:
    old = make_paper(id="arXiv:math/0309136", pdf_url="https://example.org/x.pdf", code_url="https://example.org/code")
    assert paper_links(old) == [
        ("arXiv", "https://arxiv.org/abs/math/0309136"),
        ("PDF", "https://example.org/x.pdf"),
        ("Code", "https://example.org/code"),
        ("Hugging Face", "https://huggingface.co/papers/math/0309136"),
    ]
    assert paper_links(make_paper(id="doi:10.1000/x")) == [("DOI", "https://doi.org/10.1000/x")]
    assert paper_links(make_paper(id="local:1", url="https://example.org/1")) == [("Source", "https://example.org/1")]
    assert paper_path(PaperId("arXiv:math/0309136")) == "/papers/math/0309136"
    assert paper_path(PaperId("local:a?b#c%d")) == "/papers/local:a%3Fb%23c%25d"
