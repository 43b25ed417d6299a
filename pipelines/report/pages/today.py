"""The first page: what moved up to the last day that was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pipelines.report import charts
from pipelines.report.copy import Copy, Row
from pipelines.report.coverage import coverage_plot
from pipelines.report.words import Words
from pipelines.report.world import Levels, Page, World, by, pair_path, small, table

MOVERS = 12  # pairs on the page of today; the CSV has more


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
    coverage, more = coverage_plot(world, last - timedelta(days=120), "today-coverage")
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
