"""What each page shows, from rows of the published copy: plain values for the templates, plots drawn. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from pipelines.report import charts, story
from pipelines.report.levels import level_limits
from pipelines.report.timescale import Timescale, timescale
from pipelines.report.words import Words, capital, listed, month, plural, short_day, signed

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
        report["sentences"] = [
            marked(text, (), spans - {None}) for text, spans in report.pop("spans").items()
        ]
    return sorted(found.values(), key=lambda r: (r["is_copy"], r["when"] or "", r["outlet"] or ""))


def best_report(rows: Sequence[Row]) -> Row | None:
    """The report of an act to quote: the surest one in the longest of its sentences."""
    if not rows:
        return None
    row = max(rows, key=lambda row: (round(row["confidence"], 1), len(row["sentence"]), row["mention_id"]))
    own = [
        other
        for other in rows
        if other["article_id"] == row["article_id"] and other["sentence"] == row["sentence"]
    ]
    return reports(own)[0]


def web_address(url: str | None) -> str | None:
    """The address if a browser may be sent there: http and https only."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def act_view(
    act: Row, world: World, evidence: Sequence[Row], history: Sequence[Row], sanctions: Sequence[Row]
) -> Row:
    """One act as the timeline shows it."""
    said = [
        f"{STATUS_WORDS[step['status']]}: first reported so on {short_day(step['as_of_date'])} ({step['outlet']})"
        for step in history
    ]
    return act | {
        "text": world.words.said(act),
        "quad": QUADS[act["quad_class"]],
        "reports": reports(evidence),
        "history": said if len(history) > 1 or act["status"] != "actual" else [],
        "sanctions": sanctions,
        "origin_name": ORIGIN_NAMES.get(act["origin"], act["origin"])
        if act["origin"] != world.origin
        else "",
        "is_conflict": act["quad_class"] in (3, 4),
        "status_word": STATUS_WORDS[act["status"]],
    }


def month_rows(rows: Sequence[Row], indicator: str) -> dict[date, Row]:
    return {row["period"]: row for row in rows if row["indicator"] == indicator}


def level_months(values: Sequence[Mapping], covered: set[date]) -> list[Row]:
    """The level month by month, with limits. A run of months that were read and brought no act is one row, from `month`
    to `until`, at the level before; a month in which nothing was read has no row."""
    if not values:
        return []
    limits = dict(zip((v["month"] for v in values), level_limits(values), strict=True))
    known = {v["month"]: v for v in values}
    found: list[Row] = []
    for when in _months(values[0]["month"], max([*covered, values[-1]["month"]])):
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
            _carry(found, when, {"is_carried": True, "n": 0})
    return [row | {"tip": charts.level_tip(row)} for row in found]


def _carry(rows: list[Row], when: date, change: Row) -> None:
    """Let the last row's run go on through this month; begin a run where the month before is not part of one."""
    last = rows[-1]
    if last.get("is_carried") and charts.month_end(last["until"]) + timedelta(days=1) == when:
        last["until"] = when
    else:
        rows.append(last | {"month": when, "until": when} | change)


def _months(first: date, last: date) -> Iterable[date]:
    when = first.replace(day=1)
    while when <= last:
        yield when
        when = (when + timedelta(days=32)).replace(day=1)


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
                f"A stem is an act: {words.name(a)}’s rise, {words.name(b)}’s hang; the longer, the more severe (severity, after Goldstein, root scale). "
                "Red: conflict; green: cooperation. Hollow: planned or given up. Pale: the coder is less than half sure. Arcs lead from an act to its answer: full where a report says so, "
                "dashed where inferred; the number is days.",
                *both(lambda w: charts.act_plot(scales[w], marks, links, f"by {words.name(a)}", f"by {words.name(b)}", w,
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
                # The limits are those of the pooled share, the value is averaged over outlets: where they part, no band.
                fits = row["lo"] is not None and row["lo"] <= row["value"] <= row["hi"]
                limits = f" (95 % {row['lo']:,.0f} … {row['hi']:,.0f})" if fits else ""
                steps.append({"month": when, "until": when, "value": row["value"], "lo": row["lo"] if fits else None, "hi": row["hi"] if fits else None,
                              "tip": f"{month(when)}: {row['value']:,.0f}{limits}, {plural(row['n'], 'conflict article')}"})  # fmt: skip
            elif when in covered:
                _carry(steps, when, {"is_carried": True, "value": 0.0, "lo": None, "hi": None,
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


def lead_origin(acts: Sequence[Row], world: World) -> str:
    """The origin that a pair's page is about: the world's where it has acts there, else that with most."""
    counts: dict[str, int] = defaultdict(int)
    for act in acts:
        counts[act["origin"]] += 1
    usable = {origin: n for origin, n in counts.items() if origin != "list"}
    if counts.get(world.origin) and counts[world.origin] * 4 >= max(usable.values()):
        return world.origin
    return max(
        usable or counts, key=lambda origin: ((usable or counts)[origin], origin), default=world.origin
    )


def slug(code: str) -> str:
    """A code as a part of a file name."""
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in code) or "_"


def pair_path(a: str, b: str) -> str:
    first, second = sorted((a, b))
    return f"pair/{slug(first)}-{slug(second)}.html"


def actor_path(code: str) -> str:
    return f"actor/{slug(code)}.html"


def _plain(source: str, target: str, kind: str, mode: str | None) -> Row:
    return {"source": source, "target": target, "type": kind, "mode": mode, "count": None, "unit": None}


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
    found: list[str] = []
    if done:
        span = f"from {short_day(dated[0])} to {short_day(dated[-1])}" if dated else "without a day"
        found.append(
            f"{plural(len(done), 'act')} between {a} and {b} {'are' if len(done) != 1 else 'is'} known {span}: "
            f"{conflict:,} of conflict ({deeds:,} in deeds) and {len(done) - conflict:,} of cooperation."
        )
        found.append(f"{single / len(done):.0%} rest on one outlet only.")
    if given_up:
        found.append(
            f"{plural(given_up, 'more was', 'more were')} announced or reported and then given up or denied."
        )
    if planned:
        found.append(f"{plural(planned, 'more is', 'more are')} announced and not known to be done.")
    repeated = Counter(
        (act["source"], act["target"], act["type"], act["mode"])
        for act in done
        if act["quad_class"] in (2, 4)
    ).most_common(2)
    again = [
        f"{world.words.the(source)} {world.words.did(_plain(source, target, kind, mode))} {n} times"
        for (source, target, kind, mode), n in repeated
        if n >= 6
    ]
    if again:
        found.append(capital(f"{listed(again)}."))
    if level:
        last = level[-1]
        found.append(
            f"The relation level last stood at {signed(last['value'])} in {month(last['month'])} "
            f"(95 % {signed(last['lo'])} … {signed(last['hi'])}; the scale goes from −9 to +9)."
        )
    return found
