"""From the lake into DuckDB: the schema `lake` of the working database, one table a lake table.

A batch is loaded when its fingerprints differ from what is loaded, in one transaction, so that a kill leaves
every batch as it was or as it should be. A file that cannot be believed is named and leaves its batch as it was.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import tables
from pipelines.ducklake import DuckLake, connect
from pipelines.lake import Complete, Lake, LakeError, fingerprint
from pipelines.settings import now

_TYPES = {
    tables.TEXT: "VARCHAR",
    tables.INTEGER: "INTEGER",
    tables.BIG: "BIGINT",
    tables.REAL: "DOUBLE",
    tables.FLAG: "BOOLEAN",
    tables.DAY: "DATE",
    tables.MOMENT: "TIMESTAMP",  # UTC; without a zone, so that no session's zone changes what people see
    tables.TEXTS: "VARCHAR[]",
}


@dataclass
class LoadReport:
    """What a load did. `loaded` and `removed` name batches, `faults` says in a line each what could not be read."""

    loaded: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def load_lake(lake: Lake, database: Path | DuckLake) -> LoadReport:
    """Bring the schema `lake` of `database` to the state of the lake; returns what was done.

    Every table exists afterwards, typed, also where the lake is empty. A batch whose files are gone is removed;
    one that lost only its completion record (a killed run) stays as it was loaded.
    """
    report = LoadReport()
    _create(database)
    with connect(database) as connection:
        _create_tables(connection)
        loaded = {
            (batch, table): print_
            for batch, table, print_ in connection.sql(
                "select batch, table_name, fingerprint from lake.loaded_batch"
            ).fetchall()
        }
        present = {(r.batch, r.table): r for table in tables.BY_NAME for r in lake.batches(table)}
        gone = {key for key in loaded if key not in present and not lake.exists(key[1], key[0])}
        for batch, table in sorted(loaded.keys() - present.keys() - gone):
            report.faults.append(
                f"{lake.path(table, batch)} has no completion record, so its making was cut short; "
                f"rebuild batch {batch}; what was loaded of it before stays"
            )
        changed: dict[str, list[Complete]] = defaultdict(list)
        for key, record in present.items():
            if loaded.get(key) == record.fingerprint:
                report.unchanged += 1
            else:
                changed[record.batch].append(record)
        for batch in sorted(changed):
            _load_batch(connection, lake, batch, changed[batch], report)
        for batch, table in sorted(gone):
            with _transaction(connection):
                connection.execute(f"delete from lake.{table} where batch = ?", [batch])
                connection.execute(
                    "delete from lake.loaded_batch where batch = ? and table_name = ?", [batch, table]
                )
            if batch not in report.removed:
                report.removed.append(batch)
    return report


def _load_batch(connection, lake: Lake, batch: str, records: list[Complete], report: LoadReport) -> None:
    """All changed tables of one batch in one transaction, or none of them where a file is broken."""
    contents: list[tuple[Complete, pa.Table]] = []
    for record in records:
        try:
            contents.append((record, _read(lake, record)))
        except LakeError as error:
            report.faults.append(str(error))
            lake.forget(record.table, record.batch)  # the next run makes it again
            return
    moment = now().replace(tzinfo=None)
    with _transaction(connection):
        for record, rows in contents:
            columns = ", ".join(
                f'"{name}" at time zone \'UTC\' as "{name}"' if kind == tables.MOMENT else f'"{name}"'
                for name, kind, _ in tables.BY_NAME[record.table].columns
            )
            connection.execute(f"delete from lake.{record.table} where batch = ?", [batch])
            connection.register("incoming", rows)
            connection.execute(f"insert into lake.{record.table} by name select {columns} from incoming")
            connection.unregister("incoming")
            connection.execute(
                "delete from lake.loaded_batch where batch = ? and table_name = ?", [batch, record.table]
            )
            connection.execute(
                "insert into lake.loaded_batch values (?, ?, ?, ?, ?)",
                [batch, record.table, record.fingerprint, rows.num_rows, moment],
            )
            report.rows[record.table] = report.rows.get(record.table, 0) + rows.num_rows
    report.loaded.append(batch)


def _read(lake: Lake, record: Complete) -> pa.Table:
    """The rows of one record; LakeError where they are missing or not those that the record promises."""
    path = lake.path(record.table, record.batch)
    remedy = f"remove it and rebuild its batch ({record.batch}); what was loaded of it before stays"
    if not lake.exists(record.table, record.batch):
        raise LakeError(f"{path} is missing though its record says it is complete; {remedy}")
    rows = lake.read(record.table, record.batch)
    columns = lake.columns(record.table, record.batch)
    if columns != tables.BY_NAME[record.table].schema.names or fingerprint(rows) != record.fingerprint:
        raise LakeError(f"{path} does not hold the rows that its completion record promises; {remedy}")
    return rows


def _create(database: Path | DuckLake) -> None:
    """A new database is made beside its place and moved there: a kill leaves no half-written file that cannot be opened."""
    database.parent.mkdir(parents=True, exist_ok=True)
    if database.exists():
        return
    fresh = database.with_name(f".{database.name}.new")
    fresh.unlink(missing_ok=True)
    # Nothing else opens the working file: it may be written as this DuckDB writes best (codes in half the time).
    duckdb.connect(str(fresh), config={"storage_compatibility_version": "latest"}).close()
    os.replace(fresh, database)


def _create_tables(connection) -> None:
    connection.execute("create schema if not exists lake")
    for table in tables.ALL:
        columns = ", ".join(f'"{name}" {_TYPES[kind]}' for name, kind, _ in table.columns)
        connection.execute(f"create table if not exists lake.{table.name} ({columns})")
        # A column that a newer version of the house added: the fingerprints differ then, and fill it.
        for name, kind, _ in table.columns:
            connection.execute(
                f'alter table lake.{table.name} add column if not exists "{name}" {_TYPES[kind]}'
            )
    connection.execute(
        "create table if not exists lake.loaded_batch "
        "(batch varchar, table_name varchar, fingerprint varchar, row_count bigint, loaded_at timestamp)"
    )


class _transaction:
    """begin … commit; rollback where anything fails."""

    def __init__(self, connection) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.execute("begin")

    def __exit__(self, kind, error, trace) -> None:
        self.connection.execute("rollback" if kind else "commit")
