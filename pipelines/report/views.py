"""What each page shows, from rows of the published copy: plain values for the templates, plots drawn. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from pipelines.report import charts, story
from pipelines.report.levels import level_limits
from pipelines.report.timescale import Timescale, timescale
from pipelines.report.words import Words, month, plural, short_day, signed

Row = dict[str, Any]
Pair = tuple[str, str]

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

    @cached_property
    def read_days(self) -> dict[str, list[date]]:
        """The days of each origin on which something was read."""
        return {
            origin: [row["date"] for row in rows if row["status"] != "no_coverage"]
            for origin, rows in self.coverage.items()
        }

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


def both(draw: Callable[[int], Markup]) -> tuple[Markup, Markup]:
    """A plot for a desk and for a phone."""
    return draw(WIDE), draw(NARROW)


def axis(world: World, origin: str, acts: Iterable[date], width: int, left: int = 34) -> Timescale | None:
    """The time axis of a page: the days read, from a month before the first act on to the last day read."""
    acts = sorted(acts)
    read = world.read_days.get(origin, [])
    if acts:
        begin = acts[0] - timedelta(days=31)
        read = [when for when in read if when >= begin]
    return timescale(read, acts, left, width - 8, 7 if width == WIDE else 5)


# ---- a pair ----------------------------------------------------------------------------------------------------------


def marked(text: str, triggers: Iterable[str], spans: Iterable[tuple[int, int]] = ()) -> Markup:
    """A sentence with its triggers marked, all else escaped."""
    places = sorted({*spans, *(_first(text, trigger) for trigger in triggers)} - {None})
    done, at = Markup(""), 0
    for start, end in places:
        if start < at:
            continue
        done += escape(text[at:start]) + Markup("<mark>") + escape(text[start:end]) + Markup("</mark>")
        at = end
    return done + escape(text[at:])


def _first(text: str, trigger: str) -> tuple[int, int] | None:
    start = text.find(trigger) if trigger else -1
    return (start, start + len(trigger)) if start >= 0 else None


def span_in_sentence(row: Mapping) -> tuple[int, int] | None:
    """Where in its sentence a trigger stands: by its place in the field where the field is known, else where it is first found."""
    text, sentence, trigger = row["field_text"], row["sentence"], row["trigger"]
    if text and trigger:
        at = text.rfind(sentence, 0, row["start_char"] + len(sentence))
        start = row["start_char"] - at
        if at >= 0 and sentence[start : start + len(trigger)] == trigger:
            return start, start + len(trigger)
    return _first(sentence, trigger)


def reports(rows: Sequence[Row]) -> list[Row]:
    """The evidence of one act by article: outlet, day, link, and its sentences with the triggers marked."""
    found: dict[str, Row] = {}
    for row in rows:
        report = found.setdefault(
            row["article_id"],
            {
                "outlet": row["outlet"], "url": web_address(row["url"]), "when": row["reported_at"], "title": row["title"],
                "status": row["status"], "confidence": row["confidence"], "is_copy": row["story_id"] != row["article_id"],
                "lang": row["lang"], "spans": defaultdict(set),
            },
        )  # fmt: skip
        report["confidence"] = max(report["confidence"], row["confidence"])
        report["spans"][row["sentence"]].add(span_in_sentence(row))
    for report in found.values():
        report["sentences"] = [marked(text, (), spans - {None}) for text, spans in report.pop("spans").items()]
    return sorted(found.values(), key=lambda r: (r["is_copy"], r["when"] or "", r["outlet"] or ""))


def web_address(url: str | None) -> str | None:
    """The address if a browser may be sent there: http and https only."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def act_view(act: Row, world: World, evidence: Sequence[Row], history: Sequence[Row], sanctions: Sequence[Row]) -> Row:
    """One act as the timeline shows it."""
    said = [f"{STATUS_WORDS[step['status']]}: first reported so on {short_day(step['as_of_date'])} ({step['outlet']})" for step in history]
    return act | {
        "text": world.words.said(act),
        "quad": QUADS[act["quad_class"]],
        "reports": reports(evidence),
        "history": said if len(history) > 1 or act["status"] != "actual" else [],
        "sanctions": sanctions,
        "origin_name": ORIGIN_NAMES.get(act["origin"], act["origin"]) if act["origin"] != world.origin else "",
        "is_conflict": act["quad_class"] in (3, 4),
        "status_word": STATUS_WORDS[act["status"]],
    }


def month_rows(rows: Sequence[Row], indicator: str) -> dict[date, Row]:
    return {row["period"]: row for row in rows if row["indicator"] == indicator}


def level_months(values: Sequence[Mapping], covered: set[date]) -> list[Row]:
    """The level month by month: with limits, carried on through months that were read and brought no act, else a gap."""
    if not values:
        return []
    limits = dict(zip((v["month"] for v in values), level_limits(values), strict=True))
    known = {v["month"]: v for v in values}
    found: list[Row] = []
    last: Row | None = None
    for when in _months(values[0]["month"], max([*covered, values[-1]["month"]])):
        if when in known:
            lo, hi = limits[when]
            last = {"month": when, "value": known[when]["level"], "lo": lo, "hi": hi, "n": known[when]["n"], "is_carried": False}
        elif when in covered and last:
            last = last | {"month": when, "is_carried": True, "n": 0}
        else:
            continue
        found.append(last | {"tip": charts.level_tip(last)})
    return found


def _months(first: date, last: date) -> Iterable[date]:
    when = first.replace(day=1)
    while when <= last:
        yield when
        when = (when + timedelta(days=32)).replace(day=1)


def covered_months(days: Iterable[date]) -> set[date]:
    return {when.replace(day=1) for when in days}


def pair_plots(pair: Pair, world: World, origin: str, acts: Sequence[Row], answers: Sequence[Row], months: Sequence[Row]) -> list[Plot]:
    """The plots of a pair: who did what in answer to what, the level, the tension, the acts of each month."""
    a, b = pair
    words, folder = world.words, f"data/{slug(a)}-{slug(b)}"
    dated = [act for act in acts if act["event_date"] and act["origin"] == origin]
    shown = sorted(dated, key=story.weight, reverse=True)[:400]
    days = [act["event_date"] for act in dated] or [row["period"] for row in months]
    wide, narrow = axis(world, origin, days, WIDE), axis(world, origin, days, NARROW)
    if not wide or not narrow:
        return []
    scales = {WIDE: wide, NARROW: narrow}
    plots = []
    if shown:
        marks = [
            {
                "event_id": act["event_id"], "day": act["event_date"], "severity": act["severity"], "is_up": act["source"] == a,
                "is_conflict": act["quad_class"] in (3, 4), "is_done": act["status"] == "actual", "confidence": act["confidence"],
                "tip": f"{short_day(act['event_date'])}: {words.said(act)} (severity {signed(act['severity'])}, {plural(act['outlet_count'], 'outlet')}, confidence {act['confidence']:.2f})",
            }
            for act in sorted(shown, key=lambda act: (act["event_date"], act["event_id"]))
        ]  # fmt: skip
        links = [
            {"from_id": row["event_id"], "to_id": row["answer_event_id"], "days": row["lag_days"], "basis": row["basis"],
             "tip": f"Answered after {plural(row['lag_days'], 'day')} ({row['basis']})"}
            for row in answers if row["answer_event_id"] and row["origin"] == origin
        ]  # fmt: skip
        plots.append(
            Plot(
                "Who did what, and what answered it",
                f"A stem is an act: {words.name(a)}’s rise, {words.name(b)}’s hang; the longer, the more severe (severity, after Goldstein, root scale). "
                "Hollow: planned or given up. Pale: the coder is less than half sure. Arcs lead from an act to its answer: full where a report says so, "
                "dashed where inferred; the number is days.",
                *both(lambda w: charts.act_plot(scales[w], marks, links, f"by {words.name(a)}", f"by {words.name(b)}", w,
                                                f"Acts between {words.name(a)} and {words.name(b)}; each is told in the list of acts below")),
                f"{folder}-acts.csv",
            )
        )  # fmt: skip
    plots += _month_plots(pair, world, origin, months, scales, f"{folder}-months.csv")
    return plots


def _month_plots(pair: Pair, world: World, origin: str, rows: Sequence[Row], scales: Mapping[int, Timescale], csv: str) -> list[Plot]:
    rows = [row for row in rows if row["origin"] == origin]
    levels, sums = month_rows(rows, "relation_level"), month_rows(rows, "goldstein_sum")
    if not levels:
        return []
    covered = covered_months(world.read_days.get(origin, []))
    both_names = f"{world.words.name(pair[0])} and {world.words.name(pair[1])}"
    values = [
        {"month": when, "level": row["value"], "g": sums[when]["value"], "lo": sums[when]["lo"], "hi": sums[when]["hi"], "n": row["n"]}
        for when, row in sorted(levels.items())
    ]
    level = level_months(values, covered)
    last, worst = level[-1], min(level, key=lambda m: m["value"])
    plots = [
        Plot(
            "Relation level",
            "From −9 (enmity) to +9 (friendship), by month; the nearer to an end, the less an act moves it. The band holds 95 % of the levels that come "
            "of drawing each month’s sum of acts anew within its limits. Hatched: nothing was read.",
            *both(lambda w: charts.step_plot(scales[w], level, -9, 9, (-9, 0, 9), w,
                  f"Relation level of {both_names}: lowest {signed(worst['value'])} in {month(worst['month'])}, last {signed(last['value'])} in {month(last['month'])}",
                  "level", form=lambda v: signed(v, 0))),
            csv, "level, −9 … +9",
        )
    ]  # fmt: skip
    tension = month_rows(rows, "tension_share")
    if tension:
        steps = []
        for when in _months(min(tension), max([*covered, max(tension)])):
            row = tension.get(when)
            if row:
                steps.append({"month": when, "value": row["value"], "lo": row["lo"], "hi": row["hi"],
                              "tip": f"{month(when)}: {row['value']:,.0f} (95 % {row['lo'] or 0:,.0f} … {row['hi'] or 0:,.0f}), {plural(row['n'], 'conflict article')}"})  # fmt: skip
            elif when in covered:
                steps.append({"month": when, "value": 0.0, "lo": None, "hi": None, "tip": f"{month(when)}: no article tells of conflict between them"})
        top = nice_top(max(s["value"] for s in steps) * 1.25, max((min(s["hi"] or 0, 3 * max(s["value"], 100)) for s in steps), default=0))
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
    kinds = {"vc": "verbal_cooperation", "mc": "material_cooperation", "vx": "verbal_conflict", "mx": "material_conflict"}
    counts = {short: month_rows(rows, f"{name}_count") for short, name in kinds.items()}
    total = month_rows(rows, "event_count")
    bars = []
    for when in sorted(total):
        row = {short: int(found[when]["value"]) if when in found else 0 for short, found in counts.items()}
        t = total[when]
        row |= {"month": when, "tip": f"{month(when)}: {plural(int(t['value']), 'act')} (95 % {t['lo']:.1f} … {t['hi']:.1f}): cooperation {row['mc']} in deeds, {row['vc']} in words; conflict {row['mx']} in deeds, {row['vx']} in words"}
        bars.append(row)
    plots.append(
        Plot(
            "Acts of each month",
            "Cooperation rises, conflict hangs; deeds are full, words light. Only acts that happened and have a day.",
            *both(lambda w: charts.count_plot(scales[w], bars, w, f"Acts of each month between {both_names}")),
            csv, "acts a month",
        )
    )  # fmt: skip
    return plots


def nice_top(*values: float) -> float:
    """A round number at or above the greatest value."""
    value = max(*values, 1)
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def lead_origin(acts: Sequence[Row], world: World) -> str:
    """The origin that a pair's page is about: the world's where it has acts there, else that with most."""
    counts: dict[str, int] = defaultdict(int)
    for act in acts:
        counts[act["origin"]] += 1
    usable = {origin: n for origin, n in counts.items() if origin != "list"}
    if counts.get(world.origin) and counts[world.origin] * 4 >= max(usable.values()):
        return world.origin
    return max(usable or counts, key=lambda origin: ((usable or counts)[origin], origin), default=world.origin)


def slug(code: str) -> str:
    """A code as a part of a file name."""
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in code) or "_"


def pair_path(a: str, b: str) -> str:
    first, second = sorted((a, b))
    return f"pair/{slug(first)}-{slug(second)}.html"


def actor_path(code: str) -> str:
    return f"actor/{slug(code)}.html"


def summary(pair: Pair, world: World, origin: str, acts: Sequence[Row], level: Sequence[Row]) -> list[str]:
    """Sentences that say how much there is, and where things stand."""
    a, b = (world.words.the(code) for code in pair)
    own = [act for act in acts if act["origin"] == origin]
    done = [act for act in own if act["status"] == "actual"]
    dated = sorted(act["event_date"] for act in done if act["event_date"])
    conflict = sum(act["quad_class"] in (3, 4) for act in done)
    deeds = sum(act["quad_class"] == 4 for act in done)
    given_up = sum(act["status"] == "denied" for act in own)
    planned = sum(act["status"] == "planned" for act in own)
    single = sum(act["outlet_count"] == 1 for act in done)
    found = []
    if done:
        span = f"from {short_day(dated[0])} to {short_day(dated[-1])}" if dated else "without a day"
        found.append(
            f"{plural(len(done), 'act')} between {a} and {b} {'are' if len(done) != 1 else 'is'} known {span}: "
            f"{conflict:,} of conflict ({deeds:,} in deeds) and {len(done) - conflict:,} of cooperation."
        )
        found.append(f"{single / len(done):.0%} rest on one outlet only.")
    if given_up or planned:
        found.append(
            f"{plural(given_up + planned, 'more act was', 'more acts were')} announced and not done"
            + (f", {given_up} of them expressly given up." if given_up else ".")
        )
    if level:
        last = level[-1]
        found.append(
            f"The relation level last stood at {signed(last['value'])} in {month(last['month'])} "
            f"(95 % {signed(last['lo'])} … {signed(last['hi'])}; the scale goes from −9 to +9)."
        )
    return found
