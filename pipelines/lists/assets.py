"""Official lists as Dagster assets: downloads, a day's snapshot and changes, and links from the news."""

from collections import Counter

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    BackfillPolicy,
    MaterializeResult,
    asset,
)

from pipelines import settings
from pipelines.download import Downloads
from pipelines.lists import links
from pipelines.lists.build import MADE, build, stale_days
from pipelines.lists.fetch import fetch_source
from pipelines.lists.sources import Source, read_sources
from pipelines.lists.store import ListStore
from pipelines.partitions import collection_days, days_of
from pipelines.plural import plural
from pipelines.preview import bars, markdown_table
from pipelines.progress import bar
from pipelines.resources import Home


def _store(home: Home) -> ListStore:
    return ListStore(home.settings.lists)


def _sources(home: Home) -> list[Source]:
    return read_sources(home.settings.lists_folder)


def stale_list_days(home: Home) -> set:
    """The days whose list batches are not made yet, or were made from something else."""
    store, lake = _store(home), home.lake
    return {day for source in _sources(home) for day in stale_days(source, store, lake)}


@asset(
    group_name="lists",
    pool="fetch",
    kinds={"xml", "csv"},
    check_specs=[
        AssetCheckSpec(
            "lists_answered", asset="list_documents", description="Every official list could be downloaded."
        ),
    ],
)
def list_documents(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """What the publishers of official sanctions lists answered, byte for byte: OFAC, UN, EU and UK.

    Append-only. Each list's YAML file (pipelines/lists) has its address, licence and cadence; a recorded list (the
    sample's) is replayed once, without the network.
    """
    web, store, outcomes = Downloads.of(home.settings), _store(home), {}
    for source in _sources(home):
        outcomes[source.source] = fetch_source(source, store, settings.now, web)
    failed = {name: outcome for name, outcome in outcomes.items() if outcome.startswith("error")}
    context.log.info("; ".join(f"{name}: {outcome}" for name, outcome in sorted(outcomes.items())))
    return MaterializeResult(
        metadata={
            "lists": len(outcomes),
            "outcomes": markdown_table(("list", "outcome"), sorted(outcomes.items())),
        },
        check_results=[
            AssetCheckResult(
                check_name="lists_answered",
                passed=not failed,
                severity=AssetCheckSeverity.WARN,
                metadata={
                    "failed": markdown_table(("list", "why"), sorted(failed.items())),
                    "remedy": "The last good list stays. Where it fails for days, look at the address in the list's YAML file (pipelines/lists)."
                    if failed
                    else "None needed.",
                },
            )
        ],
    )


@asset(
    group_name="lists",
    partitions_def=collection_days,
    backfill_policy=BackfillPolicy.single_run(),
    deps=["list_documents"],
    kinds={"python", "parquet"},
    check_specs=[
        AssetCheckSpec(
            "lists_hold_what_they_should",
            asset="list_entries",
            description="No download was refused: enough entries, few gone, columns filled (the YAML files' assertions).",
        ),
    ],
)
def list_entries(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """Entries of a day's snapshots that are new or differ from the last good one, the changes, and the acts they are.

    The first snapshot of a list is its baseline and makes no acts. A shrunken or malformed download is refused, and
    the last good one stays.
    """
    store, lake = _store(home), home.lake
    days, made = set(days_of(context)), []
    for source in _sources(home):
        with bar(f"reading the list {source.source}") as report:
            made += build(source, store, lake, days, report)
    snapshots = [day.snapshot for day in made if day.snapshot]
    refused = [s for s in snapshots if s["outcome"] == "refused"]
    changes = Counter(f"{change.action} ({day.batch[5:-11]})" for day in made for change, _ in day.changes)
    rows = sum(c.rows for c in lake.batches("list_entries"))
    told = ", ".join(f"{n:,} {what}" for what, n in sorted(changes.items())) or "no change"
    context.log.info(f"{plural(len(snapshots), 'snapshot')} read, {len(refused):,} refused; {told}.")
    return MaterializeResult(
        metadata={
            "dagster/row_count": rows,
            "tables": ", ".join(MADE),
            "snapshots": markdown_table(
                ("list", "downloaded", "outcome", "entries", "why"),
                [
                    (s["source"], s["fetched_at"], s["outcome"], s["entry_count"], s["reason"])
                    for s in snapshots
                ],
            ),
            "changes": bars(changes.items()),
        },
        check_results=[
            AssetCheckResult(
                check_name="lists_hold_what_they_should",
                passed=not refused,
                severity=AssetCheckSeverity.WARN,
                metadata={
                    "refused": markdown_table(("list", "why"), [(s["source"], s["reason"]) for s in refused]),
                    "remedy": "The last good list stays. Look at the publisher's page; where the list really shrank, lower its assertions in its "
                    "YAML file (pipelines/lists), and run again."
                    if refused
                    else "None needed.",
                },
            )
        ],
    )


@asset(
    group_name="lists",
    deps=["list_entries", "coded_acts", "archive_acts"],
    kinds={"python", "parquet"},
)
def list_links(context: AssetExecutionContext, home: Home) -> MaterializeResult:
    """Designees that the news names, linked to the entries of their sender's list, each with score and evidence.

    By likeness of names, then type, country, legal basis and time; what fits several entries is linked to none.
    """
    lake = home.lake
    inputs = links.inputs(lake)
    if not lake.is_current("list_links", links.BATCH, inputs, links.link.VERSION):
        with bar("linking designees to list entries") as report:
            made = links.link_all(lake, _sources(home), report)
        lake.write("list_links", links.BATCH, made, inputs=inputs, version=links.link.VERSION)
    made = lake.read("list_links", links.BATCH)
    outcomes = Counter(made.column("outcome").to_pylist())
    context.log.info(
        f"{plural(made.num_rows, 'designee')} of the news, {outcomes['linked']:,} linked to an entry of a list."
    )
    return MaterializeResult(
        metadata={
            "dagster/row_count": made.num_rows,
            "outcomes": bars(outcomes.items()),
            "preview": markdown_table(
                made.column_names, [row.values() for row in made.slice(0, 5).to_pylist()]
            ),
        }
    )


ASSETS = [list_documents, list_entries, list_links]
