"""Collection days become as few runs as there are stretches of days."""

from datetime import date

from pipelines.items.build import feeds_batch
from pipelines.partitions import collection_days, contiguous


def test_days_without_gaps_are_one_range():
    days = [date(2016, 12, 30), date(2016, 12, 29), date(2017, 7, 28), date(2016, 12, 31), date(2016, 12, 29)]
    assert contiguous(days) == [
        (date(2016, 12, 29), date(2016, 12, 31)),
        (date(2017, 7, 28), date(2017, 7, 28)),
    ]
    assert contiguous([]) == []


def test_today_is_a_collection_day(monkeypatch):
    from datetime import UTC, datetime

    assert datetime.now(UTC).date().isoformat() in collection_days.get_partition_keys()


def test_a_day_names_its_batch():
    assert feeds_batch(date(2026, 11, 23)) == "feeds-2026-11-23"
