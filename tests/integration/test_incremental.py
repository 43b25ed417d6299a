"""A run recomputes only what its batches touch, and ends where a rebuild of everything ends, whatever their order."""

import gzip
import random
from itertools import islice
from pathlib import Path

import pytest
from warehouses import batches_of, differences, drop_batches, everything, run_models, take_batches

from pipelines import settings
from pipelines.coding.batch import code_batch, coder
from pipelines.feeds.documents import Documents
from pipelines.items.archive import build_archive_batches, keep_archive
from pipelines.lake import Lake
from pipelines.settings import SAMPLE

STREAM = settings.ROOT.parent / "shared" / "stream" / "current_events.jsonl.gz"


def fresh_home(folder: Path, feeds: Path) -> settings.Settings:
    return settings.replace(settings.load(folder), feeds_file=feeds)


def test_the_samples_batches_in_any_order_make_the_same_warehouse(sample, tmp_path):
    """Late ones first, one taken away again and put back."""
    whole, _ = sample
    lake = Lake(whole / "lake")
    where = fresh_home(tmp_path, SAMPLE / "feeds.csv")
    batches = batches_of(lake)
    random.Random(1).shuffle(batches)
    late, early = batches[: len(batches) // 2], batches[len(batches) // 2 :]
    into = Lake(where.lake)
    take_batches(lake, into, late)
    assert run_models(where) == 0
    drop_batches(into, late[:3])
    take_batches(lake, into, early)
    assert run_models(where) > 0
    take_batches(lake, into, late[:3])
    assert run_models(where) > 0
    assert differences(everything(where.warehouse), everything(whole / "warehouse.duckdb")) == []


@pytest.mark.skipif(not STREAM.exists(), reason="needs the stream of real one-paragraph reports")
def test_five_thousand_real_reports_in_any_order_make_the_same_warehouse(tmp_path):
    """Reports of two years lie close enough to be joined, those of the other twenty far apart; three batches, shuffled."""
    with gzip.open(STREAM, "rt", encoding="utf-8") as stream:
        close = list(islice(stream, 40_000, 42_500))
        apart = list(islice(stream, 0, 2_500 * 24, 24))
    reports = close + apart
    random.Random(2).shuffle(reports)
    made = fresh_home(tmp_path / "made", SAMPLE / "feeds.csv")
    documents, lake = Documents(made.documents), Lake(made.lake)
    parts = []
    for number in range(3):
        file = tmp_path / f"part{number}.jsonl"
        file.write_text("".join(reports[number::3]), encoding="utf-8")
        keep_archive(file, documents, f"part{number}")
        batches = build_archive_batches(documents, f"part{number}")
        for batch, tables in batches.items():
            coded = code_batch(batch, tables["items"], settings.load().workers)
            for table, rows in {**tables, **coded}.items():
                lake.write(table, batch, rows, version=coder().version)
        parts.append(sorted(batches))
    assert run_models(made) == 0
    where = fresh_home(tmp_path / "parts", SAMPLE / "feeds.csv")
    for number in (2, 0, 1):
        take_batches(lake, Lake(where.lake), parts[number])
        assert (run_models(where) > 0) == (number != 2)
    found = everything(where.warehouse)
    assert len(found["fct_event"]) > 500
    assert differences(found, everything(made.warehouse)) == []
