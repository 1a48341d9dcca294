import pytest

from bot.domain.category import ARCHIVES, CATEGORIES, normalise_category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("CS.lg", "cs.LG"),
        ("astro-ph.co", "astro-ph.CO"),
        ("physics.Soc-Ph", "physics.soc-ph"),
        ("COND-MAT.Mtrl-Sci", "cond-mat.mtrl-sci"),
        ("math-ph", "math-ph"),
        ("Q-BIO.nc", "q-bio.NC"),
        ("q-fin.TR", "q-fin.TR"),
        ("nlin.cd", "nlin.CD"),
        ("eess.iv", "eess.IV"),
        ("econ.em", "econ.EM"),
        ("Stat", "stat"),
    ],
)
def test_a_category_is_written_as_arxiv_does(text: str, category: str) -> None:
    assert normalise_category(text) == category


@pytest.mark.parametrize("text", ["", "!!", "cs.XX", "cs.", ".LG", "cs.LG.XX", "math-ph.AP", "cs.LG ", "\u212a", "hep"])
def test_what_arxiv_does_not_have_is_refused(text: str) -> None:
    assert normalise_category(text) == ""


def test_every_category_is_its_own_normal_form_and_in_an_archive() -> None:
    assert len(ARCHIVES) == 20
    assert len(CATEGORIES) == 20 + 146
    for category in CATEGORIES:
        assert normalise_category(category.upper()) == category
        assert category.partition(".")[0] in ARCHIVES
