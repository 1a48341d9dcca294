"""The picture of a profile: bars with what they were over the last weeks, for a phone held upright."""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.chart import Chart, Row, Section, Theme, Tone
from bot.pictures.lettering import drawable, fitted, font

WIDTH, HEIGHT = 1080, 1350
_LEFT, _RIGHT = 64, 1016
_BARS_END, _LINES_START = 700, 772
_TOP, _BOTTOM = 210, 1310
_HEAD = 92
"""A section's heading with the space above it."""
_ROW, _WIDEST_ROW, _WIDEST_GAP = 66, 96, 90

# matplotlib's font objects keep state while they lay out text, so one picture is drawn at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Palette:
    paper: str
    ink: str
    soft: str
    track: str
    tones: dict[Tone, str]


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        "#ffffff", "#15181e", "#5b6470", "#e9ecf0", {"stated": "#0b7a53", "learned": "#1f5fbf", "less": "#b8432f"}
    ),
    "dark": Palette(
        "#13161b", "#f1f3f5", "#a3adb8", "#2a3038", {"stated": "#3ecf96", "learned": "#6aaeff", "less": "#ff8a73"}
    ),
}


def draw_profile(chart: Chart, theme: Theme) -> bytes:
    """A PNG of 1080 x 1350 pixels; the same chart gives the same bytes."""
    with _ONE_AT_A_TIME:
        return _Drawing(PALETTES[theme]).draw(chart)


def shares(sizes: Sequence[int], room: int) -> list[int]:
    """How many rows each section shows: they take turns, first come first, until all is shown or nothing fits."""
    shown = [0] * len(sizes)
    while sum(shown) < room and shown != list(sizes):
        for at, size in enumerate(sizes):
            if shown[at] < size and sum(shown) < room:
                shown[at] += 1
    return shown


class _Drawing:
    """A sheet with pixels as coordinates, counted from the top left."""

    def __init__(self, palette: Palette) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._palette = palette
        # 72 dots an inch: a point is a pixel.
        figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=palette.paper)
        self._canvas: Any = FigureCanvasAgg(figure)
        self._axes: Any = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(HEIGHT, 0)

    def draw(self, chart: Chart) -> bytes:
        palette = self._palette
        self._text(_LEFT, 100, chart.title, 60, palette.ink, bold=True, width=_RIGHT - _LEFT)
        self._text(_LEFT, 152, chart.subtitle, 30, palette.soft, width=_RIGHT - _LEFT)
        room = _BOTTOM - _TOP - _HEAD * len(chart.sections)
        empty = sum(not section.rows for section in chart.sections)
        shown = shares([len(section.rows) for section in chart.sections], room // _ROW - empty)
        height = min(_WIDEST_ROW, room / max(1, sum(shown) + empty))
        gap = min(_WIDEST_GAP, (room - height * (sum(shown) + empty)) / max(1, len(chart.sections)))
        top: float = _TOP
        for section, count in zip(chart.sections, shown, strict=True):
            top = self._section(section, count, top, height, chart.axis) + gap
        picture = io.BytesIO()
        self._canvas.print_png(picture, metadata={"Software": None})
        return picture.getvalue()

    def _section(self, section: Section, count: int, top: float, height: float, axis: str) -> float:
        """Draws from `top` down; where it ends."""
        palette, baseline = self._palette, top + _HEAD - 30
        color = palette.tones[section.tone]
        self._text(_LEFT, baseline, section.title, 38, color, bold=True, width=_BARS_END - _LEFT)
        if not section.rows:
            self._text(_LEFT, top + _HEAD + 20, section.empty, 30, palette.soft, width=_RIGHT - _LEFT)
            return top + _HEAD + height
        self._text(_LINES_START, baseline, axis, 26, palette.soft, width=_RIGHT - _LINES_START)
        left_out = len(section.rows) - count
        if left_out:
            self._text(_BARS_END, baseline, f"{left_out} more", 26, palette.soft, right=True)
        for at, row in enumerate(section.rows[:count]):
            self._row(row, top + _HEAD + at * height, height, color)
        return top + _HEAD + count * height

    def _row(self, row: Row, top: float, height: float, color: str) -> None:
        palette = self._palette
        baseline, bar = top + 26, top + 38
        note = drawable(row.note)
        note_width = 16 * len(note) + 20 if note else 0
        self._text(_LEFT, baseline, row.label, 32, palette.ink, width=_BARS_END - _LEFT - note_width)
        if note:
            self._text(_BARS_END, baseline, note, 26, palette.soft, right=True)
        self._bar(_LEFT, _BARS_END, bar, palette.track)
        self._bar(_LEFT, _LEFT + max(14.0, (_BARS_END - _LEFT) * row.value), bar, color)
        if len(row.history) > 1:
            self._line(row.history, top + 4, min(height - 16, 56), color)

    def _bar(self, left: float, right: float, top: float, color: str) -> None:
        middle = top + 7
        self._axes.plot([left + 7, max(left + 7, right - 7)], [middle] * 2, color=color, lw=14, solid_capstyle="round")

    def _line(self, history: Sequence[float], top: float, height: float, color: str) -> None:
        step = (_RIGHT - 8 - _LINES_START) / (len(history) - 1)
        xs = [_LINES_START + at * step for at in range(len(history))]
        ys = [top + height * (1 - value) for value in history]
        self._axes.fill_between(xs, ys, top + height, color=color, alpha=0.18, lw=0)
        self._axes.plot(xs, ys, color=color, lw=4, solid_capstyle="round", solid_joinstyle="round")
        self._axes.plot(xs[-1:], ys[-1:], color=color, marker="o", ms=11, mew=0)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        color: str,
        *,
        bold: bool = False,
        width: float = 0.0,
        right: bool = False,
    ) -> None:
        """`y` is the baseline; what is wider than `width` is cut, 0 cuts nothing."""
        line = drawable(text, bold=bold)
        line = fitted(line, width, size, bold=bold) if width else line
        where = "right" if right else "left"
        look = {"fontproperties": font(bold), "fontsize": size, "color": color, "ha": where, "va": "baseline"}
        # Titles and interests may hold dollar signs: none of them is a formula to be set.
        self._axes.text(x, y, line, parse_math=False, usetex=False, **look)
