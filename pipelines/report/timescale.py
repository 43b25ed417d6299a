"""A time axis that keeps what was read to scale and folds long stretches in which nothing was read. Pure.

News comes from a few days of many years (the sample), or from every day of a decade. Drawn to scale the first would be
empty paper; so a stretch without coverage that is long against the rest becomes a narrow hatched fold, and a shorter one
a hatched band to scale. Neither is ever drawn through.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

FOLD = 18  # pixels of a folded stretch
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Days first to last (both included) between the pixels left and right; a fold has no days to scale."""

    first: date
    last: date
    left: float
    right: float
    is_fold: bool = False

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def x(self, when: date) -> float:
        """The pixel at which a day begins."""
        return self.left + (self.right - self.left) * (when - self.first).days / self.days


@dataclass(frozen=True)
class Timescale:
    """The stretches of an axis from left to right, and the runs of days in them in which nothing was read."""

    stretches: tuple[Stretch, ...]
    unread: tuple[tuple[date, date], ...]

    @property
    def first(self) -> date:
        return self.stretches[0].first

    @property
    def last(self) -> date:
        return self.stretches[-1].last

    @cached_property
    def _firsts(self) -> list[date]:
        return [stretch.first for stretch in self.stretches]

    def _stretch(self, when: date) -> Stretch:
        return self.stretches[max(0, bisect_right(self._firsts, when) - 1)]

    def x(self, when: date) -> float:
        """The pixel at which a day begins; days outside the axis lie on its ends."""
        stretch = self._stretch(when)
        return min(max(stretch.x(when), stretch.left), stretch.right)

    def middle(self, when: date) -> float:
        """The pixel in the middle of a day."""
        return (self.x(when) + min(self.x(when + DAY), self._stretch(when).right)) / 2

    def parts(self, first: date, last: date) -> list[tuple[float, float]]:
        """The pixels of the days from first to last, cut where the axis is folded."""
        found = []
        for stretch in self.stretches:
            if stretch.is_fold or last < stretch.first or first > stretch.last:
                continue
            left = stretch.x(max(first, stretch.first))
            right = stretch.x(min(last, stretch.last) + DAY)
            found.append((left, right))
        return found

    @cached_property
    def drawn(self) -> dict[tuple[float, float], str]:
        """What was drawn of this axis, by top and bottom."""
        return {}

    def ticks(self, room: float = 62) -> list[tuple[float, str]]:
        """Pixels and labels: the beginning of each stretch, and years, months or days within it where there is room."""
        ticks: list[tuple[float, str]] = []
        year = None
        for stretch in self.stretches:
            if stretch.is_fold:
                continue
            width = stretch.right - stretch.left
            want = max(1, int(width // room))
            for when, form in _steps(stretch.first, stretch.last, want):
                x = stretch.x(when)
                if not ticks or x - ticks[-1][0] >= 8 + 6.2 * len(ticks[-1][1]):
                    # The year is said where it begins.
                    label = f"{when:{form}}" + (f" {when.year}" if year != when.year and form != "%Y" else "")
                    ticks.append((x, label))
                    year = when.year
        return ticks


def _steps(first: date, last: date, want: int) -> list[tuple[date, str]]:
    """At most about `want` round days from first to last, and how their labels are written (less the year)."""
    days = (last - first).days + 1
    if want <= 1 or days <= 2:
        return [(first, "%b")]
    if days / want > 250:
        step = max(1, round(days / 365 / want))
        return [
            (date(year, 1, 1), "%Y")
            for year in range(first.year, last.year + 1)
            if year % step == 0 and date(year, 1, 1) >= first
        ] or [(first, "%b")]
    if days / want > 20:
        step = next(s for s in (1, 2, 3, 6) if s * 30 * want >= days or s == 6)
        months = [
            date(first.year + m // 12, m % 12 + 1, 1)
            for m in range(first.month - 1, first.month - 1 + days // 28 + 2)
        ]
        return [
            (when, "%b") for when in months if first <= when <= last and (when.month - 1) % step == 0
        ] or [(first, "%b")]
    step = max(1, -(-days // want))
    return [(first + timedelta(days=d), "%-d %b") for d in range(0, days, step)]


def timescale(
    read: Iterable[date], acts: Iterable[date], left: float, right: float, most_stretches: int = 7
) -> Timescale | None:
    """The axis for the days on which something was read and those of acts; None where there is neither."""
    days = sorted({*read, *acts})
    if not days:
        return None
    covered = _runs(days)
    gaps = [((b[0] - a[1]).days - 1, index) for index, (a, b) in enumerate(pairwise(covered))]
    total = (days[-1] - days[0]).days + 1
    # Folded: the longest gaps, where they are long against the whole.
    wanted = sorted((gap for gap in gaps if gap[0] > max(20, total // 20)), reverse=True)[
        : most_stretches - 1
    ]
    folds = {index for _, index in wanted}
    blocks: list[tuple[date, date]] = []
    begin = covered[0][0]
    for index, run in enumerate(covered):
        if index in folds or index == len(covered) - 1:
            blocks.append((begin, run[1]))
            begin = covered[index + 1][0] if index + 1 < len(covered) else begin
    return Timescale(_laid_out(blocks, left, right), tuple(_between(covered)))


def _laid_out(blocks: Sequence[tuple[date, date]], left: float, right: float) -> tuple[Stretch, ...]:
    lengths = [(last - first).days + 1 for first, last in blocks]
    room = right - left - FOLD * (len(blocks) - 1)
    # Short stretches get more than their share, so that a week beside a year is seen.
    shares = [length**0.6 if len(blocks) > 1 else length for length in lengths]
    x, stretches = left, []
    for index, ((first, last), share) in enumerate(zip(blocks, shares, strict=True)):
        if index:
            before = blocks[index - 1][1]
            stretches.append(Stretch(before + DAY, first - DAY, x, x + FOLD, True))
            x += FOLD
        width = room * share / sum(shares)
        stretches.append(Stretch(first, last, x, x + width))
        x += width
    return tuple(stretches)


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[list[date]] = []
    for when in days:
        if runs and (when - runs[-1][1]).days <= 1:
            runs[-1][1] = when
        else:
            runs.append([when, when])
    return [(first, last) for first, last in runs]


def _between(runs: Sequence[tuple[date, date]]) -> Iterable[tuple[date, date]]:
    for before, after in pairwise(runs):
        yield before[1] + DAY, after[0] - DAY
