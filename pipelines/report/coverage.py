"""What was read, day by day, as a plot with its data. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pipelines.plural import plural
from pipelines.report import charts
from pipelines.report.copy import Row
from pipelines.report.timescale import timescale
from pipelines.report.words import short_day
from pipelines.report.world import NARROW, WIDE, Plot, Table, World, both, table


def coverage_plot(world: World, begin: date | None, name: str) -> tuple[Plot | None, list[Table]]:
    """Articles of each day of the leading origin; summed to weeks or months where days are many."""
    rows = [row for row in world.coverage.get(world.origin, []) if begin is None or row["date"] > begin]
    read = [row["date"] for row in rows if row["status"] != "no_coverage"]
    if not read:
        return None, []
    step = "day" if len(rows) <= 400 else "week" if len(rows) <= 1500 else "month"
    shown = [row for row in rows if row["date"] >= read[0]]
    if step != "day":
        shown = _summed(shown, step)
    scales = {w: timescale(read, [], 38, w - 8, 7 if w == WIDE else 4) for w in (WIDE, NARROW)}
    silent = (read[0] - begin).days - 1 if begin else 0
    plot = Plot(
        f"Articles read, by {step}",
        f"In the {plural(silent, 'day')} before {short_day(read[0])} nothing was read: their silence says nothing."
        if silent > 0
        else "Hatched: nothing was read, so silence on such a day says nothing.",
        *both(lambda w: charts.coverage_plot(scales[w], shown, w, f"Articles read by {step}, from {short_day(read[0])} to {short_day(read[-1])}")),
        f"data/{name}.csv", f"coded articles a {step}",
    )  # fmt: skip
    columns = (
        "origin",
        "date",
        "article_count",
        "coded_article_count",
        "outlet_count",
        "failed_fetch_count",
        "status",
    )
    return plot, [table(f"data/{name}.csv", columns, rows)]


def _summed(rows: Sequence[Row], step: str) -> list[Row]:
    found: dict[date, Row] = {}
    for row in rows:
        when = (
            row["date"].replace(day=1)
            if step == "month"
            else row["date"] - timedelta(days=row["date"].weekday())
        )
        into = found.setdefault(when, {"date": when, "coded_article_count": 0, "outlet_count": 0})
        into["coded_article_count"] += row["coded_article_count"]
        into["outlet_count"] = max(into["outlet_count"], row["outlet_count"])
    return list(found.values())
