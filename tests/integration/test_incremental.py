"""A run recomputes only what its batches touch, and ends where a rebuild of everything ends, whatever their order."""

import importlib.util
import random

import pytest
from warehouses import batches_of, differences, drop_batches, everything, run_models, take_batches

from pipelines import settings
from pipelines.lake import Lake
from pipelines.settings import SAMPLE

STREAM = settings.ROOT.parent / "shared" / "stream" / "current_events.jsonl.gz"


def test_the_samples_batches_in_any_order_make_the_same_warehouse(sample, tmp_path):
    """Late ones first, one taken away again and put back."""
    whole, _ = sample
    lake = Lake(whole / "lake")
    where = settings.replace(settings.load(tmp_path), feeds_file=SAMPLE / "feeds.csv")
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
def test_real_reports_in_any_order_make_the_same_warehouse(tmp_path):
    """Some lie close enough to be joined, some years apart; three batches, shuffled. 5,000 of them:
    benchmarks/incremental.py."""
    spec = importlib.util.spec_from_file_location(
        "incremental_benchmark", settings.ROOT / "benchmarks" / "incremental.py"
    )
    incremental = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(incremental)
    found, whole = incremental.both_ways(tmp_path, incremental.drawn(STREAM, 600))
    assert len(found["fct_event"]) > 100
    assert differences(found, whole) == []
