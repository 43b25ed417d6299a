"""The plots of a pair: who did what in answer to what, the level, the tension, the acts of each month. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from pipelines.plural import plural
from pipelines.report import charts, story
from pipelines.report.copy import Pair, Row
from pipelines.report.levels import carry, months_between
from pipelines.report.timescale import Timescale
from pipelines.report.words import month, short_day, signed
from pipelines.report.world import NARROW, ORIGIN_NAMES, WIDE, Plot, World, axis, both, slug


def month_rows(rows: Sequence[Row], indicator: str) -> dict[date, Row]:
    return {row["period"]: row for row in rows if row["indicator"] == indicator}


def pair_scales(
    world: World, origin: str, acts: Sequence[Row], months: Sequence[Row]
) -> dict[int, Timescale]:
    """The time axes that all plots of a pair share, by width; empty where there is no day to show."""
    days = [act["event_date"] for act in acts if act["event_date"] and act["origin"] == origin]
    days = days or [row["period"] for row in months]
    found = {width: axis(world, origin, days, width) for width in (WIDE, NARROW)}
    return {width: scale for width, scale in found.items() if scale}


def pair_plots(
    pair: Pair,
    world: World,
    origin: str,
    acts: Sequence[Row],
    answered: Mapping[str, tuple[Row, str]],
    months: Sequence[Row],
    level: Sequence[Row],
) -> list[Plot]:
    """The plots of a pair: who did what in answer to what, the level, the tension, the acts of each month."""
    a, b = pair
    words, folder = world.words, f"data/{slug(a)}-{slug(b)}"
    dated = [act for act in acts if act["event_date"] and act["origin"] == origin]
    shown = sorted(dated, key=story.weight, reverse=True)[:400]
    scales = pair_scales(world, origin, acts, months)
    if not scales:
        return []
    plots = []
    if shown:
        marks = [
            {
                "event_id": act["event_id"], "day": act["event_date"], "severity": act["severity"], "is_up": act["source"] == a,
                "is_conflict": act["quad_class"] in (3, 4), "is_done": act["status"] == "actual", "confidence": act["confidence"],
                "name": words.noun(act, with_unit=False) + ("" if act["status"] == "actual" else ", not done"),
                "weight": story.weight(act) * (act["confidence"] >= story.SURE),
                "tip": f"{short_day(act['event_date'])}: {words.said(act)} (severity {signed(act['severity'])}, {plural(act['outlet_count'], 'outlet')}, confidence {act['confidence']:.2f})",
            }
            for act in shown
        ]  # fmt: skip
        links = []
        for act in shown:
            first, basis = answered.get(act["event_id"], (None, ""))
            if first and first["event_date"] and first["source"] == act["target"]:
                first = story.stands_for(first, dated)
                days = (act["event_date"] - first["event_date"]).days
                links.append(
                    {
                        "from_id": first["event_id"],
                        "to_id": act["event_id"],
                        "days": days,
                        "basis": basis,
                        "tip": f"Answered after {plural(days, 'day')} ({basis})",
                    }
                )
        plots.append(
            Plot(
                "Who did what, and what answered it",
                f"A stem is an act: those by {words.the(a)} rise, those by {words.the(b)} hang; the longer, the more severe (severity, after Goldstein, root scale). "
                "Red: conflict; green: cooperation. Hollow: planned or given up. Pale: the coder is less than half sure. Arcs lead from an act to its answer: full where a report says so, "
                "dashed where inferred; the number is days. Hatched, here and below: nothing was read; long stretches of it are folded.",
                *both(lambda w: charts.act_plot(scales[w], marks, links, f"by {words.the(a)}", f"by {words.the(b)}", w,
                                                f"Acts between {words.name(a)} and {words.name(b)}; each is told in the list of acts below")),
                f"{folder}-acts.csv",
            )
        )  # fmt: skip
    plots += _month_plots(pair, world, origin, months, level, scales, f"{folder}-months.csv")
    return plots


def _month_plots(
    pair: Pair,
    world: World,
    origin: str,
    rows: Sequence[Row],
    level: Sequence[Row],
    scales: Mapping[int, Timescale],
    csv: str,
) -> list[Plot]:
    all_rows, rows = rows, [row for row in rows if row["origin"] == origin]
    if not level:
        return []
    covered = world.read_months.get(origin, set())
    both_names = f"{world.words.name(pair[0])} and {world.words.name(pair[1])}"
    last, worst = level[-1], min(level, key=lambda m: m["value"])
    plots = [
        Plot(
            "Relation level",
            "From −9 (enmity) to +9 (friendship), by month; the nearer to an end, the less an act moves it. The band holds 95 % of the levels that come "
            "of drawing each month’s sum of acts anew within its limits.",
            *both(lambda w: charts.step_plot(scales[w], level, -9, 9, (-9, 0, 9), w,
                  f"Relation level of {both_names}: lowest {signed(worst['value'])} in {month(worst['month'])}, last {signed(last['value'])} in {month(last['month'])}",
                  "level", form=lambda v: signed(v, 0))),
            csv, "level, −9 … +9",
        )
    ]  # fmt: skip
    tension = month_rows(rows, "tension_share")
    if tension:
        steps = []
        for when in months_between(min(tension), max([*covered, max(tension)])):
            row = tension.get(when)
            if row:
                # The limits are those of the pooled share, the value is averaged over outlets: where they part, no band.
                fits = row["lo"] is not None and row["lo"] <= row["value"] <= row["hi"]
                limits = f" (95 % {row['lo']:,.0f} … {row['hi']:,.0f})" if fits else ""
                steps.append({"month": when, "until": when, "value": row["value"], "lo": row["lo"] if fits else None, "hi": row["hi"] if fits else None,
                              "tip": f"{month(when)}: {row['value']:,.0f}{limits}, {plural(row['n'], 'conflict article')}"})  # fmt: skip
            elif when in covered:
                carry(steps, when, {"is_carried": True, "value": 0.0, "lo": None, "hi": None,
                                     "tip": f"From {month(when)}: no article tells of conflict between them"})  # fmt: skip
        top = nice_top(
            max(s["value"] for s in steps) * 1.25,
            max((min(s["hi"] or 0, 3 * max(s["value"], 100)) for s in steps), default=0),
        )
        plots.append(
            Plot(
                "Tension in the news",
                "The share of articles that tell of conflict between the two; 100 is the mean of the five calendar years before (after Caldara and Iacoviello). "
                "The band is the share’s 95 % limits (Wilson).",
                *both(lambda w: charts.step_plot(scales[w], steps, 0, top, tuple(sorted({0, 100, top})), w,
                      f"Tension of {both_names}, 100 is the mean of earlier years; highest {max(s['value'] for s in steps):,.0f}", "tension",
                      form=lambda v: f"{v:,.0f}")),
                csv, "index, 100 = mean of earlier years",
            )
        )  # fmt: skip
    plots.append(
        _count_plot("Acts of each month", rows, scales, csv, f"Acts of each month between {both_names}")
    )
    for other in sorted({row["origin"] for row in all_rows} - {origin}):
        told = [row for row in all_rows if row["origin"] == other]
        name = ORIGIN_NAMES.get(other, other)
        plots.append(
            _count_plot(
                f"The same in another input: {name}",
                told,
                scales,
                csv,
                f"Acts of each month between {both_names}, {name}",
            )
        )
    return plots


def _count_plot(
    title: str, rows: Sequence[Row], scales: Mapping[int, Timescale], csv: str, label: str
) -> Plot:
    """Acts of each month of one origin, by class."""
    kinds = {
        "vc": "verbal_cooperation",
        "mc": "material_cooperation",
        "vx": "verbal_conflict",
        "mx": "material_conflict",
    }
    counts = {short: month_rows(rows, f"{name}_count") for short, name in kinds.items()}
    bars = []
    for when, total in sorted(month_rows(rows, "event_count").items()):
        row = {short: int(found[when]["value"]) if when in found else 0 for short, found in counts.items()}
        tip = (
            f"{month(when)}: {plural(int(total['value']), 'act')} (95 % {total['lo']:.1f} … {total['hi']:.1f}): cooperation "
            f"{row['mc']} in deeds, {row['vc']} in words; conflict {row['mx']} in deeds, {row['vx']} in words"
        )
        bars.append(row | {"month": when, "tip": tip})
    note = "Cooperation rises, conflict hangs; deeds are full, words light. Only acts that happened and have a day."
    wide, narrow = both(lambda width: charts.count_plot(scales[width], bars, width, label))
    return Plot(title, note, wide, narrow, csv, "acts a month")


def nice_top(*values: float) -> float:
    """A round number at or above the greatest value."""
    value = max(*values, 1)
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)
