"""Small tables and plots that people see in Dagster's UI."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Any

from dagster import MetadataValue

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 150, 44, 22
ROOM = 66  # of a day's label


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[Any]], most: int = 30) -> MetadataValue:
    """Rows as a Markdown table; past `most` rows the rest is counted. Cell text is escaped."""
    rows = list(rows)
    if not rows:
        return MetadataValue.md("(none)")
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows[:most]]
    if len(rows) > most:
        lines.append(f"\n… and {len(rows) - most} more")
    return MetadataValue.md("\n".join(lines))


def plot(rows: Sequence[tuple[Any, float | None]]) -> MetadataValue:
    """Labels and numbers as a plot: days as columns in their order, words as bars."""
    if rows and isinstance(rows[0][0], date):
        return columns(rows)
    return bars((str(label), value or 0) for label, value in rows)


def bars(counts: Iterable[tuple[str, float]], width: int = 30) -> MetadataValue:
    """Counts as a bar chart in text, largest first: a plot that needs no picture."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    if not ordered:
        return MetadataValue.md("(none)")
    top = max(value for _, value in ordered) or 1
    label = max(len(name) for name, _ in ordered)
    lines = [
        f"{name:<{label}}  {'█' * max(1, round(width * value / top)) if value else ''} {value:,}"
        for name, value in ordered
    ]
    # A fence longer than any that a name can hold.
    return MetadataValue.md("``````text\n" + "\n".join(lines).replace("`", "'") + "\n``````")


def columns(days: Sequence[tuple[date, float | None]]) -> MetadataValue:
    """A number for each day (or month) as a picture; where it is null, nothing was read: a grey gap, no zero."""
    top = max((value or 0 for _, value in days), default=0) or 1
    step = (WIDTH - LEFT) / len(days)
    reach = HEIGHT - BOTTOM - 12
    parts = [
        f'<text x="{LEFT - 6}" y="16" text-anchor="end">{top:,.0f}</text>',
        f'<text x="{LEFT - 6}" y="{HEIGHT - BOTTOM}" text-anchor="end">0</text>',
        f'<path d="M{LEFT} {HEIGHT - BOTTOM + 0.5}H{WIDTH}" stroke="#888"/>',
    ]
    for number, (_, value) in enumerate(days):
        tall = reach if value is None else reach * value / top
        parts.append(
            f'<rect x="{LEFT + number * step:.1f}" y="{HEIGHT - BOTTOM - tall:.1f}" width="{max(step * 0.85, 1):.1f}" '
            f'height="{tall:.1f}" fill="{"#8883" if value is None else "#5b7fb5"}"/>'
        )
    every = -(-len(days) // 8)
    form = "%b %Y" if all(when.day == 1 for when, _ in days) else "%d %b %Y"
    for number, (when, _) in list(enumerate(days))[::every]:
        x = LEFT + number * step
        if x + ROOM <= WIDTH or number == 0:
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 5}">{when.strftime(form)}</text>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" '
        f'font-size="11" fill="#888">{"".join(parts)}</svg>'
    )
    told = [(when, value) for when, value in days if value is not None]
    name = f"{len(told)} of {len(days)} with data, the most {top:,.0f}"
    picture = b64encode(svg.encode()).decode()
    return MetadataValue.md(
        f"![{escape(name)}](data:image/svg+xml;base64,{picture})\n\nGrey: nothing was read."
    )


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    for raw, escaped in (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("\n", " ")):
        text = text.replace(raw, escaped)
    return text if len(text) <= 200 else text[:199] + "…"
