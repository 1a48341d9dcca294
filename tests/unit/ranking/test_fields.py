import pytest

from bot.ranking.fields import author_terms, category_terms, field_terms


def _matches(follow: str, author: str) -> bool:
    return bool(set(author_terms(follow)) & set(field_terms([author], [])))


@pytest.mark.parametrize(
    ("follow", "author"),
    [
        ("Jane Doe", "Jane Doe"),
        ("jane doe", "Jane Q. Doe"),
        ("Jane Doe", "J. Doe"),
        ("J. Doe", "Jane Doe"),
        ("J Doe", "J. Doe"),
        ("Doe, Jane", "Jane Doe"),
        ("José Müller", "Jose Muller"),
        ("Yi-Lin Chen", "Yilin Chen"),
        ("J.-P. Serre", "Jean-Pierre Serre"),
        ("Conor O'Neil", "Conor O\u2019Neil"),
        ("A. Smith", "Anna Smith, Jr."),
        ("Madonna", "Madonna"),
    ],
)
def test_a_followed_author_is_found(follow: str, author: str) -> None:
    assert _matches(follow, author)


@pytest.mark.parametrize(
    ("follow", "author"),
    [("Jane Doe", "John Doe"), ("Jane Doe", "K. Doe"), ("Jane Doe", "Jane Roe"), ("", ""), ("J. Doe", "J. Roe")],
)
def test_another_author_is_not(follow: str, author: str) -> None:
    assert not _matches(follow, author)


def test_a_category_is_found_by_itself_and_by_its_archive() -> None:
    terms = field_terms([], ["cs.LG", "hep-th", " "])
    assert terms == ["cat:cs.lg", "cat:cs", "cat:hep-th"]
    assert category_terms("CS.LG") == ["cat:cs.lg"]
    assert category_terms("cs.*") == ["cat:cs"]
    assert category_terms(" ") == []


def test_a_name_without_letters_gives_no_term() -> None:
    assert field_terms(["...", "42"], []) == []
