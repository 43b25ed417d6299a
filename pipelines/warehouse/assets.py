"""The warehouse as Dagster assets: the lake loaded, the SQL models built and tested, the copy published."""

import json
from collections.abc import Iterator, Mapping, Sequence
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
    TableColumn,
    TableSchema,
    asset,
    multi_asset,
)
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines import settings, tables
from pipelines.ducklake import connect
from pipelines.plural import plural
from pipelines.preview import markdown_table
from pipelines.progress import bar
from pipelines.resources import Home
from pipelines.warehouse import build, promises, state
from pipelines.warehouse.files import load_files
from pipelines.warehouse.load import load_lake
from pipelines.warehouse.lock import writer_lock
from pipelines.warehouse.plots import table_page
from pipelines.warehouse.publish import publish, renew, share

NO_REMEDY = "None needed."
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
    columns = [TableColumn(name, description=text) for name, _, text in table.columns]
    return AssetSpec(
        AssetKey(["lake", table.name]),
        deps=[AssetKey(maker) for maker in _makers(table)],
        group_name="warehouse",
        description=f"The lake's `{table.name}` in DuckDB: {table.row}.",
        metadata={
            "dagster/table_name": f"warehouse.lake.{table.name}",
            "dagster/column_schema": TableSchema(columns=columns),
        },
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
    context.log.info(
        f"{plural(len(report.loaded), 'batch', 'batches')} loaded with {sum(report.rows.values()):,} rows, {len(report.removed):,} removed; "
        f"{report.unchanged:,} tables of batches were as they are in the lake."
    )
    with connect(where.warehouse, read_only=True) as connection:
        for table in tables.ALL:
            described = {name: text for name, _, text in table.columns}
            metadata = table_page(connection, "lake", table.name, described)
            yield MaterializeResult(asset_key=AssetKey(["lake", table.name]), metadata=metadata)
        metadata = table_page(connection, "lake", "loaded_batch", {})
        yield MaterializeResult(asset_key=LOADED.key, metadata=metadata)
    yield AssetCheckResult(
        check_name=LAKE_WHOLE.name,
        asset_key=LAKE_WHOLE.asset_key,
        passed=not report.faults,
        metadata={
            "faults": markdown_table(("fault",), [(fault,) for fault in report.faults]),
            "remedy": f"{'; '.join(report.faults)}. What was loaded of these batches before stays until then."
            if report.faults
            else NO_REMEDY,
        },
    )


class Translator(DagsterDbtTranslator):
    """dbt's models as assets: named as their tables, sources as the loaded lake tables."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "warehouse"

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What the model says of itself; its SQL is a link away, and what it built a query."""
        name, told = dbt_resource_props["name"], dbt_resource_props.get("description", "")
        if dbt_resource_props["resource_type"] != "model" or dbt_resource_props["schema"] != "main":
            return told
        return f'{told}\n\nLook into it: `./demarche query "from {name} limit 20"`'

    def get_asset_check_spec(
        self, asset_spec: AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> AssetCheckSpec | None:
        """A test with its promise in words."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(description=promises.promise(manifest["nodes"][unique_id]))

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
    project = Project(nodes)

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
                with connect(where.warehouse, read_only=True) as connection:
                    yield from _unchanged(context, project, translator, since, connection)
                return
            with bar("building the warehouse") as tell:
                report = build.refresh(where, "build", *_selection(context), on_progress=tell)
            context.log.info(_built(report.nodes))
            with connect(where.warehouse, read_only=True) as connection:
                for node in report.nodes:
                    yield from _told(context, project, translator, node, connection)
            broken = [node for node in report.nodes if node.is_broken]
            if broken:
                raise Failure(_why(broken, project), allow_retries=False)

    return sql_models


def _selection(context: AssetExecutionContext) -> list[str]:
    """dbt's selection for the assets that Dagster asks for; with them come their tests."""
    exclude = ["--exclude", "resource_type:unit_test"]
    if not context.is_subset:
        return exclude
    names = sorted(key.path[-1] for key in context.selected_asset_keys)
    return ["--select", *names, *exclude] if names else ["--select", "test_type:data", *exclude]


class Project:
    """A parsed dbt project, looked up by node."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.models = {
            key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
        }
        self.schemas = {node["name"]: node["schema"] for node in self.models.values()}

    def page(self, connection: duckdb.DuckDBPyConnection, model: Mapping[str, Any]) -> dict[str, Any]:
        """What the page of a model shows: rows, columns, preview, plots."""
        described = {name: column["description"] for name, column in model["columns"].items()}
        return table_page(connection, model["schema"], model["name"], described)


def _unchanged(
    context: AssetExecutionContext,
    project: Project,
    translator: Translator,
    since: str,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Output | AssetCheckResult]:
    """The marts and their tests as they were: what rests on them looks for itself whether it has anything to do."""
    arrows = {key: node["depends_on"]["nodes"] for key, node in project.models.items()}
    for name in TopologicalSorter(arrows).static_order():
        if name in project.models and project.models[name]["schema"] == "main":
            key = translator.get_asset_key(project.models[name])
            if key in context.selected_asset_keys:
                output = context.assets_def.get_output_name_for_asset_key(key)
                page = project.page(connection, project.models[name])
                yield Output(None, output, metadata={"unchanged since": since, **page})
    for unique_id, test in project.manifest["nodes"].items():
        if test["resource_type"] == "test":
            node = _as_it_was(unique_id, test, project, connection)
            yield from _told(context, project, translator, node, connection)


def _as_it_was(
    unique_id: str, test: Mapping[str, Any], project: Project, connection: duckdb.DuckDBPyConnection
) -> build.Node:
    """A test's result on models that stay: they stay only where all passed, but for those that only warn."""
    failures = 0
    if test["config"]["severity"].lower() == "warn":
        query = promises.broken_rows(test, project.schemas)
        (failures,) = connection.execute(f"select count(*) from ({query})").fetchone()
    status, message = ("warn", f"{plural(failures, 'row')} found") if failures else ("pass", "")
    return build.Node(unique_id, status, 0.0, 0.0, failures, message)


def _told(
    context: AssetExecutionContext,
    project: Project,
    translator: Translator,
    node: build.Node,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Output | AssetCheckResult]:
    """A built model's output with what its page shows, or a test's result with the rows that break it."""
    properties = project.manifest["nodes"].get(node.unique_id)
    if properties is None or node.status == "skipped":
        return
    if properties["resource_type"] == "model" and node.status == "success":
        key = translator.get_asset_key(properties)
        if key in context.selected_asset_keys:
            metadata = {"seconds": round(node.seconds, 3), **project.page(connection, properties)}
            yield Output(None, context.assets_def.get_output_name_for_asset_key(key), metadata=metadata)
    elif properties["resource_type"] == "test":
        key = get_asset_check_key_for_test(project.manifest, translator, node.unique_id, project=None)
        if key in context.selected_asset_check_keys:
            yield AssetCheckResult(
                passed=node.status == "pass",
                asset_key=key.asset_key,
                check_name=key.name,
                severity=AssetCheckSeverity.WARN if node.status == "warn" else AssetCheckSeverity.ERROR,
                metadata=_verdict(node, properties, project, connection),
            )


def _verdict(
    node: build.Node,
    test: Mapping[str, Any],
    project: Project,
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, Any]:
    """What a test came to; where it failed, what to do and the rows that break it."""
    if node.status == "pass":
        return {"failing rows": 0, "remedy": NO_REMEDY}
    query = promises.broken_rows(test, project.schemas)
    try:
        rows = connection.execute(f"select * from ({query}) limit 20")
        shown = markdown_table([column[0] for column in rows.description], rows.fetchall())
    except duckdb.Error as error:  # the test itself could not run either
        shown = markdown_table(("why there are none",), [(str(error),)])
    return {
        "failing rows": node.failures,
        "message": node.message,
        "remedy": promises.remedy(test),
        "rows that break it": shown,
        "query": MetadataValue.md(f"```sql\n{query.strip()}\n```"),
    }


def _built(nodes: Sequence[build.Node]) -> str:
    """A build in one line."""
    tests = [node for node in nodes if node.unique_id.startswith("test.")]
    models = [node for node in nodes if node.unique_id.startswith("model.")]
    passed = sum(node.status == "pass" for node in tests)
    slowest = max(models, key=lambda node: node.seconds, default=None)
    slow = f", the slowest {slowest.unique_id.split('.')[-1]} in {slowest.seconds:.1f} s" if slowest else ""
    return (
        f"{plural(sum(node.status == 'success' for node in models), 'model')} built{slow}; "
        f"{passed:,} of {plural(len(tests), 'test')} passed."
    )


def _why(broken: list[build.Node], project: Project) -> str:
    """One line a node that failed, with what to do; what was skipped because of it is counted."""
    lines = []
    for node in broken:
        if node.status == "skipped":
            continue
        failed = node.status == "fail"  # a test: a node that broke for another reason says so itself
        todo = f" {promises.remedy(project.manifest['nodes'][node.unique_id])}" if failed else ""
        lines.append(f"{node.unique_id}: {node.status}: {node.message.strip()}{todo}")
    return "\n".join([*lines, f"({len(broken) - len(lines)} nodes that rest on them were left as they were)"])


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
                return MaterializeResult(metadata={"unchanged since": since, **_file(where.published)})
            state.begin(where.warehouse, "published")
            report = publish(where.warehouse, where.published, where.published_archive, described=described)
            share(where.storage, where.published)
            if state.done_at(where.warehouse, "models", on):
                state.end(where.warehouse, "published", on)
        context.log.info(
            f"{plural(len(report.rows), 'table')} with {sum(report.rows.values()):,} rows published in {where.published}; "
            f"{plural(len(report.kept), 'copy', 'copies')} kept."
        )
        tables_ = markdown_table(("table", "rows"), sorted(report.rows.items()), most=100)
        return MaterializeResult(metadata={**_file(where.published), "tables": tables_})

    return copy


def _file(published: Path) -> dict[str, Any]:
    return {"file": MetadataValue.path(str(published)), "bytes": published.stat().st_size}
