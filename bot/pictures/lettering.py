"""Text in pictures: what comes from outside is drawn as it is, and what the font lacks becomes a box."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

MISSING = "\u25a1"
ELLIPSIS = "\u2026"


@cache
def font(bold: bool = False) -> Any:
    """DejaVu Sans as matplotlib brings it (`FontProperties`), the same on every machine."""
    import matplotlib
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name))


@cache
def _glyphs(bold: bool) -> frozenset[int]:
    from matplotlib.font_manager import get_font

    return frozenset(get_font(font(bold).get_file()).get_charmap())


def drawable(text: str, *, bold: bool = False) -> str:
    """One line of characters that the font has; a run of others (emoji, Chinese) is one box, controls are spaces."""
    glyphs = _glyphs(bold)
    line: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if ord(char) in glyphs and char.isprintable():
            line.append(char)
        elif char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Mn", "Me"}:
            line.append(" " if char.isspace() or unicodedata.category(char) == "Cc" else "")
        elif not line or line[-1] != MISSING:
            line.append(MISSING)
    return " ".join("".join(line).split())


def fitted(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits into `width` at `size` (both in pixels), with an ellipsis."""
    if _width(text, size, bold) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _width(text[:middle].rstrip() + ELLIPSIS, size, bold) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def _width(text: str, size: float, bold: bool) -> float:
    """In pixels: at 72 dots an inch a point is a pixel."""
    from matplotlib.font_manager import get_font

    face = get_font(font(bold).get_file())
    face.set_size(size, 72)
    face.set_text(text, 0.0)
    return float(face.get_width_height()[0]) / 64
