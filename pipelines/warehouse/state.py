"""What the warehouse was made from, so that a run in which nothing changed leaves it as it is.

A stage (`models`, `published`) notes the fingerprint of all that it rests on when it has ended well, and loses it when
it begins: a killed stage, or one with a failed test, is done again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from pipelines.settings import now
from pipelines.warehouse.manifest import project_digest


def wanted(database: Path) -> str:
    """A fingerprint of the loaded batches and files, and of the SQL project with the programs that run it."""
    digest = hashlib.sha256(project_digest().encode())
    with duckdb.connect(str(database)) as connection:
        for query in (
            "select batch, table_name, fingerprint from lake.loaded_batch order by all",
            "select table_name, fingerprint from lake.loaded_file order by all",
        ):
            digest.update(repr(connection.sql(query).fetchall()).encode())
    return digest.hexdigest()


def done_at(database: Path, stage: str, fingerprint: str) -> str | None:
    """When the stage was last done for this very fingerprint; None where it has to be done."""
    with duckdb.connect(str(database)) as connection:
        _create(connection)
        found = connection.execute(
            "select done_at::varchar from lake.stage where stage = ? and fingerprint = ?",
            [stage, fingerprint],
        ).fetchone()
    return found and found[0]


def begin(database: Path, stage: str) -> None:
    """From here on the stage counts as not done."""
    with duckdb.connect(str(database)) as connection:
        _create(connection)
        connection.execute("delete from lake.stage where stage = ?", [stage])


def end(database: Path, stage: str, fingerprint: str) -> None:
    """The stage is done for this fingerprint."""
    with duckdb.connect(str(database)) as connection:
        _create(connection)
        connection.execute("begin")
        connection.execute("delete from lake.stage where stage = ?", [stage])
        connection.execute(
            "insert into lake.stage values (?, ?, ?)",
            [stage, fingerprint, now().replace(tzinfo=None, microsecond=0)],
        )
        connection.execute("commit")


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table if not exists lake.stage (stage varchar, fingerprint varchar, done_at timestamp)"
    )
