"""The warehouse as Dagster assets: the lake loaded, the SQL models built and tested, the copy published."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    MetadataValue,
    Output,
    asset,
    multi_asset,
)
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from pipelines import tables
from pipelines.preview import markdown_table
from pipelines.resources import Home
from pipelines.warehouse.load import load_lake
from pipelines.warehouse.lock import writer_lock
from pipelines.warehouse.publish import publish

MADE_BY_ITEMS = ("fetches", "items", "quarantine")


def _makers(table: tables.Table) -> tuple[str, ...]:
    """The assets that write a table of the lake."""
    if table in tables.GDELT:
        return ("gdelt_mentions",)
    if table in tables.LISTS:
        return ("list_links",) if table is tables.LIST_LINKS else ("list_entries",)
    news = ("items", "archive_items") if table.name in MADE_BY_ITEMS else ("coded_acts", "archive_acts")
    return (*news, "list_entries", *(("gdelt_mentions",) if table is tables.QUARANTINE else ()))


def _lake_spec(table: tables.Table) -> AssetSpec:
    columns = "\n".join(f"- `{name}`: {text}" for name, _, text in table.columns)
    return AssetSpec(
        AssetKey(["lake", table.name]),
        deps=[AssetKey(maker) for maker in _makers(table)],
        group_name="warehouse",
        description=f"The lake's `{table.name}` in DuckDB: {table.row}.\n\n{columns}",
        kinds={"duckdb"},
    )


LAKE_WHOLE = AssetCheckSpec(
    "lake_is_whole",
    asset=AssetKey(["lake", "items"]),
    description="Every complete batch could be read, and holds the rows that its record promises.",
)


@multi_asset(name="load_lake", specs=[_lake_spec(table) for table in tables.ALL], check_specs=[LAKE_WHOLE])
def lake_tables(context: AssetExecutionContext, home: Home) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Load every complete batch of the lake that is new or changed into DuckDB's schema `lake`."""
    where = home.settings
    with writer_lock(where.home):
        report = load_lake(home.lake, where.warehouse)
    with duckdb.connect(str(where.warehouse), read_only=True) as connection:
        for table in tables.ALL:
            key = AssetKey(["lake", table.name])
            yield MaterializeResult(asset_key=key, metadata=_table_metadata(connection, f"lake.{table.name}"))
    yield AssetCheckResult(
        check_name=LAKE_WHOLE.name,
        asset_key=LAKE_WHOLE.asset_key,
        passed=not report.faults,
        metadata={
            "faults": markdown_table(("fault",), [(fault,) for fault in report.faults]),
            "remedy": "; ".join(report.faults) or "None needed.",
        },
    )


class Translator(DagsterDbtTranslator):
    """dbt's models as assets: named as their tables, sources as the loaded lake tables."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "warehouse"

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return AssetKey(dbt_resource_props["name"])


def models(manifest: Path) -> AssetsDefinition:
    """The SQL models of a parsed dbt project as assets, their tests as asset checks.

    Unit tests are for `./demarche test`: they hold worked values and say nothing about the day's data.
    """

    @dbt_assets(
        manifest=manifest,
        dagster_dbt_translator=Translator(DagsterDbtTranslatorSettings(enable_asset_checks=True)),
        exclude="resource_type:unit_test",
        name="models",
    )
    def sql_models(context: AssetExecutionContext, home: Home, dbt: DbtCliResource) -> Iterator:
        where = home.settings
        with writer_lock(where.home):
            build = dbt.cli(["build"], context=context, target_path=where.dbt_home / "target")
            # DuckDB lets one process in at a time: what people look at is read after dbt has gone.
            events = list(build.stream())
            with duckdb.connect(str(where.warehouse), read_only=True) as connection:
                relations = _relations(manifest)
                for event in events:
                    yield _with_preview(event, connection, relations)

    return sql_models


def _relations(manifest: Path) -> dict[str, str]:
    """dbt's unique id of each built node, and the relation that it made."""
    nodes = json.loads(manifest.read_text("utf-8"))["nodes"]
    return {name: node["relation_name"] for name, node in nodes.items() if node.get("relation_name")}


def _with_preview(event: Any, connection: duckdb.DuckDBPyConnection, relations: dict[str, str]) -> Any:
    """A built model's output with its row count and first rows; other events as they are."""
    if not isinstance(event, Output):
        return event
    unique_id = event.metadata.get("unique_id")
    relation = relations.get(getattr(unique_id, "value", unique_id))
    if relation is None:
        return event
    return event.with_metadata({**event.metadata, **_table_metadata(connection, relation)})


def _table_metadata(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, Any]:
    """Row count and the first rows of a table."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    sample = connection.execute(f"SELECT * FROM {relation} LIMIT 5")
    head = [column[0] for column in sample.description]
    return {"dagster/row_count": rows, "preview": markdown_table(head, sample.fetchall())}


def operator_files(manifest: Path) -> list[AssetSpec]:
    """The files that people edit and the SQL models read (feeds, corrections, …), as external assets."""
    sources = json.loads(manifest.read_text("utf-8"))["sources"].values()
    return [
        AssetSpec(
            AssetKey([source["source_name"], source["name"]]),
            group_name="warehouse",
            description=source["description"] or f"`{source['name']}.csv`: {source['source_description']}",
            kinds={"csv"},
        )
        for source in sources
        if source["source_name"] != "lake"
    ]


def published_copy(manifest: Path) -> AssetsDefinition:
    """The published copy as an asset that rests on every mart of a parsed dbt project."""
    nodes = json.loads(manifest.read_text("utf-8"))["nodes"].values()
    marts = sorted(
        node["name"] for node in nodes if node["resource_type"] == "model" and node["schema"] == "main"
    )

    @asset(
        name="published_copy",
        group_name="published",
        deps=[AssetKey(name) for name in marts],
        kinds={"duckdb"},
        description=(
            "The marts in a file of their own, moved over the last one in one step: what people open. "
            "Readers of the old file keep it; the last seven copies are kept."
        ),
    )
    def copy(context: AssetExecutionContext, home: Home) -> MaterializeResult:
        where = home.settings
        with writer_lock(where.home):
            report = publish(where.warehouse, where.published, where.published_archive)
        return MaterializeResult(
            metadata={
                "file": MetadataValue.path(str(where.published)),
                "bytes": where.published.stat().st_size,
                "tables": markdown_table(("table", "rows"), sorted(report.rows.items()), most=100),
            }
        )

    return copy
