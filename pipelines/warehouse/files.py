"""The files that people edit and the SQL models read (reference tables, feeds, corrections), as tables in DuckDB.

They lie in the schemas `reference` and `operator`, every column as text: staging gives the types. A file is read again
when its bytes changed, so that what was loaded, and not only what was asked, tells whether anything changed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from pipelines import settings
from pipelines.ducklake import connect
from pipelines.errors import InputError
from pipelines.settings import Settings

REFERENCE = (
    "countries",
    "organisations",
    "groups",
    "agencies",
    "offices",
    "event_types",
    "cameo",
    "measures",
)


def operator_files(where: Settings) -> dict[str, Path]:
    """Every table that is a file, `schema.table`, and where the file lies."""
    folder = settings.reference_folder()
    return {
        **{f"reference.{name}": folder / f"{name}.csv" for name in REFERENCE},
        "operator.feeds": where.feeds_file,
        "operator.corrections": settings.corrections_file(),
    }


def load_files(where: Settings) -> list[str]:
    """Load the files that changed; returns their tables' names. InputError names a file that cannot be read."""
    where.warehouse.parent.mkdir(parents=True, exist_ok=True)
    changed = []
    with connect(where.warehouse) as connection:
        connection.execute("create schema if not exists lake")
        connection.execute(
            "create table if not exists lake.loaded_file (table_name varchar, fingerprint varchar)"
        )
        loaded = dict(connection.sql("select table_name, fingerprint from lake.loaded_file").fetchall())
        for table, path in operator_files(where).items():
            fingerprint = _fingerprint(path)
            if loaded.get(table) == fingerprint:
                continue
            connection.execute("begin")
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            try:
                connection.execute(
                    f"create or replace table {table} as "
                    "from read_csv($file, header = true, all_varchar = true, quote = '\"', delim = ',')",
                    {"file": str(path)},
                )
            except duckdb.Error as error:
                raise InputError(f"{path} cannot be read as CSV: {error}") from error
            connection.execute("delete from lake.loaded_file where table_name = ?", [table])
            connection.execute("insert into lake.loaded_file values (?, ?)", [table, fingerprint])
            connection.execute("commit")
            changed.append(table)
    return changed


def _fingerprint(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; the SQL models need it") from error
