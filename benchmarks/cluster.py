"""The line on a cluster against the line on one machine: do both publish the same tables?

    .venv/bin/python benchmarks/cluster.py ARTICLES.jsonl[.gz] [--items 20000] [--workers 3]

PostgreSQL, an S3 emulator and Dask workers on loopback (needs the extra `cluster-test` and PostgreSQL's programs). One
machine loads the sample, then the first `--items` articles. On the cluster two machines, a home each, do it at once: one
the sample, the other the articles; meanwhile the store fails for some seconds and a worker is killed, once while the
articles are coded and once while the warehouse is built. Then the bucket is moved back into a folder, and the line run there.
Prints each table with its rows and whether it is the same everywhere. Status 1 where one is not.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(2, str(Path(__file__).resolve().parents[1] / "tests" / "cluster"))

import servers
from command import content

from benchmarks.scale import lines_of
from pipelines import settings
from pipelines.warehouse.publish import renew

NOW = "2026-11-25T04:00:00Z"  # one clock for both, because an archive's articles are dated by when they were loaded
FAILS = 5.0  # seconds


def start(home: Path, *arguments: object, **told: str) -> subprocess.Popen:
    """The command on a home, with nothing of this shell's settings but what is told."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DEMARCHE_")}
    command = [sys.executable, "-m", "pipelines.cli", "run", "--home", home, *arguments]
    with open(home.with_suffix(".log"), "a") as log:
        return subprocess.Popen(
            [*map(str, command)],
            cwd=settings.ROOT,
            env=kept | {"DEMARCHE_NOW": NOW} | told,
            stdout=log,
            stderr=log,
        )


def finish(run: subprocess.Popen, home: Path) -> None:
    if run.wait() != 0:
        sys.exit(f"status {run.returncode}: {run.args}\n{home.with_suffix('.log').read_text()[-3000:]}")


def on_one_machine(home: Path, articles: Path) -> None:
    for arguments in ((), ("--archive", articles)):
        finish(start(home, *arguments), home)


def on_a_cluster(folder: Path, articles: Path, workers: int) -> list[Path]:
    """Two machines at once, then the way back to one; the three homes, each with the copy that was published last."""
    with ExitStack() as parts:
        server = parts.enter_context(servers.postgres())
        store = parts.enter_context(servers.object_store())
        scheduler = parts.enter_context(servers.dask_workers(workers))
        shared = {
            "DEMARCHE_LAKE": f"s3://{servers.BUCKET}/proof",
            "DEMARCHE_CATALOGUE": servers.create_database(server, "proof"),
            "DEMARCHE_CLUSTER": scheduler,
        }
        given = {folder / "sample": (), folder / "articles": ("--archive", articles)}
        runs = {home: start(home, *arguments, **shared) for home, arguments in given.items()}
        disturb(scheduler, store, patience=300)
        while all(run.poll() is None for run in runs.values()) and not servers.count(
            shared["DEMARCHE_CATALOGUE"], "ducklake_data_file"
        ):
            time.sleep(0.3)
        disturb(scheduler, store, patience=5)
        for home, run in runs.items():
            finish(run, home)
        with settings.environment(os.environ | shared):
            for home in runs:
                where = settings.load(home=home)
                renew(where.storage, where.published)
        back = folder / "back"
        move = [sys.executable, "-m", "pipelines.cli", "move", shared["DEMARCHE_LAKE"], back]
        subprocess.run(move, cwd=settings.ROOT, check=True)
    finish(start(back), back)
    return [*runs, back]


def disturb(scheduler: str, store: servers.Objects, patience: float) -> None:
    """Kill a worker at its work, if there is one, and let the store fail for a while."""
    worker = servers.busy_worker(scheduler, patience)
    if worker:
        os.kill(worker, signal.SIGKILL)
    store.out_until = time.monotonic() + FAILS
    time.sleep(FAILS)
    print(f"a worker at work killed: {bool(worker)}; requests that the store refused: {store.refused}")
    store.refused = 0


def compared(single: Path, homes: list[Path]) -> bool:
    """Print every table; whether all are the same everywhere."""
    expected, published = content(single), [content(home) for home in homes]
    names = sorted(expected.keys() | {name for tables in published for name in tables})
    same = {name: all(tables.get(name) == expected.get(name) for tables in published) for name in names}
    for name in names:
        print(f"{'equal' if same[name] else 'DIFFERENT':9} {len(expected.get(name, ())):8,} {name}")
    print(f"{sum(same.values())} of {len(same)} tables are equal")
    return all(same.values())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("--items", type=int, default=20_000)
    arguments.add_argument("--workers", type=int, default=servers.WORKERS)
    given = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="demarche-cluster-"))
    articles = folder / "articles.jsonl"
    articles.write_bytes(b"".join(lines_of(given.articles, given.items)))
    used, begin = 0.0, time.perf_counter()

    def told(what: str) -> None:
        nonlocal used, begin
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        processor = sum(u.ru_utime + u.ru_stime for u in usage)
        took = time.perf_counter() - begin
        print(f"{what}: {took:.0f} s, {processor - used:.0f} s of processor time", flush=True)
        used, begin = processor, time.perf_counter()

    on_one_machine(folder / "single", articles)
    told("one machine")
    homes = on_a_cluster(folder, articles, given.workers)
    told(f"two machines at once, {given.workers} workers, and the way back")
    if not compared(folder / "single", homes):
        sys.exit(f"the homes are kept in {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
