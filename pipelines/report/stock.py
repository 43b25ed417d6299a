"""Sanctions in force over time, both ways: what one side has imposed rises, what the other has hangs. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from pipelines.plural import plural
from pipelines.report import charts
from pipelines.report.copy import Row
from pipelines.report.timescale import Timescale
from pipelines.report.words import Words, short_day
from pipelines.report.world import ORIGIN_NAMES, Plot, both

COLUMNS = ("origin", "sender", "target", "measure", "date", "imposed_count", "lifted_count", "stock")


def stock_plots(
    rows: Sequence[Row],
    scales: Mapping[int, Timescale],
    is_up: Callable[[Row], bool],
    sides: tuple[str, str],
    words: Words,
    csv: str,
) -> list[Plot]:
    """For each input that knows of measures in force a plot of how many there were; official lists count entries."""
    plots = []
    for origin in ("news", "archive", "list"):
        own = [row for row in rows if row["origin"] == origin and row["stock"] is not None]
        end = next(iter(scales.values())).last
        steps = _steps(own, is_up, end, words, sides, "entry" if origin == "list" else "act")
        if not steps:
            continue
        what = "On official lists" if origin == "list" else "Sanctions in force"
        name = f"{what} over time" + (f" ({ORIGIN_NAMES[origin]})" if origin == "archive" else "")
        last = steps[-1]
        label = f"{name}: {sides[0]} {last['up']:,}, {sides[1]} {last['down']:,} at the end"
        note = (
            "Entries on the sender’s list, from the day that the list gives."
            if origin == "list"
            else "Acts that imposed something and were not lifted as far as was read; expulsions and closures are over once done and stand in no stock. "
            "What was imposed before the first day read is not known here."
        )
        wide, narrow = both(
            lambda width, s=steps, t=label: charts.stock_plot(scales[width], s, *sides, width, t)
        )
        plots.append(Plot(name, note, wide, narrow, csv, "entries" if origin == "list" else "acts in force"))
    return plots


def _steps(
    rows: Sequence[Row],
    is_up: Callable[[Row], bool],
    end: date,
    words: Words,
    sides: tuple[str, str],
    unit: str,
) -> list[Row]:
    """The stock of both sides from each day that changed it to the next; empty where there never was any."""
    changes: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        changes[row["date"]].append(row)
    days = sorted(changes)
    stock: dict[tuple, tuple[bool, str, int]] = {}
    steps = []
    for number, day in enumerate(days):
        for row in changes[day]:
            stock[row["sender"], row["target"], row["measure"]] = (is_up(row), row["measure"], row["stock"])
        totals, told = [], []
        for up, side in zip((True, False), sides, strict=True):
            by_measure: dict[str, int] = defaultdict(int)
            for is_there, measure, n in stock.values():
                if is_there == up and n:
                    by_measure[measure] += n
            totals.append(sum(by_measure.values()))
            if by_measure:
                parts = ", ".join(f"{words.measure(m)} {n:,}" for m, n in sorted(by_measure.items()))
                told.append(
                    f"{side}: {plural(totals[-1], unit, 'entries' if unit == 'entry' else None)} ({parts})"
                )
        until = days[number + 1] - timedelta(days=1) if number + 1 < len(days) else max(end, day)
        tip = f"From {short_day(day)}: {'; '.join(told) or 'none'}"
        steps.append({"first": day, "last": until, "up": totals[0], "down": totals[1], "tip": tip})
    return steps if any(step["up"] or step["down"] for step in steps) else []
