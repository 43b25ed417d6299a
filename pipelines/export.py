"""The published tables as files: CSV and Parquet, a data dictionary, and a frictionless `datapackage.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import yaml

from pipelines.settings import SQL

FORMATS = {"csv": ("csv",), "parquet": ("parquet",), "both": ("csv", "parquet")}

# DuckDB's types as Table Schema names them; what is not here (lists, structures) is JSON text in the CSV.
FRICTIONLESS = {
    "VARCHAR": "string",
    "UUID": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    "FLOAT": "number",
    "DOUBLE": "number",
} | dict.fromkeys(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    "integer",
)
MOMENT = "%Y-%m-%dT%H:%M:%SZ"

Column = tuple[str, str, str]  # name, DuckDB's type, description


def export(
    connection: duckdb.DuckDBPyConnection, folder: Path, format_: str = "both"
) -> Iterator[tuple[str, int]]:
    """Write every table of the published copy into `folder`; gives each table's name and rows as it is written.

    `format_` is one of FORMATS. The package describes the CSV files, or the Parquet files where there are no others.
    """
    formats, keys = FORMATS[format_], primary_keys()
    folder.mkdir(parents=True, exist_ok=True)
    connection.execute("set timezone = 'UTC'")
    resources, dictionary = [], ["# Data dictionary", ""]
    for table, comment in connection.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables() "
        "where schema_name = 'main' and not internal and database_name = current_database() "
        "union all select view_name, coalesce(comment, '') from duckdb_views() "
        "where schema_name = 'main' and not internal and database_name = current_database() order by 1"
    ).fetchall():
        columns = connection.execute(
            "select column_name, data_type, coalesce(comment, '') from duckdb_columns() "
            "where schema_name = 'main' and table_name = ? and database_name = current_database() "
            "order by column_index",
            [table],
        ).fetchall()
        rows = _write(connection, folder, table, columns, formats)
        key = keys.get(table, ())
        # A key with an absent part is none to those who read the package.
        key = () if key and _has_nulls(connection, table, key) else key
        resources.append(_resource(table, comment, columns, key, formats[0]))
        dictionary += _chapter(table, comment, columns)
        yield table, rows
    package = {"profile": "tabular-data-package", "name": "demarche", "resources": resources}
    (folder / "datapackage.json").write_text(
        json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    (folder / "dictionary.md").write_text("\n".join(dictionary), "utf-8")


def primary_keys(models: Path = SQL / "models" / "marts") -> dict[str, tuple[str, ...]]:
    """What identifies a row of each mart, as the models' tests promise it: a unique column, or columns unique together."""
    keys: dict[str, tuple[str, ...]] = {}
    for file in sorted(models.glob("*.yml")):
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", ()):
            alone = [(c["name"],) for c in model.get("columns", ()) if "unique" in c.get("data_tests", ())]
            together = [
                tuple(test["unique_together"]["arguments"]["columns"])
                for test in model.get("data_tests", ())
                if "unique_together" in test
            ]
            if alone or together:
                keys[model["name"]] = (alone + together)[0]
    return keys


def _has_nulls(connection: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...]) -> bool:
    absent = " or ".join(f"{_quoted(column)} is null" for column in key)
    return connection.execute(f"select exists (from {_quoted(table)} where {absent})").fetchone()[0]


def _write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    columns: list[Column],
    formats: tuple[str, ...],
) -> int:
    name = _quoted(table)
    if "parquet" in formats:
        connection.execute(f"copy {name} to '{_path(folder, table, 'parquet')}' (format parquet)")
    if "csv" in formats:
        as_text = ", ".join(_for_csv(column, type_) for column, type_, _ in columns)
        connection.execute(
            f"copy (select {as_text} from {name}) to '{_path(folder, table, 'csv')}' (format csv, header)"
        )
    return connection.execute(f"select count(*) from {name}").fetchone()[0]


def _for_csv(column: str, type_: str) -> str:
    name = _quoted(column)
    if _frictionless(type_) == "datetime":
        return f"strftime({name}, '{MOMENT}') as {name}"
    return f"to_json({name}) as {name}" if _frictionless(type_) in ("array", "object") else name


def _frictionless(type_: str) -> str:
    if type_.startswith("DECIMAL"):
        return "number"
    return FRICTIONLESS.get(type_, "array" if type_.endswith("]") else "object")


def _resource(table: str, comment: str, columns: list[Column], key: tuple[str, ...], format_: str) -> dict:
    fields = [
        {"name": name, "type": _frictionless(type_), "description": description}
        for name, type_, description in columns
    ]
    return {
        "name": table,
        "path": f"{table}.{format_}",
        "format": format_,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "description": comment,
        "schema": {
            "fields": fields,
            "missingValues": [""],
            **({"primaryKey": list(key)} if key else {}),
        },
    }


def _chapter(table: str, comment: str, columns: list[Column]) -> list[str]:
    rows = [
        f"| `{name}` | {type_} | {description.replace('|', chr(92) + '|')} |"
        for name, type_, description in columns
    ]
    return [
        f"## {table}",
        "",
        comment,
        "",
        "| column | type | what it says |",
        "| --- | --- | --- |",
        *rows,
        "",
    ]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _path(folder: Path, table: str, suffix: str) -> str:
    return str(folder / f"{table}.{suffix}").replace("'", "''")
