"""The warehouse as Dagster assets: the lake loaded, the SQL models built and tested, the copy published."""

import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    CodeReferencesMetadataValue,
    Failure,
    LocalFileCodeReference,
    MaterializeResult,
    MetadataValue,
    Output,
    asset,
    multi_asset,
)
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines import settings, tables
from pipelines.ducklake import connect
from pipelines.preview import markdown_table
from pipelines.resources import Home
from pipelines.warehouse import build, state
from pipelines.warehouse.files import load_files
from pipelines.warehouse.load import load_lake
from pipelines.warehouse.lock import writer_lock
from pipelines.warehouse.publish import publish, renew, share

WRITERS = "warehouse"  # past one machine Dagster lets one of this pool run at a time
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


LOADED = AssetSpec(
    AssetKey(["lake", "loaded_batch"]),
    deps=[AssetKey(maker) for table in tables.ALL for maker in _makers(table)],
    group_name="warehouse",
    description="Which batches of the lake are loaded, with the fingerprints of their rows: what tells whether one changed.",
    kinds={"duckdb"},
)

LAKE_WHOLE = AssetCheckSpec(
    "lake_is_whole",
    asset=AssetKey(["lake", "items"]),
    description="Every complete batch could be read, and holds the rows that its record promises.",
)


@multi_asset(
    name="load_lake",
    specs=[*map(_lake_spec, tables.ALL), LOADED],
    check_specs=[LAKE_WHOLE],
    pool=WRITERS,
)
def lake_tables(context: AssetExecutionContext, home: Home) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Load every complete batch of the lake that is new or changed into DuckDB's schema `lake`."""
    where = home.settings
    with writer_lock(where.home, catalogue=where.catalogue):
        report = load_lake(home.lake, where.warehouse)
        load_files(where)
    with connect(where.warehouse, read_only=True) as connection:
        for name in (*(table.name for table in tables.ALL), "loaded_batch"):
            metadata = _table_metadata(connection, f"lake.{name}")
            yield MaterializeResult(asset_key=AssetKey(["lake", name]), metadata=metadata)
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

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """With a link to the file that the model is written in."""
        told = super().get_metadata(dbt_resource_props)
        if dbt_resource_props["resource_type"] != "model":
            return told
        file = settings.SQL / dbt_resource_props["original_file_path"]
        link = LocalFileCodeReference(file_path=str(file), line_number=1, label=file.name)
        return {**told, "dagster/code_references": CodeReferencesMetadataValue(code_references=[link])}


def models(manifest: Path) -> AssetsDefinition:
    """The SQL models of a parsed dbt project as assets, their tests as asset checks.

    Unit tests are for `./demarche test`: they hold worked values and say nothing about the day's data.
    """

    translator = Translator(DagsterDbtTranslatorSettings(enable_asset_checks=True))
    nodes = json.loads(manifest.read_text("utf-8"))

    @dbt_assets(
        manifest=manifest,
        dagster_dbt_translator=translator,
        exclude="resource_type:unit_test",
        name="models",
        pool=WRITERS,
    )
    def sql_models(context: AssetExecutionContext, home: Home) -> Iterator:
        where = home.settings
        with writer_lock(where.home, catalogue=where.catalogue):
            since = state.done_at(where.warehouse, "models", state.basis(where.warehouse))
            if since:
                context.log.info(
                    f"No batch, SQL model, reference table or correction changed: the models of {since} UTC stay."
                )
                yield from _unchanged(context, nodes, translator, since)
                return
            report = build.refresh(where, "build", *_selection(context))
            with connect(where.warehouse, read_only=True) as connection:
                for node in report.nodes:
                    yield from _told(context, nodes, translator, node, connection)
            broken = [node for node in report.nodes if node.is_broken]
            if broken:
                raise Failure(_why(broken), allow_retries=False)

    return sql_models


def _selection(context: AssetExecutionContext) -> list[str]:
    """dbt's selection for the assets that Dagster asks for; with them come their tests."""
    exclude = ["--exclude", "resource_type:unit_test"]
    if not context.is_subset:
        return exclude
    names = sorted(key.path[-1] for key in context.selected_asset_keys)
    return ["--select", *names, *exclude] if names else ["--select", "test_type:data", *exclude]


def _unchanged(
    context: AssetExecutionContext, nodes: Mapping[str, Any], translator: Translator, since: str
) -> Iterator[Output]:
    """The marts as they were: what rests on them looks for itself whether it has anything to do."""
    models = {key: node for key, node in nodes["nodes"].items() if node["resource_type"] == "model"}
    arrows = {key: node["depends_on"]["nodes"] for key, node in models.items()}
    for name in TopologicalSorter(arrows).static_order():
        if name in models and models[name]["schema"] == "main":
            key = translator.get_asset_key(models[name])
            if key in context.selected_asset_keys:
                output = context.assets_def.get_output_name_for_asset_key(key)
                yield Output(None, output, metadata={"unchanged since": since})


def _told(
    context: AssetExecutionContext,
    nodes: Mapping[str, Any],
    translator: Translator,
    node: build.Node,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Output | AssetCheckResult]:
    """A built model's output with its row count and first rows, or a test's result."""
    properties = nodes["nodes"].get(node.unique_id)
    if properties is None or node.status == "skipped":
        return
    if properties["resource_type"] == "model" and node.status == "success":
        key = translator.get_asset_key(properties)
        metadata = {
            "seconds": round(node.seconds, 3),
            **_table_metadata(connection, f"{properties['schema']}.{properties['name']}"),
        }
        if key in context.selected_asset_keys:
            yield Output(None, context.assets_def.get_output_name_for_asset_key(key), metadata=metadata)
    elif properties["resource_type"] == "test":
        key = get_asset_check_key_for_test(nodes, translator, node.unique_id, project=None)
        if key in context.selected_asset_check_keys:
            yield AssetCheckResult(
                passed=node.status == "pass",
                asset_key=key.asset_key,
                check_name=key.name,
                severity=AssetCheckSeverity.WARN if node.status == "warn" else AssetCheckSeverity.ERROR,
                metadata={
                    "failing rows": node.failures,
                    "status": node.status,
                    "message": node.message,
                    "remedy": _remedy(node, properties),
                },
            )


def _remedy(node: build.Node, properties: Mapping[str, Any]) -> str:
    """What to do about a test's result: where it is written, and that its query shows the rows that fail."""
    if node.status == "pass":
        return "None needed."
    return (
        f"Run the query of the test (sql/{properties['original_file_path']}, {properties['name']}) on the warehouse: it "
        "returns the rows that fail. Mend the input or the correction that they come from, then `./demarche run`."
    )


def _why(broken: list[build.Node]) -> str:
    """One line a node that failed; what was skipped because of it is counted."""
    failed = [node for node in broken if node.status != "skipped"]
    lines = [f"{node.unique_id}: {node.status}: {node.message.strip()}" for node in failed]
    return "\n".join(
        [*lines, f"({len(broken) - len(failed)} nodes that rest on them were left as they were)"]
    )


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
    built = [node for node in nodes if node["resource_type"] == "model"]
    marts = sorted(node["name"] for node in built if node["schema"] == "main")
    described = {
        (node["schema"], node["name"], name): text
        for node in built
        for name, text in (
            ("", node["description"]),
            *((name, column["description"]) for name, column in node["columns"].items()),
        )
    }

    @asset(
        name="published_copy",
        pool=WRITERS,
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
        with writer_lock(where.home, catalogue=where.catalogue):
            on = state.basis(where.warehouse)
            since = where.published.exists() and state.done_at(where.warehouse, "published", on)
            if since:
                renew(where.storage, where.published)
                context.log.info(f"Nothing changed: the copy of {since} UTC stays.")
                return MaterializeResult(metadata={"unchanged since": since})
            state.begin(where.warehouse, "published")
            report = publish(where.warehouse, where.published, where.published_archive, described=described)
            share(where.storage, where.published)
            if state.done_at(where.warehouse, "models", on):
                state.end(where.warehouse, "published", on)
        return MaterializeResult(
            metadata={
                "file": MetadataValue.path(str(where.published)),
                "bytes": where.published.stat().st_size,
                "tables": markdown_table(("table", "rows"), sorted(report.rows.items()), most=100),
            }
        )

    return copy
