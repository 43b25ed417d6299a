"""What every page shares: the words, what was read when, which pairs have a page, where each page lies."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.report import charts
from pipelines.report.copy import Copy, Pair, Row
from pipelines.report.levels import level_months
from pipelines.report.timescale import Timescale, timescale
from pipelines.report.words import Words, load_words, signed

WIDE, NARROW = 760, 350
ORIGIN_NAMES = {"news": "news feeds", "archive": "loaded archive", "list": "official lists", "gdelt": "GDELT"}
STATUS_WORDS = {"actual": "done", "planned": "planned", "denied": "not done"}
QUADS = {1: "verbal cooperation", 2: "material cooperation", 3: "verbal conflict", 4: "material conflict"}


@dataclass
class World:
    """What every page needs to know: words, coverage, which pairs have a page, which origin leads."""

    words: Words
    origin: str
    coverage: Mapping[str, Sequence[Row]]
    pairs: Mapping[Pair, Row]
    about: Mapping[str, str]
    axes: dict[tuple, Timescale | None] = field(default_factory=dict)

    @cached_property
    def read_days(self) -> dict[str, list[date]]:
        """The days of each origin on which something was read."""
        return {
            origin: [row["date"] for row in rows if row["status"] != "no_coverage"]
            for origin, rows in self.coverage.items()
        }

    @cached_property
    def _read_sets(self) -> dict[str, set[date]]:
        return {origin: set(days) for origin, days in self.read_days.items()}

    def read_set(self, origin: str) -> set[date]:
        """The days of an origin on which something was read, to look in."""
        return self._read_sets.get(origin, set())

    @cached_property
    def read_months(self) -> dict[str, set[date]]:
        """The months of each origin in which something was read, by their first days."""
        return {origin: {when.replace(day=1) for when in days} for origin, days in self.read_days.items()}

    @cached_property
    def as_of(self) -> date | None:
        """The last day on which the leading origin was read: what the report calls today."""
        days = self.read_days.get(self.origin)
        return days[-1] if days else None


@dataclass
class Plot:
    """A plot in two widths with its head, its note and its data."""

    title: str
    note: str
    wide: Markup
    narrow: Markup
    csv: str
    unit: str = ""


@dataclass
class Table:
    """Rows that are written as CSV beside the pages."""

    path: str
    head: Sequence[str]
    rows: Iterable[Sequence] = field(default_factory=list)


@dataclass
class Page:
    """One page: where it lies, what renders it, with what; and the tables beside it."""

    path: str
    template: str
    values: dict[str, Any]
    tables: list[Table] = field(default_factory=list)


class Levels:
    """Every pair's relation level by month, with limits: worked out once, where a page first asks."""

    def __init__(self, rows: Iterable[Row], world: World) -> None:
        self.world = world
        self.rows = by(({**row, "month": row["period"]} for row in rows), "a", "b", "origin")
        self.known: dict[tuple[str, str, str], list[Row]] = {}

    def months(self, pair: Pair, origin: str) -> list[Row]:
        """The rows of level_months."""
        key = (*pair, origin)
        if key not in self.known:
            self.known[key] = level_months(self.rows.get(key, []), self.world.read_months.get(origin, set()))
        return self.known[key]

    def last(self, pair: Pair, origin: str) -> Row | None:
        """The last month with acts."""
        return next((row for row in reversed(self.months(pair, origin)) if not row["is_carried"]), None)


def world_of(copy: Copy, countries: Path) -> World:
    """What all pages need to know, from the published copy."""
    words = load_words(copy.ask("names"), copy.ask("groups"), copy.ask("measures"), countries)
    acts = {row["origin"]: row["acts"] for row in copy.ask("origins")}
    coverage = by(copy.ask("coverage"), "origin")
    origin = next((o for o in ("news", "archive") if acts.get(o)), next(iter(coverage), "news"))
    pairs = {(row["a"], row["b"]): row for row in copy.ask("pairs")}
    about = {row["item"]: row["value"] for row in copy.ask("about")}
    return World(words, origin, coverage, pairs, about)


def by(rows: Iterable[Row], *keys: str) -> dict[Any, list[Row]]:
    """Rows in lists by the value of a column, or of several."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys)].append(row)
    return found


def both(draw: Callable[[int], Markup]) -> tuple[Markup, Markup]:
    """A plot for a desk and for a phone."""
    return draw(WIDE), draw(NARROW)


def axis(world: World, origin: str, acts: Iterable[date], width: int, left: int = 34) -> Timescale | None:
    """The time axis of a page: the days read, from a month before the first act on to the last day read.

    Acts of long before anything was read (and slips of a year) have no place on it.
    """
    read = world.read_days.get(origin, [])
    earliest = read[0] - timedelta(days=92) if read else date.min
    acts = sorted(when for when in acts if when >= earliest)
    begin = (acts[0] - timedelta(days=31)).replace(day=1) if acts else earliest
    unread = tuple(when for when in acts if when not in world.read_set(origin))
    key = (origin, begin, unread, width, left)
    if key not in world.axes:
        shown = read[bisect_left(read, begin) :]
        world.axes[key] = timescale(
            shown, unread, left, width - (8 if width >= NARROW else 2), 7 if width == WIDE else 5
        )
    return world.axes[key]


def slug(code: str) -> str:
    """A code as a part of a file name."""
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in code) or "_"


def pair_path(a: str, b: str) -> str:
    first, second = sorted((a, b))
    return f"pair/{slug(first)}-{slug(second)}.html"


def actor_path(code: str) -> str:
    return f"actor/{slug(code)}.html"


def table(path: str, columns: Sequence[str], rows: Iterable[Row]) -> Table:
    """The chosen columns of some rows."""
    return Table(path, columns, [[row.get(column) for column in columns] for row in rows])


def small(levels: Levels, pair: Pair, world: World, width: int = 210, height: int = 58) -> Markup | None:
    """A pair's level as a small multiple, on the axis of the whole origin; None where it has none."""
    months = levels.months(pair, world.origin)
    scale = axis(world, world.origin, [], width, 2)
    if not months or not scale:
        return None
    last = months[-1]
    label = f"Relation level, last {signed(last['value'])} in {last['until']:%b %Y}"
    return charts.small_level(scale, months, label, width, height)


FORCE_COLUMNS = ("origin", "sender", "target", "measure", "stock", "since", "known_from")
