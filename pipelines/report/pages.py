"""The pages of the report: for each its template, its values and the tables that lie beside it as CSV.

Rows come in bulk for a batch of pairs and are dealt out to their pages here; what a page looks like is the templates'.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.coding.reference import read_csv
from pipelines.report import charts, story, views
from pipelines.report.copy import Copy, Row
from pipelines.report.timescale import timescale
from pipelines.report.views import NARROW, WIDE, Pair, Plot, Table, World, actor_path, both, pair_path, slug
from pipelines.report.words import Words, load_words, plural, short_day, signed

BATCH = 400  # pairs whose rows are held at once
ACTS_A_PAGE = 250
RECORDS_A_PAGE = 700
PAIRS_A_PAGE = 6000
MOVERS = 12  # pairs on the page of today; the CSV has more
CELLS = 24  # small multiples on an actor's page


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
        """The rows of views.level_months."""
        key = (*pair, origin)
        if key not in self.known:
            self.known[key] = views.level_months(
                self.rows.get(key, []), self.world.read_months.get(origin, set())
            )
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


def all_pages(copy: Copy, world: World, quality: Path) -> Iterator[Page]:
    """Every page of the report, one after another."""
    in_force = copy.ask("in_force")
    levels = Levels(copy.ask("levels"), world)
    records = _sanction_records(copy, world)
    yield today_page(copy, world, records, levels)
    yield from index_pages(world)
    yield from pair_pages(copy, world, levels, in_force, records)
    yield from actor_pages(copy, world, in_force, levels)
    yield from sanctions_pages(world, records, in_force)
    yield sureness_page(copy, world, quality)


# ---- pairs -----------------------------------------------------------------------------------------------------------


def pair_pages(
    copy: Copy, world: World, levels: Levels, in_force: Sequence[Row], records: Sequence[Row]
) -> Iterator[Page]:
    """A page for every pair with an act, and further ones where its acts fill more than one."""
    force = by(({**row, "pair": tuple(sorted((row["sender"], row["target"])))} for row in in_force), "pair")
    sanctions = by(records, "event_id")
    everyone = list(world.pairs)
    for start in range(0, len(everyone), BATCH):
        batch = everyone[start : start + BATCH]
        copy.look_at(batch)
        acts, months, answers = (by(copy.ask(name), "a", "b") for name in ("acts", "months", "answers"))
        evidence, history = (by(copy.ask(name), "event_id") for name in ("evidence", "history"))
        linked = {row["event_id"]: row for row in copy.ask("linked_acts")}
        for pair in batch:
            yield from _pair(
                pair,
                world,
                levels,
                acts[pair],
                months[pair],
                answers[pair],
                evidence,
                history,
                linked,
                sanctions,
                force[pair],
            )


def _pair(
    pair: Pair,
    world: World,
    levels: Levels,
    acts,
    months,
    answers,
    evidence,
    history,
    linked,
    sanctions,
    force,
) -> Iterator[Page]:
    a, b = pair
    words, origin = world.words, views.lead_origin(acts, world)
    own = {act["event_id"]: act for act in acts}
    answered = _answered(acts, answers, own, linked)
    newest = sorted(
        acts,
        key=lambda act: (act["event_date"] or date.min, act["first_reported_at"], act["event_id"]),
        reverse=True,
    )
    chunks = [newest[i : i + ACTS_A_PAGE] for i in range(0, len(newest), ACTS_A_PAGE)]
    base = f"{slug(a)}-{slug(b)}"
    names = [f"pair/{base}.html", *(f"pair/{base}-acts-{n}.html" for n in range(2, len(chunks) + 1))]
    place = {act["event_id"]: name for name, chunk in zip(names, chunks, strict=True) for act in chunk}

    def link(event_id: str) -> str | None:
        """Where an act is told, seen from this pair's pages."""
        if event_id in place:
            return f"{place[event_id].split('/')[1]}#act-{event_id}"
        other = linked.get(event_id)
        return f"{pair_path(other['a'], other['b']).split('/')[1]}#act-{event_id}" if other else None

    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        shown = [
            views.act_view(
                act,
                world,
                evidence[act["event_id"]],
                history[act["event_id"]],
                sanctions.get(act["event_id"], []),
            )
            | _links(act, answered, answers, own, link, words)
            for act in chunk
        ]
        values = {
            "pair": pair, "names": (words.name(a), words.name(b)), "acts": shown, "number": number + 1, "pages": [n.split("/")[1] for n in names],
            "total": len(acts), "link": link, "origin": origin, "origin_name": views.ORIGIN_NAMES.get(origin, origin),
        }  # fmt: skip
        if number:
            yield Page(name, "pair_acts.html", values)
            continue
        told = [act for act in acts if act["origin"] == origin]
        episodes = story.tell(told, answered, sanctions, history, world.read_days.get(origin, []), words)
        level = levels.months(pair, origin)
        plots = views.pair_plots(pair, world, origin, acts, answered, months, level)
        values |= {
            "summary": views.summary(pair, world, origin, acts, level),
            "episodes": episodes,
            "quotes": {
                e.heaviest["event_id"]: views.best_report(evidence[e.heaviest["event_id"]]) for e in episodes
            },
            "plots": plots,
            "answers": _answer_rows(told, answered, answers, words),
            "in_force": _force_rows(pair, force, words),
            "others": sorted({act["origin"] for act in acts} - {origin}),
            "origin_names": views.ORIGIN_NAMES,
        }
        yield Page(name, "pair.html", values, _pair_tables(base, acts, months, level, origin, answers, force))


def _answered(acts, answers, own, linked) -> dict[str, tuple[Row, str]]:
    """For each act the one that it answers: as its reports say, else as ind_retaliation infers."""
    found = {
        row["answer_event_id"]: (own[row["event_id"]], row["basis"])
        for row in reversed(answers)
        if row["answer_event_id"] in own and row["event_id"] in own
    }
    for act in acts:
        first = own.get(act["response_to_event_id"]) or linked.get(act["response_to_event_id"])
        if first:
            found[act["event_id"]] = (first, act["response_basis"])
    return found


def _links(act: Row, answered, answers, own, link, words: Words) -> Row:
    """What an act answers, and what answers it, as links."""
    found: Row = {"answers_to": None, "answered_by": []}
    if act["event_id"] in answered:
        first, basis = answered[act["event_id"]]
        found["answers_to"] = {"href": link(first["event_id"]), "text": _told_short(first, words), "basis": basis,
                               "days": _days(first["event_date"], act["event_date"])}  # fmt: skip
    for other_id, (first, basis) in answered.items():
        if first["event_id"] == act["event_id"]:
            other = own[other_id]
            found["answered_by"].append({"href": link(other_id), "text": _told_short(other, words), "basis": basis,
                                         "days": _days(act["event_date"], other["event_date"])})  # fmt: skip
    return found


def _days(first: date | None, last: date | None) -> int | None:
    return (last - first).days if first and last else None


def _told_short(act: Row, words: Words) -> str:
    return f"{words.noun(act)} by {words.the(act['source'])}, {short_day(act['event_date'])}"


def _answer_rows(acts: Sequence[Row], answered, answers: Sequence[Row], words: Words) -> list[Row]:
    """Acts of the one side and what the other answered, in the order of the answers; what was only planned among them."""
    own = {act["event_id"]: act for act in acts}
    matching = {(row["event_id"], row["answer_event_id"]): row["matching"] for row in answers}
    found = []
    for answer in sorted(acts, key=lambda act: (act["event_date"] or date.max, act["event_id"])):
        first, basis = answered.get(answer["event_id"], (None, ""))
        if not first or first["event_id"] not in own or first["source"] != answer["target"]:
            continue
        found.append(
            {
                "act": first, "answer": answer, "days": _days(first["event_date"], answer["event_date"]), "basis": basis,
                "matching": matching.get((first["event_id"], answer["event_id"])),
                "act_text": words.said(first), "answer_text": words.said(answer),
            }
        )  # fmt: skip
    return found


def _force_rows(pair: Pair, force: Sequence[Row], words: Words) -> list[Row]:
    """Measures in force both ways, each sender's together; what one origin says beside the other."""
    found = []
    for sender in pair:
        rows = sorted(
            (row for row in force if row["sender"] == sender), key=lambda row: (row["measure"], row["origin"])
        )
        found.append({"sender": sender, "target": pair[1] if sender == pair[0] else pair[0],
                      "rows": [row | {"label": words.measure(row["measure"])} for row in rows]})  # fmt: skip
    return found


ACT_COLUMNS = (
    "event_id", "origin", "event_date", "date_precision", "source", "target", "type", "mode", "cameo", "goldstein", "severity", "status",
    "count", "unit", "response_to_event_id", "response_basis", "article_count", "outlet_count", "confidence", "first_reported_at",
)  # fmt: skip
MONTH_COLUMNS = ("origin", "period", "until", "indicator", "value", "lo", "hi", "n", "outlet_count", "status")
ANSWER_COLUMNS = ("event_id", "origin", "source", "target", "type", "mode", "event_date", "count", "answer_event_id", "basis", "answer_date",
                  "answer_count", "lag_days", "matching", "is_open", "as_of_date")  # fmt: skip
FORCE_COLUMNS = ("origin", "sender", "target", "measure", "stock", "since", "known_from")


def table(path: str, columns: Sequence[str], rows: Iterable[Row]) -> Table:
    """The chosen columns of some rows."""
    return Table(path, columns, [[row.get(column) for column in columns] for row in rows])


def _pair_tables(base: str, acts, months, level, origin: str, answers, force) -> list[Table]:
    banded = [
        {"origin": origin, "period": row["month"], "until": row["until"], "indicator": "relation_level", "value": round(row["value"], 6), "lo": round(row["lo"], 6),
         "hi": round(row["hi"], 6), "n": row["n"], "outlet_count": None, "status": "no_events" if row["is_carried"] else "ok"}
        for row in level
    ]  # fmt: skip
    rest = [row for row in months if not (row["origin"] == origin and row["indicator"] == "relation_level")]
    found = [
        table(f"data/{base}-acts.csv", ACT_COLUMNS, acts),
        table(f"data/{base}-months.csv", MONTH_COLUMNS, banded + rest),
    ]
    if answers:
        found.append(table(f"data/{base}-answers.csv", ANSWER_COLUMNS, answers))
    if force:
        found.append(table(f"data/{base}-in-force.csv", FORCE_COLUMNS, force))
    return found


# ---- today -----------------------------------------------------------------------------------------------------------


def today_page(copy: Copy, world: World, records: Sequence[Row], levels: Levels) -> Page:
    """What moved up to the last day that was read."""
    words, last, origin = world.words, world.as_of, world.origin
    if last is None:
        return Page("index.html", "today.html", {"last": None})
    days = 7 if len(copy.ask("recent_acts", origin=origin, last=last, days=7)) >= 30 else 30
    span = {"origin": origin, "last": last, "days": days}
    recent = copy.ask("recent_acts", **span)
    behind = by(recent, "a", "b")
    moved = copy.ask("moved", **span)
    reach = max([abs(v) for row in moved for v in (row["g"], row["g_before"])] + [5.0]) * 1.35
    plots = charts.interval_plot(
        [{"value": row["g"], "lo": row["lo"], "hi": row["hi"], "before": row["g_before"] if row["n_before"] else None} for row in moved],
        -reach, reach, 170, "Sum {value:.1f}, 95 % {lo:.1f} to {hi:.1f}",
    )  # fmt: skip
    movers = [
        row
        | {
            "names": (words.name(row["a"]), words.name(row["b"])), "href": pair_path(row["a"], row["b"]), "plot": plot,
            "acts": [_brief(act, words) for act in behind.get((row["a"], row["b"]), [])[:3]],
            "is_clear": row["change_lo"] > 0 or row["change_hi"] < 0,
            "level": small(levels, (row["a"], row["b"]), world, 150, 40),
        }
        for row, plot in zip(moved[:MOVERS], plots, strict=False)
    ]  # fmt: skip
    alerts = copy.ask("alerts")
    fresh = [row for row in alerts if row["origin"] == origin and (last - row["date"]).days < 30]
    acts_of_alerts = _acts_by_id(copy, [i for row in (fresh or alerts[:5]) for i in row["event_ids"]])
    shown_alerts = [
        row
        | {
            "names": (words.name(row["source"]), words.name(row["target"])), "href": pair_path(row["source"], row["target"]),
            "acts": [_brief(acts_of_alerts[i], words) for i in row["event_ids"] if i in acts_of_alerts][:4],
        }
        for row in (fresh or alerts[:5])
    ]  # fmt: skip
    since = last - timedelta(days=max(days, 30))
    new_sanctions = [r for r in records if (r["announced_date"] or r["effective_date"] or date.min) > since][
        :40
    ]
    heard = {row["feed_id"]: row["articles"] for row in copy.ask("heard_since", **span)}
    feeds = [row | {"heard": heard.get(row["feed_id"], 0)} for row in copy.ask("feeds") if row["tries"]]
    open_span = span | {"days": max(days, 90)}
    tables = [
        table(
            "data/today-moved.csv",
            ("a", "b", "n", "g", "lo", "hi", "n_before", "g_before", "change", "change_lo", "change_hi"),
            moved,
        ),
        table(
            "data/alerts.csv",
            (
                "origin",
                "source",
                "target",
                "date",
                "conflict_count",
                "median",
                "mad",
                "z",
                "cusum",
                "outlet_count",
            ),
            alerts,
        ),
    ]
    coverage, more = _coverage_plot(world, last - timedelta(days=120), "today-coverage")
    return Page(
        "index.html",
        "today.html",
        {
            "last": last, "days": days, "movers": movers, "alerts": shown_alerts, "alerts_are_fresh": bool(fresh), "sanctions": new_sanctions,
            "sanction_days": max(days, 30), "open": [_open(row, words, last) for row in copy.ask("open_acts", **open_span)],
            "answered": [_answered_row(row, words) for row in copy.ask("answered_acts", **open_span)], "open_days": open_span["days"],
            "feeds": feeds, "coverage": coverage, "top": [_brief(act, words) for act in recent[:5]], "recent": len(recent), "moved_pairs": len(behind),
        },
        [*tables, *more],
    )  # fmt: skip


def _acts_by_id(copy: Copy, ids: Sequence[str]) -> dict[str, Row]:
    cursor = copy.connection.execute("select * from told where list_contains(?, event_id)", [list(ids)])
    head = [column[0] for column in cursor.description]
    return {row[0]: dict(zip(head, row, strict=True)) for row in cursor.fetchall()}


def _brief(act: Row, words: Words) -> Row:
    """An act in one line, with the way to its sentences."""
    return {
        "text": words.said(act), "when": act["event_date"], "href": f"{pair_path(act['source'], act['target'])}#act-{act['event_id']}",
        "outlets": act["outlet_count"], "confidence": act["confidence"], "is_conflict": act["quad_class"] in (3, 4),
    }  # fmt: skip


def _open(row: Row, words: Words, last: date) -> Row:
    act = row | {"status": "actual", "is_reciprocal": False}
    return row | {
        "text": words.said(act),
        "days": (last - row["event_date"]).days,
        "href": f"{pair_path(row['a'], row['b'])}#act-{row['event_id']}",
    }


def _answered_row(row: Row, words: Words) -> Row:
    act = row | {"status": "actual", "is_reciprocal": False}
    answer = act | {
        "source": row["target"], "target": row["source"], "count": row["answer_count"], "unit": row["answer_unit"],
        "type": row["answer_type"], "mode": row["answer_mode"],
    }  # fmt: skip
    base = pair_path(row["a"], row["b"])
    return row | {"text": words.said(act), "answer_text": words.said(answer), "href": f"{base}#act-{row['event_id']}",
                  "answer_href": f"{base}#act-{row['answer_event_id']}"}  # fmt: skip


def _coverage_plot(world: World, begin: date | None, name: str) -> tuple[Plot | None, list[Table]]:
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
    plot = Plot(
        f"Articles read, by {step}",
        "Hatched: nothing was read, so silence on such a day says nothing.",
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


# ---- actors ----------------------------------------------------------------------------------------------------------


def small(levels: Levels, pair: Pair, world: World, width: int = 210, height: int = 58) -> Markup | None:
    """A pair's level as a small multiple, on the axis of the whole origin; None where it has none."""
    months = levels.months(pair, world.origin)
    scale = views.axis(world, world.origin, [], width, 2)
    if not months or not scale:
        return None
    last = months[-1]
    label = f"Relation level, last {signed(last['value'])} in {last['until']:%b %Y}"
    return charts.small_level(scale, months, label, width, height)


def actor_pages(copy: Copy, world: World, in_force: Sequence[Row], levels: Levels) -> Iterator[Page]:
    """A page for every actor with an act."""
    words = world.words
    partners: dict[str, list[Row]] = defaultdict(list)
    for (a, b), row in world.pairs.items():
        partners[a].append(row | {"other": b})
        partners[b].append(row | {"other": a})
    months = by(copy.ask("actor_months"), "code")
    sends, gets = by(in_force, "sender"), by(in_force, "target")
    for code, rows in sorted(partners.items()):
        ranked = sorted(rows, key=lambda row: (-(row["weight"] or 0), row["other"]))
        cells = [
            {"row": row, "name": words.name(row["other"]), "href": f"../{pair_path(code, row['other'])}",
             "plot": small(levels, tuple(sorted((code, row["other"]))), world),
             "last": levels.last(tuple(sorted((code, row["other"]))), world.origin)}
            for row in ranked[:CELLS]
        ]  # fmt: skip
        plots = _actor_plots(
            code, world, [row for row in months.get(code, []) if row["origin"] == world.origin]
        )
        columns = ("a", "b", "acts", "actual", "conflict", "cooperation", "first_date", "last_date")
        tables = [table(f"data/{slug(code)}-relations.csv", columns, ranked)]
        tables.append(
            table(
                f"data/{slug(code)}-acts-by-month.csv",
                ("origin", "month", "side", "acts", "g", "conflict", "cooperation"),
                months.get(code, []),
            )
        )
        if code in sends or code in gets:
            tables.append(
                table(
                    f"data/{slug(code)}-in-force.csv",
                    FORCE_COLUMNS,
                    [*sends.get(code, []), *gets.get(code, [])],
                )
            )
        yield Page(
            actor_path(code),
            "actor.html",
            {
                "code": code, "name": words.name(code), "cells": cells, "ranked": ranked, "plots": plots,
                "sends": _force_by(sends.get(code, []), "target", words), "gets": _force_by(gets.get(code, []), "sender", words),
                "acts": sum(row["actual"] for row in rows), "conflict": sum(row["conflict"] for row in rows),
                "data": f"data/{slug(code)}",
            },
            tables,
        )  # fmt: skip


def _force_by(rows: Sequence[Row], side: str, words: Words) -> list[Row]:
    """Measures in force by partner, with a bar; news and archive count acts, official lists count entries."""
    found = []
    for origin in ("news", "archive", "list"):
        groups = by((row for row in rows if row["origin"] == origin), side)
        most = max((sum(r["stock"] for r in group) for group in groups.values()), default=0)
        for code, group in sorted(
            groups.items(), key=lambda item: (-sum(r["stock"] for r in item[1]), item[0])
        ):
            total = sum(r["stock"] for r in group)
            label = f"{total:,} {'entries' if origin == 'list' else 'acts'} in force"
            found.append({"code": code, "name": words.name(code), "origin": origin, "total": total, "bar": charts.bar(total, most, label),
                          "measures": [f"{words.measure(r['measure'])} {r['stock']:,}" for r in sorted(group, key=lambda r: -r["stock"])],
                          "unit": "listed" if origin == "list" else "act" if total == 1 else "acts"})  # fmt: skip
    return found


def _actor_plots(code: str, world: World, rows: Sequence[Row]) -> list[Plot]:
    """What an actor did, and what was done to it, by month."""
    name = world.words.name(code)
    plots = []
    for side, title in (("by", f"What {name} did"), ("on", f"What was done to {name}")):
        own = [row for row in rows if row["side"] == side]
        if not own:
            continue
        scales = {w: views.axis(world, world.origin, [], w) for w in (WIDE, NARROW)}
        bars = [
            {"month": row["month"], "vc": 0, "mc": row["cooperation"], "vx": 0, "mx": row["conflict"],
             "tip": f"{row['month']:%b %Y}: {plural(row['acts'], 'act')}, {row['cooperation']} of cooperation, {row['conflict']} of conflict; Goldstein sum {signed(row['g'])}"}
            for row in own
        ]  # fmt: skip
        plots.append(
            Plot(title, "Cooperation rises, conflict hangs.", *both(lambda w, s=scales, b=bars, t=title: charts.count_plot(s[w], b, w, f"{t}: acts by month", 120)),
                 f"data/{slug(code)}-acts-by-month.csv", "acts a month")
        )  # fmt: skip
    return plots


# ---- sanctions -------------------------------------------------------------------------------------------------------


def _sanction_records(copy: Copy, world: World) -> list[Row]:
    """Every sanctions record with what the page of sanctions and that of its pair show."""
    listed = by(copy.ask("listed"), "sanction_id")
    words = world.words
    return [
        row
        | {
            "when": row["announced_date"] or row["effective_date"],
            "sender_name": words.name(row["sender"]), "target_name": words.name(row["target"]),
            "labels": [words.measure(m) for m in row["measures"]],
            "href": f"{pair_path(row['a'], row['b'])}#act-{row['event_id']}",
            "url": views.web_address(row["url"]),
            "sentence": views.marked(row["sentence"], [row["trigger"]]) if row["sentence"] else None,
            "links": [link for link in listed.get(row["sanction_id"], []) if link["outcome"] == "linked"],
            "unlinked": [link for link in listed.get(row["sanction_id"], []) if link["outcome"] != "linked"],
            "status_word": views.STATUS_WORDS[row["status"]],
        }
        for row in copy.ask("sanctions")
    ]  # fmt: skip


def sanctions_pages(world: World, records: Sequence[Row], in_force: Sequence[Row]) -> Iterator[Page]:
    """Every sanctions record, newest first, in pages; with filters on each."""
    chunks = [records[i : i + RECORDS_A_PAGE] for i in range(0, len(records), RECORDS_A_PAGE)] or [[]]
    names = ["sanctions.html", *(f"sanctions-{n}.html" for n in range(2, len(chunks) + 1))]
    words = world.words
    force = [row | {"label": words.measure(row["measure"]), "sender_name": words.name(row["sender"]), "target_name": words.name(row["target"]),
                    "href": pair_path(row["sender"], row["target"]) if tuple(sorted((row["sender"], row["target"]))) in world.pairs else None}
             for row in in_force]  # fmt: skip
    tops = []
    for origin in ("news", "archive", "list"):
        groups = by((row for row in force if row["origin"] == origin), "sender", "target")
        ranked = sorted(groups.items(), key=lambda item: (-sum(r["stock"] for r in item[1]), item[0]))[:12]
        most = max((sum(r["stock"] for r in rows) for _, rows in ranked), default=0)
        for _, rows in ranked:
            total = sum(r["stock"] for r in rows)
            tops.append(rows[0] | {"total": total, "measures": [f"{r['label']} {r['stock']:,}" for r in rows],
                                   "bar": charts.bar(total, most, f"{total:,} in force"), "unit": "listed" if origin == "list" else "act" if total == 1 else "acts"})  # fmt: skip
    columns = ("sanction_id", "event_id", "origin", "sender", "target", "action", "measures", "designees", "count", "unit", "instrument", "reason",
               "status", "announced_date", "effective_date", "confidence", "outlet_count")  # fmt: skip
    tables = [
        table("data/sanctions.csv", columns, records),
        table("data/sanctions-in-force.csv", FORCE_COLUMNS, in_force),
    ]
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        choices = {
            "sender": sorted({(r["sender_name"], r["sender"]) for r in chunk}), "target": sorted({(r["target_name"], r["target"]) for r in chunk}),
            "measure": sorted({(words.measure(m), m) for r in chunk for m in r["measures"]}),
            "status": sorted({(r["status_word"], r["status"]) for r in chunk}), "action": sorted({(r["action"], r["action"]) for r in chunk}),
        }  # fmt: skip
        values = {"records": chunk, "choices": choices, "number": number + 1, "pages": names, "total": len(records), "tops": tops if not number else [],
                  "known_from": min((row["known_from"] for row in in_force if row["known_from"]), default=None)}  # fmt: skip
        yield Page(name, "sanctions.html", values, [] if number else tables)


# ---- how sure are we -------------------------------------------------------------------------------------------------


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
                    "quad": views.QUADS[row["quad_class"]],
                }
            )
    confidence = [row for row in copy.ask("confidence") if row["origin"] == world.origin]
    most = max((row["acts"] for row in confidence), default=0)
    for row in confidence:
        row["bar"] = charts.bar(row["acts"], most, plural(row["acts"], "act"), 200)
    coverage, tables = _coverage_plot(world, None, "coverage")
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
    scales = {w: views.axis(world, world.origin, [], w, 40) for w in (WIDE, NARROW)}
    return Plot(
        "Acts told by one outlet only, by month",
        "An act that nobody else tells may be wrong, or may just be unread: copies of one story count as one outlet. Band: 95 % limits (Wilson).",
        *both(lambda w: charts.step_plot(scales[w], months, 0, 100, (0, 50, 100), w, "Share of acts told by one outlet only, by month", "tension",
                                         130, lambda v: f"{v:.0f} %")),
        "data/single-by-month.csv", "% of acts",
    )  # fmt: skip


# ---- index -----------------------------------------------------------------------------------------------------------


def index_pages(world: World) -> Iterator[Page]:
    """Every pair and every actor, to search in."""
    words = world.words
    rows = sorted(
        (row | {"names": (words.name(row["a"]), words.name(row["b"])), "href": pair_path(row["a"], row["b"])} for row in world.pairs.values()),
        key=lambda row: (-row["acts"], row["names"]),
    )  # fmt: skip
    codes = sorted({code for pair in world.pairs for code in pair}, key=lambda code: words.name(code))
    counts: dict[str, int] = defaultdict(int)
    for (a, b), row in world.pairs.items():
        counts[a] += row["acts"]
        counts[b] += row["acts"]
    actors = [
        {"code": code, "name": words.name(code), "href": actor_path(code), "acts": counts[code]}
        for code in codes
    ]
    chunks = [rows[i : i + PAIRS_A_PAGE] for i in range(0, len(rows), PAIRS_A_PAGE)] or [[]]
    names = ["pairs.html", *(f"pairs-{n}.html" for n in range(2, len(chunks) + 1))]
    columns = ("a", "b", "acts", "actual", "conflict", "cooperation", "first_date", "last_date")
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        values = {"rows": chunk, "actors": actors, "number": number + 1, "pages": names, "total": len(rows)}
        yield Page(name, "pairs.html", values, [] if number else [table("data/pairs.csv", columns, rows)])
