"""Collection days: items and coded acts are rebuilt a day at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from dagster import AssetExecutionContext, DailyPartitionsDefinition

# The sample's first story begins here; a live home simply has no documents before its own first day.
FIRST_DAY = date(2016, 12, 1)

# end_offset=1: today is a partition too, since its documents are processed before the day is over.
collection_days = DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), end_offset=1)


def days_of(context: AssetExecutionContext) -> list[date]:
    """The collection days that a run of a partitioned asset is for: one, or a range."""
    return [date.fromisoformat(key) for key in context.partition_keys]


def contiguous(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as ranges without gaps, (first, last) each: what one Dagster run can take."""
    ranges: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if ranges and day - ranges[-1][1] == timedelta(days=1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges
