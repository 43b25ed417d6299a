"""Jobs and schedules: what runs, and when.

Every job runs in one process: a process for each step would cost seconds a step.
"""

from __future__ import annotations

from datetime import date

from dagster import (
    AssetSelection,
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    define_asset_job,
    in_process_executor,
    schedule,
)

from pipelines import settings
from pipelines.coding.assets import stale_days
from pipelines.partitions import contiguous
from pipelines.resources import Home

DAY = AssetSelection.assets("items", "coded_acts")
ARCHIVE = AssetSelection.assets("archive_documents", "archive_items", "archive_acts")
LISTS = AssetSelection.assets("list_documents", "list_entries")
# Links are made from all days together, after the coded acts and before the lake is loaded.
WAREHOUSE = AssetSelection.assets("list_links") | AssetSelection.groups("warehouse", "published")


def _job(name: str, selection: AssetSelection, description: str):
    return define_asset_job(name, selection, description=description, executor_def=in_process_executor)


fetch = _job(
    "fetch", AssetSelection.assets("documents"), "Ask every enabled feed once, and keep what is new."
)
rebuild = _job("rebuild", DAY, "Make a collected day's items and coded acts again, without fetching.")
warehouse = _job(
    "warehouse",
    WAREHOUSE,
    "Load what changed, build and test the SQL models, publish the copy, write the report.",
)
daily = _job(
    "daily",
    AssetSelection.assets("documents") | DAY | WAREHOUSE,
    "The whole line for a day: fetch, items, coded acts, warehouse, published copy, report.",
)
archive = _job("archive", ARCHIVE | WAREHOUSE, "Load a file of dated articles, code them, and publish.")
fetch_lists = _job(
    "fetch_lists", AssetSelection.assets("list_documents"), "Download every official sanctions list."
)
rebuild_lists = _job(
    "rebuild_lists",
    AssetSelection.assets("list_entries"),
    "Make a day's list entries, changes and acts again.",
)
lists = _job("lists", LISTS, "Download every official sanctions list, and compare it with the last good one.")
gdelt = _job(
    "gdelt",
    AssetSelection.assets("gdelt_mentions") | WAREHOUSE,
    "Load GDELT's export files of some days, and publish.",
)

ALL = [fetch, rebuild, warehouse, daily, archive, fetch_lists, rebuild_lists, lists, gdelt]


def started_by(who: str) -> dict[str, str]:
    """The tag that says in the list of runs who began a run: the command, or a schedule."""
    return {"demarche/started_by": who}


def range_tags(first: date, last: date) -> dict[str, str]:
    """The tags that make one run of a partitioned job take every day from `first` to `last`, and say so to a reader."""
    return {
        "demarche/days": str(first) if first == last else f"{first} to {last}",
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }


hourly_fetch = ScheduleDefinition(
    name="fetch",
    job=fetch,
    cron_schedule="17 * * * *",
    execution_timezone="UTC",
    default_status=DefaultScheduleStatus.RUNNING,
    tags=started_by("schedule"),
    description="Hourly: fast feeds drop their items within a day.",
)


@schedule(
    name="daily",
    job=daily,
    cron_schedule="0 4 * * *",
    execution_timezone="UTC",
    default_status=DefaultScheduleStatus.RUNNING,
    description="04:00 UTC: fetch, rebuild the days whose documents changed, warehouse, publish.",
)
def daily_schedule(context: ScheduleEvaluationContext, home: Home):
    """One run for each stretch of changed days; the last stretch ends today."""
    today = settings.now().date()
    for first, last in contiguous({*stale_days(home.documents, home.lake), today}):
        yield RunRequest(run_key=None, tags=range_tags(first, last) | started_by("schedule"))


@schedule(
    name="lists",
    job=lists,
    cron_schedule="30 3 * * *",
    execution_timezone="UTC",
    default_status=DefaultScheduleStatus.RUNNING,
    description="03:30 UTC, before `daily`: the official sanctions lists, once a day.",
)
def lists_schedule(context: ScheduleEvaluationContext):
    """One run, for today."""
    today = settings.now().date()
    yield RunRequest(run_key=None, tags=range_tags(today, today) | started_by("schedule"))


SCHEDULES = [hourly_fetch, lists_schedule, daily_schedule]
