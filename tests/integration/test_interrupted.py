"""Killed at any stage, out of disk, or with broken files: nothing is lost, and the next run repairs."""

import os
import signal
import subprocess
import sys
import time

import duckdb
import pytest
from command import ROOT, content, demarche, told_of


def start(home):
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "run"],
        cwd=ROOT,
        env=told_of(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that dbt dies with it
    )


def kill_when(home, pattern):
    """Run the sample in `home` and kill it, with all its children, as soon as a file like `pattern` is there."""
    run = start(home)
    deadline = time.monotonic() + 200
    while not any(home.glob(pattern)):
        assert run.poll() is None, f"the run ended before {pattern} was there"
        assert time.monotonic() < deadline, f"{pattern} never came"
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def test_a_run_killed_at_every_stage_ends_with_the_same_tables(sample, tmp_path):
    whole, _ = sample
    for stage in (
        "documents/log/*2017*",  # while documents are kept
        "lake/items/*2017-07*",  # while items are made
        "lake/events/*2018*",  # while acts are coded
        "warehouse.duckdb",  # while the lake is loaded or the models are built
    ):
        kill_when(tmp_path, stage)
    demarche("run", home=tmp_path, check=0)
    assert content(tmp_path) == content(whole)


def test_broken_lake_files_are_made_again_while_readers_keep_reading(own_sample):
    home = own_sample
    before = content(home)
    for path in (home / "lake").glob("*/feeds-2016-12-30.parquet"):
        path.write_bytes(path.read_bytes()[:50])
    with duckdb.connect(str(home / "demarche.duckdb"), read_only=True) as reader:
        acts = reader.execute("select count(*) from fct_event").fetchone()
        run = start(home)
        while run.poll() is None:
            assert reader.execute("select count(*) from fct_event").fetchone() == acts
            with duckdb.connect(str(home / "demarche.duckdb"), read_only=True) as another:
                assert another.execute("select count(*) from fct_event").fetchone() == acts
            time.sleep(0.2)
        assert run.returncode == 0
    assert content(home) == before


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 12 MB, where the machine lets us make one."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True
        ).returncode
    ):
        pytest.skip("needs the right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk_is_said_and_loses_nothing(sample, small_disk):
    whole, _ = sample
    home = small_disk / "home"
    done = demarche("run", home=home)
    assert done.returncode == 1
    assert "full" in done.stderr or "No space" in done.stderr or "space left" in done.stderr.lower(), (
        done.stderr
    )
    assert "Traceback" not in done.stderr
    subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)
    demarche("run", home=home, check=0)
    assert content(home) == content(whole)
