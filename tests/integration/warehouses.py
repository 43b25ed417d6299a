"""Warehouses that are built step by step, and what they hold: for tests on what a run may leave as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipelines import settings
from pipelines.lake import Lake
from pipelines.warehouse.build import dbt
from pipelines.warehouse.load import load_lake


def take_batches(lake: Lake, into: Lake, batches: list[str]) -> None:
    """Copy whole batches of one lake into another, records last."""
    for batch in batches:
        for path in lake.root.glob(f"*/{batch}.parquet"):
            place = into.root / path.parent.name / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
        shutil.copytree(lake.root / "_complete" / batch, into.root / "_complete" / batch, dirs_exist_ok=True)


def drop_batches(lake: Lake, batches: list[str]) -> None:
    """Remove whole batches, as if they had never been made."""
    for batch in batches:
        for path in lake.root.glob(f"*/{batch}.parquet"):
            path.unlink()
        shutil.rmtree(lake.root / "_complete" / batch)


def batches_of(lake: Lake) -> list[str]:
    return sorted(path.name for path in (lake.root / "_complete").iterdir())


def run_models(where: settings.Settings) -> int:
    """Load what changed and run the models; returns how many blocks they took for touched (0: all was recomputed)."""
    load_lake(Lake(where.lake), where.warehouse)
    dbt(where, "run")
    with duckdb.connect(str(where.warehouse), read_only=True) as connection:
        return connection.sql("select count(*) from intermediate.int_touched").fetchone()[0]


def everything(database: Path) -> dict[str, list[str]]:
    """All rows of the marts and the wide tables as text: keys, counts and decimals exactly, floats after round(6)."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.sql(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('main', 'wide') and table_name not like '\\_%' escape '\\'"
        ).fetchall()
        return {
            name: sorted(
                str([round(value, 6) + 0.0 if isinstance(value, float) else value for value in row])
                for row in connection.sql(f'select * from {schema}."{name}"').fetchall()
            )
            for schema, name in names
        }


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    """A few rows that only one of two warehouses holds, with the table's name."""
    return [
        f"{which} {name}: {row}"
        for name in sorted({*one, *other})
        for which, rows, others in (("first", one, other), ("second", other, one))
        for row in sorted({*rows.get(name, ())} - {*others.get(name, ())})[:2]
    ]
