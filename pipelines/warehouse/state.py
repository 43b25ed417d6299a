"""What the warehouse was made from, so that a run does no more than what changed asks for.

A stage (`models`, `published`) notes what it rests on when it has ended well, and loses the note when it begins: a
killed stage, or one with a failed test, is done again, and the models then as a whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.ducklake import DuckLake, connect
from pipelines.settings import now
from pipelines.warehouse.manifest import project_digest


@dataclass(frozen=True)
class Basis:
    """Fingerprints of what a stage rests on. rules: the SQL project, its programs, reference tables, feeds and
    corrections; batches: the loaded batches of the lake."""

    rules: str
    batches: str


def basis(database: Path | DuckLake) -> Basis:
    """What is loaded now."""
    with connect(database) as connection:
        batches, files = (
            repr(connection.sql(f"select {columns} order by all").fetchall())
            for columns in (
                "batch, table_name, fingerprint from lake.loaded_batch",
                "table_name, fingerprint from lake.loaded_file",
            )
        )
    return Basis(_digest(project_digest() + files), _digest(batches))


def done_at(database: Path | DuckLake, stage: str, on: Basis) -> str | None:
    """When the stage was last done on this very basis; None where it has to be done."""
    noted, at = _note(database, stage)
    return at if noted == on else None


def follows_rules(database: Path | DuckLake, stage: str, on: Basis) -> bool:
    """Whether the stage was done by the same rules, so that only what batches changed has to be done."""
    noted, _ = _note(database, stage)
    return noted is not None and noted.rules == on.rules


def begin(database: Path | DuckLake, stage: str) -> None:
    """From here on the stage counts as not done."""
    with connect(database) as connection:
        _create(connection)
        connection.execute("delete from lake.stage where stage = ?", [stage])


def end(database: Path | DuckLake, stage: str, on: Basis) -> None:
    """The stage is done on this basis."""
    with connect(database) as connection:
        _create(connection)
        connection.execute("begin")
        connection.execute("delete from lake.stage where stage = ?", [stage])
        moment = now().replace(tzinfo=None, microsecond=0)
        connection.execute(
            "insert into lake.stage values (?, ?, ?, ?)", [stage, on.rules, on.batches, moment]
        )
        connection.execute("commit")


def _note(database: Path | DuckLake, stage: str) -> tuple[Basis | None, str | None]:
    with connect(database) as connection:
        _create(connection)
        found = connection.execute(
            "select rules, batches, done_at::varchar from lake.stage where stage = ?", [stage]
        ).fetchone()
    return (Basis(*found[:2]), found[2]) if found else (None, None)


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table if not exists lake.stage "
        "(stage varchar, rules varchar, batches varchar, done_at timestamp)"
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
