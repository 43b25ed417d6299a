"""Items as Dagster assets: a collection day at a time, or all archives that changed."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    BackfillPolicy,
    Config,
    MaterializeResult,
    asset,
)
from pydantic import Field

from pipelines.items.archive import archive_inputs, build_archive_batches, keep_archive, stale_archives
from pipelines.items.build import TABLES, build_feed_batch, day_inputs, feeds_batch
from pipelines.lake import Lake
from pipelines.partitions import collection_days, days_of
from pipelines.plural import plural
from pipelines.preview import bars, markdown_table
from pipelines.progress import bar
from pipelines.resources import Home

ACCOUNTED = "every_item_accounted_for"


@asset(
    group_name="articles",
    partitions_def=collection_days,
    backfill_policy=BackfillPolicy.single_run(),
    deps=["documents"],
    kinds={"python", "parquet"},
    check_specs=[
        AssetCheckSpec(
            ACCOUNTED,
            asset="items",
            description="Of every document: items in = kept + set aside, with a reason.",
        ),
    ],
)
def items(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """What a day's documents hold, one row a delivered item: clean text, address, dates with flags, language.

    Made from the kept documents alone, never from the network; a day whose documents are unchanged is left as it is.
    """
    documents, feeds, lake = home.documents, home.feeds(), home.lake
    collected = set(documents.days())
    days = [day for day in days_of(context) if day in collected]
    made = 0
    with bar("reading documents") as report:
        for number, day in enumerate(days, 1):
            made += _write_day(lake, documents, feeds, day)
            report(number, len(days))
    context.log.info(f"{plural(len(days), 'day')} with documents, {made:,} of them changed and built now.")
    return _result(context, lake, [feeds_batch(day) for day in days], made)


def _write_day(lake: Lake, documents, feeds, day: date) -> bool:
    """Build one day's tables where its documents changed; True where it was built."""
    inputs = day_inputs(documents, day)
    if all(lake.is_current(table, feeds_batch(day), inputs) for table in TABLES):
        return False
    for table, rows in build_feed_batch(documents, feeds, day).items():
        lake.write(table, feeds_batch(day), rows, inputs=inputs)
    return True


class ArchiveFile(Config):
    """Which file of dated articles to load."""

    file: str = Field(
        description="JSON Lines, also .gz: id, published, title, summary, body, outlet, url, lang."
    )
    name: str = Field(default="", description="The archive's name; else the file's.")


@asset(group_name="documents", kinds={"json"})
def archive_documents(context: AssetExecutionContext, config: ArchiveFile, home: Home) -> MaterializeResult:
    """Files of dated articles, kept as documents first, so that they take the same way as feeds."""
    load = keep_archive(Path(config.file), home.documents, config.name)
    context.log.info(
        f"{config.file} is kept as the archive {load['feed_id']}, {load['byte_count'] / 1e6:.1f} MB."
    )
    return MaterializeResult(metadata={"archive": load["feed_id"], "bytes": load["byte_count"]})


@asset(
    group_name="articles",
    deps=["archive_documents"],
    kinds={"python", "parquet"},
    check_specs=[
        AssetCheckSpec(
            ACCOUNTED,
            asset="archive_items",
            description="Of every archive: lines in = kept + set aside, with a reason.",
        ),
    ],
)
def archive_items(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """What the loaded archives hold, a batch for each archive and year."""
    documents, lake = home.documents, home.lake
    stale = stale_archives(documents, lake)
    for name in stale:
        inputs = archive_inputs(documents, name)
        for batch, made in build_archive_batches(documents, name).items():
            for table, rows in made.items():
                lake.write(table, batch, rows, inputs=inputs)
    batches = [record.batch for record in lake.batches("items") if record.batch.startswith("archive-")]
    return _result(context, lake, batches, len(stale))


def _result(context: AssetExecutionContext, lake: Lake, batches: list[str], made: int) -> MaterializeResult:
    """What a person looks at: how many items of which outlets, what was set aside and why, and whether all add up."""
    outlets: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    delivered, last = 0, []
    for batch in batches:
        rows = lake.read("items", batch)
        outlets.update(rows["outlet"].to_pylist())
        last = rows.slice(0, 5).to_pylist() or last
        reasons.update(lake.read("quarantine", batch)["reason"].to_pylist())
        delivered += pc.sum(lake.read("fetches", batch)["item_count"]).as_py() or 0
    kept, aside = outlets.total(), _items_aside(lake, batches)
    whole = delivered == kept + aside
    context.log.info(
        f"{plural(delivered, 'item')} delivered: {kept:,} kept, {aside:,} set aside, each with its reason."
    )
    return MaterializeResult(
        metadata={
            "dagster/row_count": kept,
            "batches": len(batches),
            "built_now": made,
            "set_aside": reasons.total(),
            "items_by_outlet": bars(outlets.items()),
            "set_aside_by_reason": bars(reasons.items()),
            "preview": markdown_table(
                ("published", "outlet", "title", "url"),
                [(row["published_at"], row["outlet"], row["title"], row["url"]) for row in last],
            ),
        },
        check_results=[
            AssetCheckResult(
                check_name=ACCOUNTED,
                passed=whole,
                metadata={
                    "delivered": delivered,
                    "kept": kept,
                    "set_aside": aside,
                    "remedy": "None needed."
                    if whole
                    else "An item was lost between document and table: a defect of pipelines/items. The documents are kept; report the day, "
                    "and run `./demarche run --from DAY --to DAY` when it is mended.",
                },
            )
        ],
    )


def _items_aside(lake: Lake, batches: list[str]) -> int:
    """Items set aside; whole documents (no position) held no items that were counted."""
    positions = (lake.read("quarantine", batch)["position"] for batch in batches)
    return sum(len(column) - column.null_count for column in positions)
