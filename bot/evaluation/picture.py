"""Rows as a picture: a bar for each ranker with its confidence interval."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.evaluation.cases import LOOP, STATIC
from bot.evaluation.rows import MEAN, Row, leading_metric
from bot.evaluation.workshop import FOUND

OWN = "paperboy"

_GREYS = ("#e6e6e6", "#d0d0d0", "#b5b5b5", "#999999")
_BLUES = ("#c6dbef", "#9ecae1", "#6baed6", "#3182bd")
_NAMES = {
    "ndcg@10": "nDCG@10, higher is better",
    "map": "MAP, higher is better",
    "pairwise_loss": "pairwise loss, lower is better",
    f"{FOUND}10": "share of the relevant papers found",
}

Bars = list[tuple[str, list[tuple[str, Row, str]]]]
"""Panel by panel: its title, then (label in the legend, row, metric) of its bars."""


def draw(rows: Sequence[Row], path: Path) -> None:
    """Write a PNG: a panel a task, rankers from top to bottom, Paperboy's own in blue. Raises OSError."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = _panels(rows)
    rankers = list(dict.fromkeys(row.ranker for row in rows))
    groups = max(len({label for label, _, _ in bars}) for _, bars in panels)
    figure = Figure(figsize=(7.5 * len(panels), 1.6 + len(rankers) * (0.2 + 0.17 * groups)), dpi=120, facecolor="white")
    FigureCanvasAgg(figure)
    for at, (title, bars) in enumerate(panels, start=1):
        _panel(figure.add_subplot(1, len(panels), at), title, bars, rankers)
    figure.tight_layout()
    with path.open("wb") as out:
        figure.savefig(out, format="png")


def _panels(rows: Sequence[Row]) -> Bars:
    panels = []
    for task in dict.fromkeys(row.task for row in rows):
        mine = [row for row in rows if row.task == task and row.review in {"", MEAN}]
        if task == LOOP:
            bars = [(f"after {day} days", row, f"{FOUND}{day}") for day in (5, 10, 20) for row in mine]
            name = _NAMES[f"{FOUND}10"]
        else:
            metric = "map" if task == STATIC else leading_metric(mine[0])
            bars = [(f"{row.k} like{'s' if row.k > 1 else ''} known", row, metric) for row in mine]
            name = _NAMES[metric]
        panels.append((f"{task}: {name}", bars))
    return panels


def _panel(axes: Any, title: str, bars: list[tuple[str, Row, str]], rankers: Sequence[str]) -> None:
    labels = list(dict.fromkeys(label for label, _, _ in bars))
    height = 0.8 / len(labels)
    end = max(row.estimates[metric].high for _, row, metric in bars)
    for number, label in enumerate(labels):
        shade = -1 if len(labels) == 1 else round(number * (len(_BLUES) - 1) / (len(labels) - 1))
        for row, metric in [(row, metric) for name, row, metric in bars if name == label]:
            one = row.estimates[metric]
            place = rankers.index(row.ranker) - 0.4 + height * (number + 0.5)
            colours = _BLUES if row.ranker == OWN else _GREYS
            axes.barh(place, one.mean, height * 0.92, color=colours[shade])
            axes.plot([one.low, one.high], [place, place], color="#222222", linewidth=1)
            axes.text(max(one.high, one.mean) + end * 0.012, place, f"{one.mean:.3f}", va="center", fontsize=7.5)
    axes.set_yticks(range(len(rankers)), rankers)
    axes.set_xlim(0, end * 1.14 or 1.0)
    axes.set_title(title, fontsize=11, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    shades = "light to dark: " if len(labels) > 1 else ""
    axes.set_xlabel(f"{shades}{', '.join(labels)}; lines: 95 % confidence intervals", fontsize=8)
    axes.set_ylim(len(rankers) - 0.5, -0.5)
