"""Write the cookbook's outputs anew: `.venv/bin/python docs/refresh_cookbook.py HOME/demarche.duckdb`."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb

COOKBOOK = Path(__file__).with_name("cookbook.md")
QUERY = re.compile(r"```sql\n(.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)


def queries(text: str) -> list[str]:
    return [match.group(1) for match in QUERY.finditer(text)]


def table(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The rows of a query in aligned columns; long texts are cut."""
    found = connection.execute(query)
    rows = [[column[0] for column in found.description]] + [
        [_cell(value) for value in row] for row in found.fetchall()
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _cell(value) -> str:
    if value is None:
        return "∅"
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    text = (
        f"{value:g}"
        if isinstance(value, float)
        else value.isoformat()
        if isinstance(value, date)
        else str(value)
    )
    return text if len(text) <= 96 else text[:95] + "…"


def refresh(database: Path) -> None:
    text = COOKBOOK.read_text("utf-8")
    with duckdb.connect(str(database), read_only=True) as connection:
        made = QUERY.sub(
            lambda match: (
                f"```sql\n{match.group(1)}```\n\n```text\n{table(connection, match.group(1))}\n```\n"
            ),
            text,
        )
    COOKBOOK.write_text(made, "utf-8")


if __name__ == "__main__":
    refresh(Path(sys.argv[1]))
