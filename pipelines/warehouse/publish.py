"""The published copy: the marts in a fresh file that is moved over the old one.

Readers open only this file. One that holds the old copy keeps reading it until it closes; a killed publishing
leaves the old copy as it was. The fresh file begins as a copy of the old one, in which only the rows that differ are
replaced: with a day's change that takes two thirds to four fifths of what writing all of them takes.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import duckdb

from pipelines.ducklake import DuckLake, attach
from pipelines.errors import DemarcheError
from pipelines.settings import SQL, now
from pipelines.storage import Storage

# What people see: the marts, and the wide tables that the indicator views read.
SCHEMAS = ("main", "wide")
# A view over tables that are not published becomes a table of the published copy.
UNPUBLISHED = re.compile(r"\b(lake|staging|intermediate|reference|operator)\"?\.")
# Table macros that people call on the published copy.
MACROS = SQL / "published.sql"
# What the project says of a relation (schema, name, "") and of its columns (schema, name, column).
Described = Mapping[tuple[str, str, str], str]


@dataclass(frozen=True)
class PublishReport:
    """What was published: rows of each table or view of schema main, and the copies that are kept, newest first."""

    path: Path
    rows: dict[str, int]
    kept: tuple[Path, ...]


def publish(
    database: Path | DuckLake,
    published: Path,
    archive: Path,
    keep: int = 7,
    described: Described | None = None,
) -> PublishReport:
    """Copy the marts of `database` into `published`, keep the last `keep` copies in `archive`.

    Tables, views, macros and their comments are carried over; `described` has the project's own descriptions, for an
    engine that keeps none. Raises DemarcheError where there is nothing to publish
    or the disk is full; the old copy is then still there.
    """
    if not database.exists():
        raise DemarcheError(
            f"{database} does not exist: nothing has been built yet, run ./demarche run first"
        )
    published.parent.mkdir(parents=True, exist_ok=True)
    archive.mkdir(parents=True, exist_ok=True)
    for leftover in archive.glob(".publishing-*"):
        leftover.unlink(missing_ok=True)
    fresh = archive / f".publishing-{os.getpid()}.duckdb"
    try:
        if published.exists():
            shutil.copyfile(published, fresh)
        try:
            rows = _copy(database, fresh, described or {})
        except duckdb.Error:  # an old copy that cannot be read is no ground to stand on
            for broken in (fresh, fresh.with_name(fresh.name + ".wal")):
                broken.unlink(missing_ok=True)
            rows = _copy(database, fresh, described or {})
        stamped = archive / f"demarche-{now():%Y-%m-%dT%H%M%S%f}Z.duckdb"
        os.replace(fresh, stamped)
        _replace_by_link(stamped, published)
    except duckdb.Error as error:
        raise DemarcheError(f"publishing to {published} failed, the old copy stays: {error}") from error
    except OSError as error:
        raise DemarcheError(
            f"publishing to {published} failed, the old copy stays: {error.strerror or error}; "
            "free some space or check the folder's rights, and run again"
        ) from error
    finally:
        for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
            leftover.unlink(missing_ok=True)
    copies = sorted(archive.glob("demarche-*.duckdb"), reverse=True)
    for old in copies[keep:]:
        old.unlink(missing_ok=True)
    return PublishReport(published, rows, tuple(copies[:keep]))


def _replace_by_link(stamped: Path, published: Path) -> None:
    """Let `published` be the same file as the newest kept copy: no second writing, no half-written moment."""
    link = published.with_name(f".{published.name}.{os.getpid()}")
    link.unlink(missing_ok=True)
    os.link(stamped, link)
    os.replace(link, published)


def _copy(database: Path | DuckLake, fresh: Path, described: Described) -> dict[str, int]:
    # as the models have it (sql/profiles.yml): a laptop has other things to do, too
    with duckdb.connect(str(fresh), config={"memory_limit": "6GB"}) as connection:
        attach(connection, database)
        for schema in SCHEMAS:
            connection.execute(f"create schema if not exists {schema}")
        relations = connection.execute(
            "select schema_name, table_name, false, comment, null from duckdb_tables() "
            "where database_name = 'warehouse' and list_contains(?, schema_name) "
            "union all "
            "select schema_name, view_name, true, comment, sql from duckdb_views() "
            "where database_name = 'warehouse' and list_contains(?, schema_name) and not internal "
            "order by 3, 1 desc, 2",  # tables first, then the wide views, which those of main read
            [list(SCHEMAS), list(SCHEMAS)],
        ).fetchall()
        if not any(schema == "main" for schema, *_ in relations):
            raise DemarcheError(f"{database} holds no published tables yet: run ./demarche run first")
        _drop_what_is_gone(connection)
        for schema, name, is_view, comment, sql in relations:
            target = f'{schema}."{name}"'
            is_view = is_view and not UNPUBLISHED.search(sql)
            if is_view:
                connection.execute(f"drop table if exists {target}")
                # The models name no database in a view; DuckLake's own words for it do not name its schema either.
                connection.execute(f"set schema = '{schema}'")
                connection.execute(sql)
                connection.execute("set schema = 'main'")
            else:
                _renew_table(connection, schema, name)
            kind = "view" if is_view else "table"
            comment = comment or described.get((schema, name, ""))
            if comment:
                connection.execute(f"comment on {kind} {target} is '{comment.replace(chr(39), chr(39) * 2)}'")
        connection.execute("begin")  # each by itself would be written to disk by itself
        for schema, name, column, comment in connection.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where database_name = 'warehouse' and list_contains(?, schema_name)",
            [list(SCHEMAS)],
        ).fetchall():
            said = comment or described.get((schema, name, column))
            if said:
                connection.execute(
                    f'comment on column {schema}."{name}"."{column}" is \'{said.replace(chr(39), chr(39) * 2)}\''
                )
        connection.execute("commit")
        connection.execute("detach warehouse")
        connection.execute(MACROS.read_text("utf-8"))
        _tell_about(connection)
        return {
            name: connection.sql(f'select count(*) from main."{name}"').fetchone()[0]
            for schema, name, *_ in relations
            if schema == "main"
        }


def _drop_what_is_gone(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out of the copy what is made anew each time (views, `_about`), and tables that the warehouse has no longer, or
    with other columns."""
    for schema, name in connection.execute(
        "select schema_name, view_name from duckdb_views() where database_name = current_database() and not internal"
    ).fetchall():
        connection.execute(f'drop view {schema}."{name}"')
    columns = (
        "select schema_name, table_name, list((column_name, data_type) order by column_index) as columns "
        "from duckdb_columns() where database_name = {} group by all"
    )
    for schema, name in connection.execute(
        f"select schema_name, table_name from ({columns.format('current_database()')}) as old "
        f"anti join ({columns.format(chr(39) + 'warehouse' + chr(39))}) as new using (schema_name, table_name, columns)"
    ).fetchall():
        connection.execute(f'drop table {schema}."{name}"')


def _renew_table(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    """Make a table of the copy what it is in the warehouse: by the rows that differ, as their hashes tell, or, where it is new
    or much of it differs, as a whole."""
    target = f'{schema}."{name}"'
    exists = connection.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = ? and table_name = ?",
        [schema, name],
    ).fetchone()
    if exists:
        connection.execute(
            f"create or replace temp table old as select rowid as place, hash(old_row) as row from {target} as old_row"
        )
        connection.execute(
            f"create or replace temp table new as select hash(new_row) as row from warehouse.{target} as new_row"
        )
        connection.execute(
            "create or replace temp table stale as select place from old anti join new using (row)"
        )
        stale, old, new = connection.execute(
            "select (select count(*) from stale), (select count(*) from old), (select count(*) from new)"
        ).fetchone()
        if stale <= old // 5 and new <= 2 * old:
            connection.execute(f"delete from {target} where rowid in (select place from stale)")
            if stale or new != old:
                connection.execute(
                    f"insert into {target} select new_row.* from warehouse.{target} as new_row "
                    "anti join old on old.row = hash(new_row)"
                )
            # Rows that stand twice have one hash: such a table is copied.
            if connection.execute(f"select count(*) from {target}").fetchone()[0] == new:
                return
    connection.execute(f"create or replace table {target} as from warehouse.{target}")


def _tell_about(connection: duckdb.DuckDBPyConnection) -> None:
    """The table `_about`: when this copy was made, with what, and how far each origin is loaded."""
    has_coverage = connection.sql(
        "select 1 from duckdb_tables() where table_name = 'ind_coverage'"
    ).fetchone()
    days = (
        connection.sql(
            "select origin, max(date) from ind_coverage group by origin order by origin"
        ).fetchall()
        if has_coverage
        else []
    )
    told = [
        ("published at", f"{now():%Y-%m-%d %H:%M:%S} UTC"),
        ("Démarche", metadata.version("demarche")),
        ("DuckDB", duckdb.__version__),
        *((f"last loaded day, {origin}", str(day)) for origin, day in days),
    ]
    connection.execute("create or replace table _about (item varchar, value varchar)")
    connection.executemany("insert into _about values (?, ?)", told)
    connection.execute(
        "comment on table _about is 'This copy: when it was made, with what, and how far it reaches.'"
    )
    connection.execute("comment on column _about.item is 'What is told.'")
    connection.execute("comment on column _about.value is 'What it is.'")


SHARED = "published/demarche.duckdb"


def share(storage: Storage, published: Path) -> None:
    """Put the published copy where other machines find it, if the storage is not this machine's disk."""
    if storage.is_remote:
        storage.put(SHARED, published)


def renew(storage: Storage, published: Path) -> None:
    """Fetch the published copy that another machine has made, if it is not the one that is here."""
    if storage.is_remote and storage.size(SHARED) is not None:
        storage.get(SHARED, published)
