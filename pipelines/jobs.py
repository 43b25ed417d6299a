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
from pipelines.items.build import stale_days
from pipelines.partitions import contiguous
from pipelines.resources import Home

DAY = AssetSelection.assets("items", "coded_acts")
ARCHIVE = AssetSelection.assets("archive_documents", "archive_items", "archive_acts")
WAREHOUSE = AssetSelection.groups("warehouse", "published")


def _job(name: str, selection: AssetSelection, description: str):
    return define_asset_job(name, selection, description=description, executor_def=in_process_executor)


fetch = _job(
    "fetch", AssetSelection.assets("documents"), "Ask every enabled feed once, and keep what is new."
)
rebuild = _job("rebuild", DAY, "Make a collected day's items and coded acts again, without fetching.")
warehouse = _job(
    "warehouse", WAREHOUSE, "Load what changed, build and test the SQL models, publish the copy."
)
daily = _job(
    "daily",
    AssetSelection.assets("documents") | DAY | WAREHOUSE,
    "The whole line for a day: fetch, items, coded acts, warehouse, published copy.",
)
archive = _job("archive", ARCHIVE | WAREHOUSE, "Load a file of dated articles, code them, and publish.")

ALL = [fetch, rebuild, warehouse, daily, archive]


def range_tags(first: date, last: date) -> dict[str, str]:
    """The tags that make one run of a partitioned job take every day from `first` to `last`."""
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }


hourly_fetch = ScheduleDefinition(
    name="fetch",
    job=fetch,
    cron_schedule="17 * * * *",
    execution_timezone="UTC",
    default_status=DefaultScheduleStatus.RUNNING,
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
        yield RunRequest(run_key=None, tags=range_tags(first, last))


SCHEDULES = [hourly_fetch, daily_schedule]
