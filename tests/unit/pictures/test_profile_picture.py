import io
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.chart import Chart, Row, Section, Theme
from bot.pictures.profile_picture import HEIGHT, PALETTES, WIDTH, draw_profile, shares

HISTORY = (0.0, 0.25, 0.5, 0.5, 1.0)


def chart(*labels: str, learned: int = 2, value: float = 0.5) -> Chart:
    return Chart(
        "Your profile",
        "Of a test",
        (
            Section("Told", "stated", tuple(Row(label, value, HISTORY, "new") for label in labels), "Nothing"),
            Section("Learned", "learned", tuple(Row(f"word {at}", value, HISTORY) for at in range(learned)), "Nothing"),
            Section("Less of", "less", (), "Nothing"),
        ),
        "last 4 weeks",
    )


def pixels(png: bytes) -> Any:
    """uint8[height, width, 3]"""
    from matplotlib.image import imread

    return (imread(io.BytesIO(png), format="png")[:, :, :3] * 255).round().astype(np.uint8)


def has(image: Any, color: str) -> int:
    """How many pixels have exactly this colour."""
    wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return int((image == wanted).all(axis=2).sum())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_has_its_size_its_ground_and_the_colours_of_what_it_shows(theme: Theme) -> None:
    image = pixels(draw_profile(chart("ducks"), theme))
    palette = PALETTES[theme]
    assert image.shape == (HEIGHT, WIDTH, 3)
    assert has(image, palette.paper) > 0.6 * WIDTH * HEIGHT
    for color in (palette.ink, palette.tones["stated"], palette.tones["learned"], palette.tones["less"]):
        assert has(image, color) > 200
    # Nothing runs over the margin.
    for edge in (image[:, :40], image[:, -40:], image[-30:], image[:30]):
        assert has(edge, palette.paper) == edge.shape[0] * edge.shape[1]


def test_the_same_chart_gives_the_same_bytes_also_from_several_threads() -> None:
    once = draw_profile(chart("ducks"), "light")
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(draw_profile(chart("ducks"), "light"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [once] * 3
    assert draw_profile(chart("geese"), "light") != once
    assert draw_profile(chart("ducks"), "dark") != once


def test_a_longer_bar_has_more_colour() -> None:
    tone = PALETTES["light"].tones["learned"]
    counts = [has(pixels(draw_profile(chart(value=value), "light")), tone) for value in (0.0, 0.3, 0.6, 1.0)]
    assert counts == sorted(set(counts))


def test_an_empty_profile_is_drawn_with_what_to_do() -> None:
    palette = PALETTES["dark"]
    image = pixels(draw_profile(chart(learned=0), "dark"))
    assert has(image, palette.track) == 0
    assert has(image, palette.soft) > 200


def test_forty_interests_stay_within_the_sheet() -> None:
    image = pixels(draw_profile(chart(*(f"topic {at}" for at in range(40)), learned=30), "light"))
    palette = PALETTES["light"]
    assert has(image[-30:], palette.paper) == 30 * WIDTH
    assert has(image, palette.tones["stated"]) > 20_000
    assert has(image, palette.tones["learned"]) > 20_000


@given(st.lists(st.text(max_size=60), max_size=4))
@settings(max_examples=12)
def test_any_text_is_drawn_without_a_warning(labels: list[str]) -> None:
    assert draw_profile(chart(*labels), "light").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "text",
    [
        "$x^2$ and $",
        r"$\frac{1}{$",
        "\\",
        "扩散模型",
        "🎉🎉",
        "e\u0301 \u202eevil\u202c",
        "a\nb\x1b[0m",
        "W" * 300,
        "ﷺ",
        "",
    ],
)
def test_text_from_outside_is_drawn_as_it_is_or_as_boxes(text: str) -> None:
    palette = PALETTES["light"]
    image = pixels(draw_profile(chart(text), "light"))
    assert has(image[:, -40:], palette.paper) == 40 * HEIGHT


def test_rows_take_turns_until_nothing_fits() -> None:
    assert shares([3, 8, 2], 12) == [3, 7, 2]
    assert shares([40, 12, 8], 12) == [4, 4, 4]
    assert shares([40, 12, 8], 13) == [5, 4, 4]
    assert shares([1, 0, 0], 12) == [1, 0, 0]
    assert shares([], 5) == []
    assert shares([2, 2], 0) == [0, 0]


def test_starting_the_program_does_not_import_matplotlib() -> None:
    code = "import sys, bot.__main__, bot.bootstrap, bot.dispatch; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
