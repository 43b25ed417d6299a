"""The page of an actor: its relations as small multiples, sanctions both ways, what it did and met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipelines.plural import plural
from pipelines.report import charts
from pipelines.report.copy import Copy, Row
from pipelines.report.stock import COLUMNS as STOCK_COLUMNS
from pipelines.report.stock import stock_plots
from pipelines.report.words import Words, signed
from pipelines.report.world import (
    FORCE_COLUMNS,
    NARROW,
    WIDE,
    Levels,
    Page,
    Plot,
    World,
    actor_path,
    axis,
    both,
    by,
    pair_path,
    slug,
    small,
    table,
)

CELLS = 24  # small multiples on an actor's page


def actor_pages(
    copy: Copy, world: World, in_force: Sequence[Row], stocks: Sequence[Row], levels: Levels
) -> Iterator[Page]:
    """A page for every actor with an act."""
    words = world.words
    partners: dict[str, list[Row]] = defaultdict(list)
    for (a, b), row in world.pairs.items():
        partners[a].append(row | {"other": b})
        partners[b].append(row | {"other": a})
    months = by(copy.ask("actor_months"), "code")
    sends, gets = by(in_force, "sender"), by(in_force, "target")
    sent, got = by(stocks, "sender"), by(stocks, "target")
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
        stock = [*sent.get(code, []), *got.get(code, [])]
        if stock:
            tables.append(table(f"data/{slug(code)}-in-force-by-day.csv", STOCK_COLUMNS, stock))
        yield Page(
            actor_path(code),
            "actor.html",
            {
                "code": code, "name": words.name(code), "the_name": words.the(code), "cells": cells, "ranked": ranked, "plots": plots,
                "stock_plots": _stock_plots(code, world, stock),
                "sends": _force_by(sends.get(code, []), "target", words), "gets": _force_by(gets.get(code, []), "sender", words),
                "acts": sum(row["actual"] for row in rows), "conflict": sum(row["conflict"] for row in rows),
                "data": f"data/{slug(code)}",
            },
            tables,
        )  # fmt: skip


def _stock_plots(code: str, world: World, stock: Sequence[Row]) -> list[Plot]:
    """How many sanctions were in force, by the actor and on it."""
    scales = {width: axis(world, world.origin, [], width) for width in (WIDE, NARROW)}
    if not all(scales.values()):
        return []
    name = world.words.the(code)
    return stock_plots(
        stock, scales, lambda row: row["sender"] == code, (f"by {name}", f"on {name}"), world.words,
        f"data/{slug(code)}-in-force-by-day.csv",
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
    name = world.words.the(code)
    plots = []
    for side, title in (("by", f"What {name} did"), ("on", f"What was done to {name}")):
        own = [row for row in rows if row["side"] == side]
        if not own:
            continue
        scales = {w: axis(world, world.origin, [], w) for w in (WIDE, NARROW)}
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
