"""The whole line past one machine: what it publishes is what one machine publishes."""

import os
import signal
import subprocess
import sys
import time

from command import ROOT, content, told_of
from servers import busy_worker, count, create_database


def test_two_nightly_runs_at_once_a_killed_worker_and_a_failing_store_publish_the_single_machine_s_tables(
    sample, catalogue, objects, dask, tmp_path
):
    """Two machines (a home each) share bucket, catalogue and workers, and run at once."""
    database = create_database(catalogue, "line")
    shared = {"DEMARCHE_LAKE": "s3://news/line", "DEMARCHE_CATALOGUE": database, "DEMARCHE_CLUSTER": dask}
    homes = tmp_path / "one", tmp_path / "other"
    runs = [_start(home, told_of(**shared)) for home in homes]
    found = []
    _wait_for(lambda: found.append(busy_worker(dask, patience=5)) or found[-1], runs)
    assert found[-1], [run.communicate(timeout=1)[0] for run in runs if run.poll() is not None]
    os.kill(found[-1], signal.SIGKILL)
    _wait_for(lambda: count(database, "ducklake_data_file"), runs)
    with objects.out_of_order(3):
        time.sleep(3)
    for run in runs:
        said, _ = run.communicate(timeout=1500)
        assert run.returncode == 0, said
    single = content(sample[0])
    for home in homes:
        published = content(home)
        assert published.keys() == single.keys()
        assert [table for table in single if published[table] != single[table]] == []
        assert not (home / "warehouse.duckdb").exists() and not (home / "lake").exists()


def _start(home, told):
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", home]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=told, **streams)


def _wait_for(condition, runs, seconds=900):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition() or any(run.poll() is not None for run in runs):
            return
        time.sleep(0.3)
