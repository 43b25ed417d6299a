"""Coded acts as Dagster assets: a collection day at a time, or all archives that changed."""

from collections import Counter
from datetime import date

from dagster import AssetExecutionContext, BackfillPolicy, MaterializeResult, asset

from pipelines.coding.batch import acts_by_type, code_batch, coder, spread
from pipelines.feeds.documents import Documents
from pipelines.items.build import feeds_batch
from pipelines.items.build import stale_days as days_without_items
from pipelines.lake import Lake
from pipelines.partitions import collection_days, days_of
from pipelines.plural import plural
from pipelines.preview import bars, markdown_table
from pipelines.progress import bar
from pipelines.resources import Home
from pipelines.tables import CODED


@asset(
    group_name="acts",
    partitions_def=collection_days,
    backfill_policy=BackfillPolicy.single_run(),
    deps=["items"],
    kinds={"python", "parquet"},
)
def coded_acts(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """Who did what to whom, in each distinct content of a day: acts, their evidence, entities, sanctions.

    Coded after the project's coding guide; a day whose items and coder are unchanged is left as it is.
    """
    return _code(context, home, [feeds_batch(day) for day in days_of(context)])


@asset(group_name="acts", deps=["archive_items"], kinds={"python", "parquet"})
def archive_acts(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """Who did what to whom in the loaded archives, a batch for each archive and year."""
    batches = [
        complete.batch for complete in home.lake.batches("items") if complete.batch.startswith("archive-")
    ]
    return _code(context, home, batches)


def _code(context: AssetExecutionContext, home: Home, batches: list[str]) -> MaterializeResult:
    """Code the batches whose items or coder changed; metadata over all of them."""
    lake, settings = home.lake, home.settings
    stale = [batch for batch in batches if needs_coding(lake, batch)]
    contents = sum(lake.complete("items", batch).rows for batch in stale)
    types: Counter = Counter()
    with spread(settings.workers, contents, settings.cluster) as coders:
        for number, batch in enumerate(stale, 1):
            with bar(f"coding {batch} ({number} of {len(stale)})") as report:
                made = code_batch(batch, lake.read("items", batch), coders, report)
            for name, rows in made.items():
                lake.write(
                    name,
                    batch,
                    rows,
                    inputs=lake.complete("items", batch).fingerprint,
                    version=coder().version,
                )
            types += acts_by_type(made["events"])
            context.log.info(
                f"{batch} ({number} of {len(stale)}): {plural(len(made['events']), 'act')} in {plural(len(made['codings']), 'content')}."
            )
    totals = {table.name: 0 for table in CODED}
    filled = None  # the last batch that has acts
    for batch in batches:
        for table in CODED:
            complete = lake.complete(table.name, batch)
            totals[table.name] += complete.rows if complete else 0
            if table.name == "events" and complete and complete.rows:
                filled = batch
    if len(batches) > len(stale):
        context.log.info(
            f"{plural(len(batches) - len(stale), 'batch', 'batches')} left: items and coder are unchanged."
        )
    last = lake.read("events", filled) if filled else None
    if last is not None and not types:  # nothing was coded now: a plot of the last batch is more than none
        types = acts_by_type(last)
    return MaterializeResult(
        metadata={
            "dagster/row_count": totals["events"],
            "batches": len(batches),
            "batches_coded_now": len(stale),
            "contents": totals["codings"],
            "acts": totals["events"],
            "sanctions": totals["sanctions"],
            "acts_by_type": bars(types.items()),
            "coder_version": coder().version,
            "preview": markdown_table(
                last.column_names, [row.values() for row in last.slice(0, 5).to_pylist()]
            )
            if last is not None
            else markdown_table((), ()),
        }
    )


def needs_coding(lake: Lake, batch: str) -> bool:
    """Whether a batch has items, and they or the coder changed since it was coded."""
    items = lake.complete("items", batch)
    return items is not None and not all(
        lake.is_current(table.name, batch, items.fingerprint, coder().version) for table in CODED
    )


def stale_days(documents: Documents, lake: Lake) -> list[date]:
    """The collected days that are not what their documents and the coder would make of them today.

    Among them the days that a killed run left between their items and their acts.
    """
    uncoded = {day for day in documents.days() if needs_coding(lake, feeds_batch(day))}
    return sorted(uncoded.union(days_without_items(documents, lake)))
