"""What growth costs: items coded a second by 1 and 2 workers, bytes an item in each stage, the warehouse's growth.

    .venv/bin/python benchmarks/scale.py ARTICLES.jsonl[.gz] [--items 2000] [--coding 3000]

Codes the same items on a Dask cluster of 1 and of 2 worker processes (needs the extra `cluster`), then runs the line
twice in a home of its own, with `--items` articles and again as many, and weighs what lies there each time: the first
weighing has all that does not grow with the news, the difference is what an item costs. docs/scale.md reckons with it.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines import cluster, tables
from pipelines.coding import batch
from pipelines.settings import ROOT


def lines_of(file: Path, count: int, skip: int = 0) -> list[bytes]:
    with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as lines:
        return list(itertools.islice(lines, skip, skip + count))


def contents_of(file: Path, count: int) -> pa.Table:
    """The first articles of a JSON Lines file, as the coder takes them."""
    rows = []
    for number, line in enumerate(lines_of(file, count)):
        article = json.loads(line)
        moment = datetime.fromisoformat(article["published"]).astimezone(UTC)
        told = {name: article.get(name) or "" for name in ("title", "summary", "body")}
        rows.append(
            told | {"coding_id": f"{number:08d}", "lang": "en", "published_at": moment, "fetched_at": moment}
        )
    return tables.ITEMS.from_rows(rows)


def load_models() -> None:
    batch.coder()


def coding(contents: pa.Table, workers: int) -> tuple[float, float]:
    """Items a second, and items a second of the workers' processor time, on workers that have their models.

    The second figure holds on a machine that others use as well.
    """
    from distributed import Client, LocalCluster

    chunks = [contents.slice(start, 250) for start in range(0, contents.num_rows, 250)]
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local,
        Client(local.scheduler_address, set_as_default=False) as client,
    ):
        client.run(load_models)
        busy = sum(client.run(time.process_time).values())
        begin = time.perf_counter()
        for _ in cluster.map_in_order(local.scheduler_address, batch.code_chunk, chunks):
            pass
        took = time.perf_counter() - begin
        busy = sum(client.run(time.process_time).values()) - busy
    return contents.num_rows / took, contents.num_rows / busy


def weigh(home: Path) -> dict[str, int]:
    """Bytes of each stage."""

    def below(*folders: str) -> int:
        return sum(p.stat().st_size for folder in folders for p in (home / folder).rglob("*") if p.is_file())

    return {
        "documents": below("documents"),
        "items (lake)": below("lake/items", "lake/fetches", "lake/quarantine"),
        "coded acts (lake)": below(*(f"lake/{table.name}" for table in tables.CODED)),
        "warehouse": (home / "warehouse.duckdb").stat().st_size,
        "published copy": (home / "demarche.duckdb").stat().st_size,
    }


def growth(file: Path, items: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="demarche-scale-"))
    weights, seconds = [], []
    try:
        for part in range(2):
            given = home / f"part{part}.jsonl"
            given.write_bytes(b"".join(lines_of(file, items, part * items)))
            begin = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "pipelines.cli", "run", "--archive", given, "--home", home],
                cwd=ROOT,
                env=os.environ | {"DEMARCHE_LAKE": "", "DEMARCHE_CATALOGUE": "", "DEMARCHE_CLUSTER": ""},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            seconds.append(time.perf_counter() - begin)
            given.unlink()
            weights.append(weigh(home))
    finally:
        shutil.rmtree(home)
    print(f"{items} items, then {items} more: {seconds[0]:.0f} s and {seconds[1]:.0f} s for the whole line")
    print(f"{'stage':20} {'first MB':>9} {'bytes an item more':>20}")
    for stage, first in weights[0].items():
        print(f"{stage:20} {first / 1e6:9.1f} {(weights[1][stage] - first) / items:20.0f}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("--items", type=int, default=2000)
    arguments.add_argument("--coding", type=int, default=3000)
    given = arguments.parse_args()
    contents = contents_of(given.articles, given.coding)
    characters = sum(len(row["summary"]) + len(row["body"]) for row in contents.to_pylist())
    print(
        f"{contents.num_rows} items of {characters / contents.num_rows:.0f} characters, {os.cpu_count()} cores"
    )
    for workers in (1, 2):
        rate, of_processor = coding(contents, workers)
        print(
            f"coding, {workers} worker{'s' * (workers > 1)}: {rate:.0f} items/s, "
            f"{of_processor:.0f} a second of processor time",
            flush=True,
        )
    growth(given.articles, given.items)


if __name__ == "__main__":
    main()
