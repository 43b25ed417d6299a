"""DuckLake as the warehouse: tables as Parquet files in the storage, their catalogue in PostgreSQL.

DuckDB's extensions come from wheels of the package index (the extra `cluster`), so that nothing is downloaded at run
time. dbt's target `ducklake` (sql/profiles.yml) attaches the same; `connect` and `attach` are for Python.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from pipelines.errors import MissingExtra

EXTENSIONS = ("ducklake", "postgres_scanner", "httpfs")
NAME = "warehouse"
# A store that fails for a while is asked again for some minute; sql/profiles.yml has the same.
PATIENCE = {"http_retries": 8, "http_retry_wait_ms": 200, "http_retry_backoff": 2}


@dataclass(frozen=True)
class DuckLake:
    """catalogue: the PostgreSQL database (postgresql://…). data: where the files lie. extensions: where DuckDB keeps
    its extensions once they were taken out of their wheels. secret: DuckDB's secret for S3, by parameter."""

    catalogue: str
    data: str
    extensions: Path
    secret: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        at = urlsplit(self.catalogue)
        return f"the DuckLake at {at.hostname}{at.path}"  # without the password

    def exists(self) -> bool:
        """The catalogue is made where it is missing."""
        return True

    @property
    def parent(self) -> Path:
        return self.extensions


def connect(database: Path | DuckLake, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to the warehouse, whichever it is; its tables are named as in one DuckDB file."""
    if not isinstance(database, DuckLake):
        return duckdb.connect(str(database), read_only=read_only)
    connection = duckdb.connect(config={"extension_directory": str(database.extensions)})
    attach(connection, database, read_only)
    connection.execute(f"use {NAME}.main")
    return connection


def attach(connection: duckdb.DuckDBPyConnection, database: Path | DuckLake, read_only: bool = True) -> None:
    """Attach the warehouse to a connection, under the name `warehouse`."""
    only = "read_only" if read_only else ""
    if not isinstance(database, DuckLake):
        connection.execute(f"attach '{_quoted(database)}' as {NAME} ({only})")
        return
    install(database.extensions)
    connection.execute(f"set extension_directory = '{_quoted(database.extensions)}'")
    connection.execute("load httpfs")
    for setting, value in PATIENCE.items():
        connection.execute(f"set {setting} = {value}")
    if database.data.startswith("s3://"):
        given = ", ".join(f"{key} '{_quoted(value)}'" for key, value in database.secret)
        connection.execute(f"create or replace secret storage (type s3, {given})")
    options = ", ".join(part for part in (f"data_path '{_quoted(database.data)}/'", only) if part)
    connection.execute(f"attach '{_quoted(_address(database))}' as {NAME} ({options})")


def install(folder: Path) -> None:
    """Take DuckDB's extensions out of their wheels, where that was not done yet; DuckDB loads them when it needs them."""
    wanted = [
        name
        for name in EXTENSIONS
        if not list(folder.glob(f"v{duckdb.__version__}/*/{name}.duckdb_extension"))
    ]
    if not wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
        for name in wanted:
            try:
                wheel = importlib.import_module(f"duckdb_extension_{name}")
            except ModuleNotFoundError as error:
                raise MissingExtra("DEMARCHE_CATALOGUE", "cluster") from error
            (file,) = Path(wheel.__file__).parent.rglob(f"v{duckdb.__version__}/{name}.duckdb_extension")
            connection.execute(f"install '{_quoted(file)}'")


def dbt_environment(database: Path | DuckLake) -> dict[str, str]:
    """What dbt's profile reads of the environment to attach the same."""
    if not isinstance(database, DuckLake):
        return {"DEMARCHE_DBT_TARGET": "home"}
    return {
        "DEMARCHE_DBT_TARGET": "ducklake",
        "DEMARCHE_DUCKLAKE": _address(database),
        "DEMARCHE_DUCKLAKE_DATA": f"{database.data}/",
        "DEMARCHE_EXTENSIONS": str(database.extensions),
        **{f"DEMARCHE_S3_{key.upper()}": value for key, value in database.secret},
    }


def _address(database: DuckLake) -> str:
    return f"ducklake:postgres:{database.catalogue}"


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")
