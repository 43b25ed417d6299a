"""Questions to the published copy: the queries of queries.sql, asked read-only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import DemarcheError

QUERIES = Path(__file__).with_name("queries.sql")

Row = dict[str, Any]
Pair = tuple[str, str]


def read_queries(path: Path = QUERIES) -> dict[str, str]:
    """The queries of a file by the name that stands before each."""
    parts = re.split(r"^-- name: (\w+)\n", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


class Copy:
    """An open published copy. Every answer is a list of rows by column name."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.queries = read_queries()
        connection.execute("create or replace temp table page_pair (a varchar, b varchar)")
        connection.execute(self.queries["acts_told"])

    def ask(self, name: str, **parameters: Any) -> list[Row]:
        """The answer to the query of this name."""
        cursor = self.connection.execute(self.queries[name], parameters or None)
        head = [column[0] for column in cursor.description]
        return [dict(zip(head, row, strict=True)) for row in cursor.fetchall()]

    def look_at(self, pairs: Iterable[Pair]) -> None:
        """Choose the pairs that the queries of pages are about."""
        self.connection.execute("delete from page_pair")
        self.connection.executemany("insert into page_pair values (?, ?)", [list(pair) for pair in pairs])


@contextmanager
def opened(published: Path) -> Iterator[Copy]:
    """The published copy, open for reading."""
    if not published.exists():
        raise DemarcheError(
            f"{published} does not exist: there is nothing to report on yet, run ./demarche run first"
        )
    with duckdb.connect(str(published), read_only=True) as connection:
        yield Copy(connection)
