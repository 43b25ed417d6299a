"""The pages of sanctions: what is in force, and every record, newest first, with filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.report import charts
from pipelines.report.copy import Copy, Row
from pipelines.report.evidence import marked, web_address
from pipelines.report.world import FORCE_COLUMNS, STATUS_WORDS, Page, World, by, pair_path, table

RECORDS_A_PAGE = 700


def sanction_records(copy: Copy, world: World) -> list[Row]:
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
            "url": web_address(row["url"]),
            "sentence": marked(row["sentence"], [row["trigger"]]) if row["sentence"] else None,
            "links": [link for link in listed.get(row["sanction_id"], []) if link["outcome"] == "linked"],
            "unlinked": [link for link in listed.get(row["sanction_id"], []) if link["outcome"] != "linked"],
            "status_word": STATUS_WORDS[row["status"]],
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
