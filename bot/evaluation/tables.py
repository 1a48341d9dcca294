"""Rows as text: Markdown tables that can be read as they are."""

from collections.abc import Callable, Sequence

from bot.evaluation.cases import LOOP, STATIC
from bot.evaluation.intervals import Estimate
from bot.evaluation.rows import MEAN, Row, leading_metric
from bot.evaluation.workshop import FOUND

_TITLES = {
    "ndcg@10": "nDCG@10",
    "recall@20": "R@20",
    "recall@100": "R@100",
    "map": "MAP",
    "auc": "AUC",
    "pairwise_loss": "pairwise loss",
    "worse_half@20": "worse half R@20",
    "worse_half@100": "worse half R@100",
    **{f"{FOUND}{day}": f"found, {day} days" for day in (5, 10, 20)},
}


def render(rows: Sequence[Row]) -> str:
    """A table for each task and number of likes known; for splits one over all reviews and one with each review."""
    parts = []
    for task in dict.fromkeys(row.task for row in rows):
        mine = [row for row in rows if row.task == task]
        if task in {STATIC, LOOP}:
            parts.append(_main(f"{task}: mean of the reviews", [row for row in mine if row.review == MEAN]))
            parts.append(_by_review(mine, _map if task == STATIC else _found))
        else:
            for k in dict.fromkeys(row.k for row in mine):
                likes = f"{k} like{'s' if k > 1 else ''} known" + (" of each of two" if task == "merged" else "")
                parts.append(_main(f"{task}: {likes}", [row for row in mine if row.k == k]))
    return "\n\n".join(parts)


def _main(title: str, rows: Sequence[Row]) -> str:
    halved = leading_metric(rows[0])
    lead = "map" if rows[0].task == STATIC else halved
    names = [name for name in rows[0].estimates if name != lead]
    differing = any(row.differences for row in rows)
    headings = ["ranker", f"{_TITLES[lead]} [95 %]", *(["difference to rank-bm25"] if differing else [])]
    headings += [_TITLES[name] for name in names] + [f"{_TITLES[halved]}: half A", "half B"]
    lines = []
    for row in rows:
        cells = [row.ranker, _with_interval(row.estimates[lead])]
        if differing:
            cells.append(_signed(row.differences[lead]) if row.differences else "")
        cells += [_share(row, name) for name in names]
        cells += ["-" if half is None else f"{half:.3f}" for half in row.halves]
        lines.append(cells)
    return f"**{title}** ({rows[0].readers} {'reviews' if rows[0].review else 'readers'})\n\n" + _table(headings, lines)


def _by_review(rows: Sequence[Row], shown: Callable[[Row], str]) -> str:
    title = f"{rows[0].task}: {'MAP' if shown is _map else 'found after 5 / 10 / 20 days'}, review by review"
    reviews = [name for name in dict.fromkeys(row.review for row in rows) if name != MEAN]
    lines = []
    for ranker in dict.fromkeys(row.ranker for row in rows):
        cells = {row.review: shown(row) for row in rows if row.ranker == ranker}
        lines.append([ranker, *(cells[name] for name in (*reviews, MEAN))])
    return f"**{title}**\n\n" + _table(["ranker", *reviews, MEAN], lines)


def _table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (headings, rule, *lines)
    )


def _share(row: Row, name: str) -> str:
    return f"{row.estimates[name].mean:.3f}"


def _map(row: Row) -> str:
    return _share(row, "map")


def _found(row: Row) -> str:
    return " / ".join(f"{row.estimates[f'{FOUND}{day}'].mean:.2f}" for day in (5, 10, 20))


def _with_interval(one: Estimate) -> str:
    return f"{one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _signed(one: Estimate) -> str:
    return f"{one.mean:+.3f} [{one.low:+.3f}, {one.high:+.3f}]"
