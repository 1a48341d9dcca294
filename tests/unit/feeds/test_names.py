import pytest

from bot.feeds.names import MAX_AUTHORS, MAX_NAME_CHARS, split_authors, tidy_names, turn_name


@pytest.mark.parametrize(
    ("joined", "names"),
    [
        ("", ()),
        ("Ada Lovelace", ("Ada Lovelace",)),
        ("A. B, C. D and E. F", ("A. B", "C. D", "E. F")),
        ("A. B, C. D, and E. F", ("A. B", "C. D", "E. F")),
        ("U. Koley, N. H. Risebro, And M. Svard", ("U. Koley", "N. H. Risebro", "M. Svard")),
        ("C. Neri (Lloyds, London, UK) and L. Schneider (EMLYON, Lyon)", ("C. Neri", "L. Schneider")),
        ("I. Lupu (1), P. Courbin (2) and J. G. (1) ((1) U.L.B., (2) ECE)", ("I. Lupu", "P. Courbin", "J. G.")),
        ("G. David Forney, Jr., Pascal O. Vontobel", ("G. David Forney, Jr.", "Pascal O. Vontobel")),
        ("Doe, Jane; Roe, Rick", ("Jane Doe", "Rick Roe")),
        ("Sandra Andersen & Andy Anders et al.", ("Sandra Andersen", "Andy Anders")),
        ("A. B, et al.", ("A. B",)),
        ("Broken (never closed, B", ("Broken",)),
        ("Odd ) close, B", ("Odd close", "B")),
        (r"Jos\'e Mu\~noz and Ivana \v{S}kori\'c", ("José Muñoz", "Ivana Škorić")),
    ],
)
def test_joined_authors_are_split_into_names(joined: str, names: tuple[str, ...]) -> None:
    assert split_authors(joined) == names


@pytest.mark.parametrize(
    ("name", "turned"),
    [
        ("Doe, Jane", "Jane Doe"),
        ("Jane Doe", "Jane Doe"),
        ("Doe, Jr., Jane", "Jane Doe, Jr."),
        ("Jane Doe, Jr.", "Jane Doe, Jr."),
        ("a, b, c, d", "a, b, c, d"),
    ],
)
def test_family_name_first_is_turned_round(name: str, turned: str) -> None:
    assert turn_name(name) == turned


def test_names_are_bounded_in_length_and_number() -> None:
    assert len(tidy_names(["x" * 10_000])[0]) == MAX_NAME_CHARS
    assert len(tidy_names(f"A {number}" for number in range(MAX_AUTHORS + 10))) == MAX_AUTHORS
