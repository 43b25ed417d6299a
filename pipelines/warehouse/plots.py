"""What the page of a table shows in Dagster's UI: how many rows, the first of them, its columns, and plots where some help."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from dagster import TableColumn, TableSchema

from pipelines.preview import markdown_table, plot

PLOTS = Path(__file__).with_name("plots.sql")


@cache
def plots() -> Mapping[str, list[tuple[str, str]]]:
    """For each table the plots of plots.sql: what each shows, and its query."""
    parts = re.split(r"^-- plot: (\w+), (.+)\n", PLOTS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for table, title, query in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        found[table].append((title, query))
    return found


def table_page(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, described: Mapping[str, str]
) -> dict[str, Any]:
    """Metadata of a table as it is now; `described` has the descriptions of its columns."""
    relation = f'{schema}."{table}"'
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    first = connection.execute(f"SELECT * FROM {relation} LIMIT 5")
    head = [column[0] for column in first.description]
    columns = [
        TableColumn(name, str(kind).lower(), described.get(name))
        for name, kind in zip(head, (column[1] for column in first.description), strict=True)
    ]
    page = {
        "dagster/row_count": rows,
        "dagster/column_schema": TableSchema(columns=columns),
        "preview": markdown_table(head, first.fetchall()),
    }
    for title, query in plots().get(table, ()) if schema == "main" and rows else ():
        # Where one table alone is built in a new warehouse, another that the plot needs is not there yet.
        with suppress(duckdb.CatalogException):
            page[title] = plot(connection.execute(query).fetchall())
    return page
