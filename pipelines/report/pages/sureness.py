"""The page that says how sure all of this is: the coder measured, coverage, what rests on one outlet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from pipelines.coding.reference import read_csv
from pipelines.plural import plural
from pipelines.report import charts
from pipelines.report.copy import Copy, Row
from pipelines.report.coverage import coverage_plot
from pipelines.report.world import NARROW, QUADS, WIDE, Page, Plot, World, axis, both, by, table


def wilson(hits: float, n: float) -> tuple[float, float] | tuple[None, None]:
    """95 % limits of a share."""
    if not n:
        return None, None
    p, z = hits / n, 1.96
    middle, spread = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n),
    )
    return max(0.0, middle - spread), min(1.0, middle + spread)


def read_quality(path: Path) -> list[Row]:
    """The coder's measured precision and recall (benchmarks/coding.py --quality writes them); empty where there are none."""
    if not path.exists():
        return []
    columns = ("set", "coder_version", "group", "name", "precision", "recall", "f1", "gold", "put_out", "hit")
    rows = []
    for row in read_csv(path, columns):
        gold, out, hit = (int(row.number_of(column)) for column in ("gold", "put_out", "hit"))
        found: Row = {
            "name": row["name"],
            "group": row["group"],
            "set": row["set"],
            "version": row["coder_version"],
            "gold": gold,
            "out": out,
        }
        found |= {key: row.number_of(key) for key in ("precision", "recall", "f1")}
        for key, n in (("precision", out), ("recall", gold)):
            lo, hi = wilson(hit, n)
            found[f"{key}_lo"], found[f"{key}_hi"] = lo, hi
            value = found[key] if n else None
            told = f"{value:.0%}, 95 % {lo:.0%} to {hi:.0%}" if n else "not measured"
            found[f"{key}_plot"] = charts.share_plot(
                value, lo, hi, f"{key.capitalize()} of {row['name']}: {told}"
            )
        rows.append(found)
    return rows


def sureness_page(copy: Copy, world: World, quality: Path) -> Page:
    """What the numbers rest on, and how far they can be trusted."""
    types = []
    for row in copy.ask("outlets_by_type"):
        if row["origin"] == world.origin:
            lo, hi = wilson(row["single"], row["acts"])
            label = f"Share of {row['type']} acts told by one outlet only: {row['single'] / row['acts']:.0%}"
            types.append(
                row
                | {
                    "plot": charts.share_plot(row["single"] / row["acts"], lo, hi, label),
                    "quad": QUADS[row["quad_class"]],
                }
            )
    confidence = [row for row in copy.ask("confidence") if row["origin"] == world.origin]
    most = max((row["acts"] for row in confidence), default=0)
    for row in confidence:
        row["bar"] = charts.bar(row["acts"], most, plural(row["acts"], "act"), 200)
    coverage, tables = coverage_plot(world, None, "coverage")
    single = [row for row in copy.ask("single_by_month") if row["origin"] == world.origin]
    feeds = copy.ask("feeds")
    measured = read_quality(quality)
    acts, alone = sum(row["acts"] for row in types), sum(row["single"] for row in types)
    feed_columns = (
        "feed_id",
        "name",
        "outlet",
        "language",
        "country",
        "is_enabled",
        "articles",
        "last_article",
        "tries",
        "failures",
        "gaps",
        "last_success",
        "last_outcome",
    )
    tables += [
        table("data/coder-quality.csv", ("set", "version", "group", "name", "precision", "precision_lo", "precision_hi", "recall", "recall_lo", "recall_hi", "f1", "gold", "out"), measured),
        table("data/acts-by-type.csv", ("origin", "type", "acts", "single", "sure", "undated", "confidence"), types),
        table("data/feeds.csv", feed_columns, feeds),
        table("data/single-by-month.csv", ("origin", "month", "acts", "single"), single),
        table("data/confidence.csv", ("origin", "tenth", "acts"), confidence),
    ]  # fmt: skip
    return Page(
        "sure.html",
        "sure.html",
        {
            "measured": by(measured, "set"), "types": types, "confidence": confidence, "coverage": coverage,
            "feeds": [row for row in feeds if row["tries"]], "untried": sum(not row["tries"] for row in feeds),
            "single_plot": _single_plot(world, single), "acts": acts, "alone": alone, "undated": sum(row["undated"] for row in types),
            "aside": copy.ask("aside"), "basis": copy.ask("date_basis"),
        },
        tables,
    )  # fmt: skip


def _single_plot(world: World, rows: Sequence[Row]) -> Plot | None:
    """The share of acts that one outlet only told, by month, with limits."""
    if not rows:
        return None
    months = []
    for row in rows:
        lo, hi = wilson(row["single"], row["acts"])
        share = 100 * row["single"] / row["acts"]
        months.append({"month": row["month"], "value": share, "lo": 100 * lo, "hi": 100 * hi,
                       "tip": f"{row['month']:%b %Y}: {share:.0f} % of {plural(row['acts'], 'act')}, 95 % {100 * lo:.0f} … {100 * hi:.0f} %"})  # fmt: skip
    scales = {w: axis(world, world.origin, [], w, 40) for w in (WIDE, NARROW)}
    return Plot(
        "Acts told by one outlet only, by month",
        "An act that nobody else tells may be wrong, or may just be unread: copies of one story count as one outlet. Band: 95 % limits (Wilson).",
        *both(lambda w: charts.step_plot(scales[w], months, 0, 100, (0, 50, 100), w, "Share of acts told by one outlet only, by month", "tension",
                                         130, lambda v: f"{v:.0f} %")),
        "data/single-by-month.csv", "% of acts",
    )  # fmt: skip
