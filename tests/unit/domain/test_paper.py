from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import (
    Paper,
    PaperId,
    canonical_url,
    find_paper_ids,
    normalise_doi,
    parse_arxiv_version,
    parse_paper_id,
    title_key,
    title_paper_id,
)


@pytest.mark.parametrize(
    "text",
    [
        "2503.09566",
        "2503.09566v2",
        "arXiv:2503.09566v2",
        "ARXIV: 2503.09566",
        "https://arxiv.org/abs/2503.09566",
        "http://www.arxiv.org/pdf/2503.09566v11.pdf",
        "https://export.arxiv.org/abs/2503.09566?context=cs.LG#top",
        "arxiv.org/html/2503.09566v1/",
        "hf.co/papers/2503.09566",
        "https://huggingface.co/papers/2503.09566",
        "https://www.alphaxiv.org/abs/2503.09566v3",
        "https://doi.org/10.48550/arXiv.2503.09566",
        "10.48550/arXiv.2503.09566",
        "oai:arXiv.org:2503.09566",
        "<https://arxiv.org/abs/2503.09566>",
        "2503.09566.",
    ],
)
def test_one_paper_has_one_id_whatever_link_it_came_by(text: str) -> None:
    assert parse_paper_id(text) == "arXiv:2503.09566"


@pytest.mark.parametrize(
    ("text", "paper_id"),
    [
        ("math.GT/0309136", "arXiv:math/0309136"),
        ("math/0309136v1", "arXiv:math/0309136"),
        ("https://arxiv.org/abs/cs.AI/0001024", "arXiv:cs/0001024"),
        ("https://arxiv.org/pdf/hep-th/9901001v3.pdf", "arXiv:hep-th/9901001"),
        ("0704.0001", "arXiv:0704.0001"),
        ("1412.9999", "arXiv:1412.9999"),
        ("1501.00001", "arXiv:1501.00001"),
        ("https://doi.org/10.1000/XYZ.123", "doi:10.1000/xyz.123"),
        ("doi:10.1038/S41586-020-2649-2", "doi:10.1038/s41586-020-2649-2"),
        ("local:sample-01", "local:sample-01"),
        ("title:0123456789abcdef", "title:0123456789abcdef"),
    ],
)
def test_old_ids_dois_and_own_ids_are_read(text: str, paper_id: str) -> None:
    assert parse_paper_id(text) == paper_id


@pytest.mark.parametrize(
    "text",
    ["", "1", "42", "0000.0000", "0808.05394", "2513.00001", "2503.0956", "1412.12345", "math/9913001", "abc",
     "https://example.org/abs/2503.09566", "2503.09566x", "title:xyz", "10.1/x"],
)  # fmt: skip
def test_what_is_no_id_is_none(text: str) -> None:
    assert parse_paper_id(text) is None


def test_the_version_is_read_beside_the_id() -> None:
    assert parse_arxiv_version("oai:arXiv.org:1004.3715v12") == 12
    assert parse_arxiv_version("1004.3715") is None
    assert parse_arxiv_version("nothing") is None


def test_free_text_gives_every_paper_once_in_order() -> None:
    text = "see https://arxiv.org/abs/2503.09566v1, [hf](https://hf.co/papers/2503.09566) and (math.GT/0309136); 12.5"
    assert find_paper_ids(text) == ["arXiv:2503.09566", "arXiv:math/0309136"]


def test_titles_that_differ_in_case_accents_and_punctuation_are_one() -> None:
    assert title_key("Erdős–Rényi  Graphs!") == title_key("erdos renyi graphs")
    assert title_paper_id("A: b") == title_paper_id("a b")
    assert title_paper_id("A b c") != title_paper_id("a b")


def test_links_are_made_from_ids_and_fall_back_to_the_feed() -> None:
    assert canonical_url(PaperId("arXiv:math/0309136")) == "https://arxiv.org/abs/math/0309136"
    assert canonical_url(PaperId("doi:10.1/x")) == "https://doi.org/10.1/x"
    assert Paper(PaperId("local:1"), "t", "a", url="https://example.org/1").link == "https://example.org/1"


def test_freshness_counts_from_the_later_of_announcement_and_first_sight() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert Paper(PaperId("local:1"), "t", "a", announced_at=early, first_seen_at=late).fresh_at == late
    assert Paper(PaperId("local:1"), "t", "a", announced_at=late, first_seen_at=early).fresh_at == late
    assert Paper(PaperId("local:1"), "t", "a").fresh_at is None


def test_a_paper_that_was_never_stored_has_no_key() -> None:
    with pytest.raises(ValueError, match="not been stored"):
        _ = Paper(PaperId("local:1"), "t", "a").stored_key


@given(st.text(max_size=200))
def test_no_text_raises_and_ids_are_stable(text: str) -> None:
    paper_id = parse_paper_id(text)
    if paper_id is not None:
        assert parse_paper_id(paper_id) == paper_id
    normalise_doi(text)
    find_paper_ids(text)
