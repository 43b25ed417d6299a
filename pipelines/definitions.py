"""Everything that Dagster knows, on one screen."""

from __future__ import annotations

from dagster import Definitions, with_source_code_references

from pipelines import checks, jobs, sensors, settings
from pipelines.coding.assets import archive_acts, coded_acts
from pipelines.feeds.assets import documents
from pipelines.gdelt.assets import gdelt_mentions
from pipelines.items.assets import archive_documents, archive_items, items
from pipelines.lists.assets import list_documents, list_entries, list_links
from pipelines.report.assets import report
from pipelines.resources import Home
from pipelines.upkeep import kept
from pipelines.warehouse.assets import lake_tables, models, operator_files, published_copy
from pipelines.warehouse.manifest import parsed_manifest


def build_definitions(**overrides) -> Definitions:
    """The definitions for the home that the environment names; `overrides` replace resources by name."""
    where = settings.load()
    settings.apply(where)
    manifest = parsed_manifest(where)
    resources = {"home": Home()} | overrides
    written_here = [
        documents,
        archive_documents,
        items,
        archive_items,
        coded_acts,
        archive_acts,
        list_documents,
        list_entries,
        list_links,
        gdelt_mentions,
        lake_tables,
        published_copy(manifest),
        report,
    ]
    return Definitions(
        assets=[*with_source_code_references(written_here), *operator_files(manifest), models(manifest)],
        asset_checks=checks.ALL,
        jobs=jobs.ALL,
        schedules=jobs.SCHEDULES,
        sensors=[sensors.alert_sensor],
        resources=resources,
    ).map_asset_specs(func=kept)


defs = build_definitions()
