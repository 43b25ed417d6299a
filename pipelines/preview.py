"""Small tables and plots that people see in Dagster's UI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dagster import MetadataValue


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


def bars(counts: Iterable[tuple[str, float]], width: int = 30) -> MetadataValue:
    """Counts as a bar chart in text, largest first: a plot that needs no picture."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    if not ordered:
        return MetadataValue.md("(none)")
    top = max(value for _, value in ordered) or 1
    label = max(len(name) for name, _ in ordered)
    lines = [
        f"{name:<{label}}  {'█' * max(1, round(width * value / top))} {value:,}" for name, value in ordered
    ]
    return MetadataValue.md("```\n" + "\n".join(lines) + "\n```")


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    for raw, escaped in (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("\n", " ")):
        text = text.replace(raw, escaped)
    return text if len(text) <= 200 else text[:199] + "…"
