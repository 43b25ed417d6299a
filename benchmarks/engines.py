"""Dask against Ray Data as the engine that spreads the coder: start-up, throughput, memory, and a worker that is killed.

    .venv/bin/python benchmarks/engines.py ARTICLES.jsonl[.gz] [--items 4000] [--workers 2] [--engines dask,ray]

Both get the same chunks and the same function; an engine that is not installed is left out. The ratios are to the
project's own pool of processes in the same run. Memory is the proportional set size of all processes of the engine.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scale import contents_of
from pipelines import cluster
from pipelines.coding import batch


def pids() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def memory() -> int:
    """Bytes of this process's descendants, shared pages divided among those that share them."""
    total = 0
    for process in pids():
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def digest(coded: list) -> str:
    return hashlib.sha256(repr(coded).encode()).hexdigest()[:12]


def measured(name: str, run, chunks: list[pa.Table], victim: str | None = None) -> dict:
    """Run an engine over the chunks; where `victim` is given, kill a process whose command holds it at a third."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            peak[0] = max(peak[0], memory())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    begin, first, coded, killed = time.perf_counter(), None, [], ""
    try:
        for made in run(chunks):
            first = first or time.perf_counter() - begin
            coded.append(made)
            if victim and not killed and len(coded) * 3 >= len(chunks):
                killed = _kill(victim)
    except Exception as error:
        return {"engine": name, "failed": f"{type(error).__name__}: {str(error)[:120]}"}
    finally:
        done.set()
    took = time.perf_counter() - begin
    items = sum(len(part["codings"]) for part in coded)
    return {
        "engine": name,
        "first result s": round(first or 0, 1),
        "total s": round(took, 1),
        "items/s after the first": round(items / max(took - (first or 0), 1e-9) * (1 - 1 / len(chunks))),
        "memory MB": peak[0] >> 20,
        "same": digest(coded),
        "killed": killed,
    }


def _kill(command: str) -> str:
    """Kill the process of the engine that holds most memory among those whose command has these words."""
    found = [p for p in pids() if command in " ".join(p.cmdline())]
    if not found:
        return f"none like {command}"
    largest = max(found, key=lambda process: process.memory_info().rss)
    os.kill(largest.pid, signal.SIGKILL)
    return f"worker {largest.pid}"


def dask(workers: int):
    """Dask: a scheduler and worker processes of this machine, as `dask worker` starts them elsewhere."""
    from distributed import LocalCluster

    def run(chunks):
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local:
            yield from cluster.map_in_order(local.scheduler_address, batch.code_chunk, chunks)

    return run


def ray(workers: int):
    """Ray Data: map_batches over the chunks with as many actors."""
    import ray as engine

    class Coder:
        def __call__(self, rows: dict) -> dict:
            import pickle

            made = [pickle.dumps(batch.code_chunk(pickle.loads(bytes(row)))) for row in rows["chunk"]]
            return {"number": rows["number"], "coded": made}

    def run(chunks):
        import pickle

        engine.init(
            num_cpus=workers + 1, include_dashboard=False, log_to_driver=False, configure_logging=False
        )
        try:
            engine.data.DataContext.get_current().enable_progress_bars = False
            given = [{"number": n, "chunk": pickle.dumps(chunk)} for n, chunk in enumerate(chunks)]
            made = engine.data.from_items(given, override_num_blocks=len(given)).map_batches(
                Coder, batch_size=1, compute=engine.data.ActorPoolStrategy(size=workers), num_cpus=1
            )
            found, due = {}, 0
            for row in made.iter_rows():  # in the order in which they end
                found[row["number"]] = row["coded"]
                while due in found:
                    yield pickle.loads(found.pop(due))
                    due += 1
        finally:
            engine.shutdown()

    return run


def pool(workers: int):
    def run(chunks):
        with batch.spread(workers, batch.WORTH_A_POOL) as coders:
            yield from coders(batch.code_chunk, chunks)

    return run


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("--items", type=int, default=4000)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--engines", default="pool,dask,ray")
    given = arguments.parse_args()
    contents = contents_of(given.articles, given.items)
    chunks = [contents.slice(start, 250) for start in range(0, contents.num_rows, 250)]
    for name in given.engines.split(","):
        try:
            run = {"pool": pool, "dask": dask, "ray": ray}[name](given.workers)
        except ModuleNotFoundError:
            print(f"{name}: not installed")
            continue
        print(measured(name, run, chunks), flush=True)
        if name != "pool":
            victim = {"dask": "spawn_main", "ray": "ray::"}[name]
            print(measured(f"{name}, a worker killed", run, chunks, victim), flush=True)


if __name__ == "__main__":
    main()
