"""How sure a relation level is: its formula run over months redrawn within their own limits. Pure.

The warehouse gives the level a value and the month's Goldstein sum limits; the level's own limits follow from these:
every month's sum is drawn anew from the normal distribution that its limits describe, and the level's recursion
(after Yan Xuetong and Zhou Fangyin) runs over each draw. Of a month with one act nothing is known but the act's size:
its sum is drawn as wide as from nothing to twice the act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

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
