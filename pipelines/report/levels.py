"""How sure a relation level is: its formula run over months redrawn within their own limits. Pure.

The warehouse gives the level a value and the month's Goldstein sum limits; the level's own limits follow from these:
every month's sum is drawn anew from the normal distribution that its limits describe, and the level's recursion
(after Yan Xuetong and Zhou Fangyin) runs over each draw. Of a month with one act nothing is known but the act's size:
its sum is drawn as wide as from nothing to twice the act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np

from pipelines.report import charts
from pipelines.report.copy import Row

DRAWS = 200


@cache
def _normals(months: int) -> np.ndarray:
    return np.random.default_rng(20161229).standard_normal((months, DRAWS))


def level_limits(months: Sequence[Mapping]) -> list[tuple[float, float]]:
    """95 % limits of the level of each month; a month has g (its Goldstein sum), lo, hi (null for one act) and level."""
    size = 1 << max(0, len(months) - 1).bit_length()  # one set of draws serves many pairs
    normals = _normals(size)
    level, levels = np.zeros(DRAWS), np.empty((len(months), DRAWS))
    for number, (row, draw) in enumerate(zip(months, normals, strict=False)):
        g = row["g"] or 0.0
        error = (row["hi"] - row["lo"]) / 3.92 if row["lo"] is not None else abs(g) / 1.96
        base = np.clip((g + error * draw) / 4, -9, 9)
        levels[number] = level = level * (1 - np.abs(base) / 9) + base
    lows, highs = np.quantile(levels, (0.025, 0.975), axis=1)
    return [
        (float(min(low, row["level"])), float(max(high, row["level"])))
        for row, low, high in zip(months, lows, highs, strict=True)
    ]


def level_months(values: Sequence[Mapping], covered: set[date]) -> list[Row]:
    """The level month by month, with limits. A run of months that were read and brought no act is one row, from `month`
    to `until`, at the level before; a month in which nothing was read has no row."""
    if not values:
        return []
    limits = dict(zip((v["month"] for v in values), level_limits(values), strict=True))
    known = {v["month"]: v for v in values}
    found: list[Row] = []
    for when in months_between(values[0]["month"], max([*covered, values[-1]["month"]])):
        if when in known:
            lo, hi = limits[when]
            found.append(
                {
                    "month": when,
                    "until": when,
                    "value": known[when]["level"],
                    "lo": lo,
                    "hi": hi,
                    "n": known[when]["n"],
                    "is_carried": False,
                }
            )
        elif when in covered:
            carry(found, when, {"is_carried": True, "n": 0})
    return [row | {"tip": charts.level_tip(row)} for row in found]


def carry(rows: list[Row], when: date, change: Row) -> None:
    """Let the last row's run go on through this month; begin a run where the month before is not part of one."""
    last = rows[-1]
    if last.get("is_carried") and charts.month_end(last["until"]) + timedelta(days=1) == when:
        last["until"] = when
    else:
        rows.append(last | {"month": when, "until": when} | change)


def months_between(first: date, last: date) -> Iterable[date]:
    when = first.replace(day=1)
    while when <= last:
        yield when
        when = (when + timedelta(days=32)).replace(day=1)
