"""What growth costs: items coded a second by 1 and 2 workers, bytes an item in each stage, the warehouse's growth.

    .venv/bin/python benchmarks/scale.py ARTICLES.jsonl[.gz] [--items 1000] [--coding 3000] [--write]
    .venv/bin/python benchmarks/scale.py --page

Codes the same items on a Dask cluster of 1 and of 2 worker processes (needs the extra `cluster`), and long texts made of
them; then runs the line three times in a home of its own: with `--items` articles, as many more, four times as many more.
What the third run costs above the second is what an item costs; the rest does not grow with the news. `--write` keeps the figures in scale.csv and
writes the tables of docs/scale.md from them, what follows for a million articles a day among them; `--page` only the latter.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import os
import re
import resource
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

FIGURES = ROOT / "benchmarks" / "scale.csv"
PAGE = ROOT / "docs" / "scale.md"
LONG = 3_000  # characters of a full text
CHUNK = 250
YEARS = 20

Figures = dict[str, float]

WHAT = {  # figure -> what it is, and how it is written
    "characters": ("characters of a report", "{:.0f}"),
    "items_1": ("reports a second, 1 worker", "{:.0f}"),
    "items_2": ("reports a second, 2 workers", "{:.0f}"),
    "items_processor": ("reports a second of a worker's processor time", "{:.0f}"),
    "long_processor": (f"full texts of {LONG:,} characters a second of a worker's processor time", "{:.1f}"),
    "worker_mb": ("a worker's memory, MB", "{:.0f}"),
    "line_items": (
        "the whole line on one machine: reports in a first, a second, and a quarter of a third run",
        "{:,.0f}",
    ),
    "line_first": ("processor time of the first run, s", "{:.0f}"),
    "line_second": ("processor time of the second run, s", "{:.0f}"),
    "line_third": ("processor time of the third run, s", "{:.0f}"),
    "line_item": ("processor time that a report more costs in the whole line, ms", "{:.1f}"),
    "acts": ("distinct acts a report", "{:.2f}"),
    "documents": ("bytes a report: documents", "{:.0f}"),
    "items": ("bytes a report: items in the lake", "{:.0f}"),
    "coded": ("bytes a report: coded acts in the lake", "{:.0f}"),
    "warehouse": ("bytes a report: warehouse, a DuckDB file", "{:.0f}"),
    "published": ("bytes a report: published copy", "{:.0f}"),
    "empty_mb": ("warehouse and published copy without any report, MB", "{:.0f}"),
    "cores": ("cores of the machine", "{:.0f}"),
    "load": ("processes of others that wanted a core when it began", "{:.1f}"),
}


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


def long_texts(contents: pa.Table) -> pa.Table:
    """Full texts: each some reports that follow one another, as paragraphs, until there are characters enough."""
    texts, body = [], []
    for row in contents.to_pylist():
        body.append(row["summary"] or row["body"])
        if sum(map(len, body)) >= LONG:
            texts.append(row | {"title": body[0], "summary": "", "body": "\n\n".join(body)})
            body = []
    return tables.ITEMS.from_rows(texts)


def load_models() -> int:
    """A worker's coder; returns the bytes that the process holds alone or shares."""
    import psutil

    batch.coder()
    return psutil.Process().memory_full_info().pss


def coding(contents: pa.Table, workers: int, chunk: int = CHUNK) -> tuple[float, float, float]:
    """Items a second, items a second of the workers' processor time, and a worker's memory in MB.

    The second figure holds on a machine that others use as well. The workers have their models before the clock starts.
    """
    from distributed import Client, LocalCluster

    chunks = [contents.slice(start, chunk) for start in range(0, contents.num_rows, chunk)]
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
        memory = max(client.run(load_models).values())
    return contents.num_rows / took, contents.num_rows / busy, memory / 1e6


def measure_coding(file: Path, count: int) -> Figures:
    contents = contents_of(file, count)
    long = long_texts(contents.slice(0, count // 2))
    characters = sum(len(row["title"] + row["summary"] + row["body"]) for row in contents.to_pylist())
    one, processor, memory = coding(contents, 1)
    two, _, _ = coding(contents, 2)
    _, long_processor, _ = coding(long, 1, chunk=20)
    return {
        "characters": characters / contents.num_rows,
        "items_1": one,
        "items_2": two,
        "items_processor": processor,
        "long_processor": long_processor,
        "worker_mb": memory,
    }


def weigh(home: Path) -> Figures:
    """Bytes of each stage."""

    def below(*folders: str) -> int:
        return sum(p.stat().st_size for folder in folders for p in (home / folder).rglob("*") if p.is_file())

    return {
        "documents": below("documents"),
        "items": below("lake/items", "lake/fetches", "lake/quarantine"),
        "coded": below(*(f"lake/{table.name}" for table in tables.CODED)),
        "warehouse": (home / "warehouse.duckdb").stat().st_size,
        "published": (home / "demarche.duckdb").stat().st_size,
    }


def measure_line(file: Path, items: int) -> Figures:
    """The whole line on one machine, three times, the last time with four times as many reports."""
    import duckdb

    home = Path(tempfile.mkdtemp(prefix="demarche-scale-"))
    weights, seconds, acts = [], [], []
    try:
        for first, count in ((0, items), (items, items), (2 * items, 4 * items)):
            given = home / f"from{first}.jsonl"
            given.write_bytes(b"".join(lines_of(file, count, first)))
            before = _of_children()
            subprocess.run(
                [sys.executable, "-m", "pipelines.cli", "run", "--archive", given, "--home", home],
                cwd=ROOT,
                env=os.environ | {"DEMARCHE_LAKE": "", "DEMARCHE_CATALOGUE": "", "DEMARCHE_CLUSTER": ""},
                check=True,
                stdout=subprocess.DEVNULL,
            )
            seconds.append(_of_children() - before)
            given.unlink()
            weights.append(weigh(home))
            with duckdb.connect(str(home / "demarche.duckdb"), read_only=True) as published:
                acts += published.sql("select count(*) from fct_event").fetchone()
    finally:
        shutil.rmtree(home)
    more = {stage: (weights[2][stage] - weights[0][stage]) / (5 * items) for stage in weights[0]}
    empty = sum(weights[0][stage] - more[stage] * items for stage in ("warehouse", "published"))
    return more | {
        "line_items": items,
        "line_first": seconds[0],
        "line_second": seconds[1],
        "line_third": seconds[2],
        "line_item": (seconds[2] - seconds[1]) / (3 * items) * 1000,
        "acts": (acts[2] - acts[0]) / (5 * items),
        "empty_mb": max(0.0, empty) / 1e6,
    }


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_figures() -> Figures:
    with open(FIGURES, encoding="utf-8", newline="") as file:
        return {row["figure"]: float(row["value"]) for row in csv.DictReader(file)}


def write_figures(figures: Figures) -> None:
    with open(FIGURES, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("figure", "value", "what"))
        writer.writerows((name, f"{figures[name]:.6g}", WHAT[name][0]) for name in WHAT if name in figures)


def measured_table(figures: Figures) -> str:
    rows = [
        f"| {what} | {how.format(figures[name])} |" for name, (what, how) in WHAT.items() if name in figures
    ]
    return "\n".join(["| what | figure |", "| --- | --- |", *rows, "", conditions(figures)])


def conditions(figures: Figures) -> str:
    """What clock times are worth; seconds of processor time hold on a busy machine too."""
    if "load" in figures and figures["load"] + 2 <= figures["cores"] + 0.5:
        return "Each of the two workers had a core to itself."
    return (
        "The machine was busy with other work, and the two workers did not have a core each: clock times, and what the "
        "second worker adds, are too bad."
    )


def derived_table(f: Figures) -> str:
    """What a million articles a day, and as many on every day of twenty years, come to."""
    day, years = 1e6, 1e6 * 365 * YEARS
    lake = f["documents"] + f["items"] + f["coded"]

    def hours(items: float, rate: float) -> float:
        return items / rate / 3600

    def size(number: float) -> str:
        return f"{number / 1e12:,.1f} TB" if number >= 1e12 else f"{number / 1e9:,.1f} GB"

    def row(what: str, per_day: str, in_all: str) -> str:
        return f"| {what} | {per_day} | {in_all} |"

    def work(what: str, rate: float) -> str:
        of_day, of_all = hours(day, rate), hours(years, rate)
        return row(
            what,
            f"{of_day:,.1f} core-hours: {of_day / 16:,.1f} h on a machine of 16 cores",
            f"{of_all:,.0f} core-hours: {of_all / 24 / 160:,.0f} days on ten machines of 16 cores",
        )

    return "\n".join(
        [
            row("", "a million articles", f"a million a day for {YEARS} years"),
            row("---", "---", "---"),
            row("articles", f"{day:,.0f}", f"{years / 1e9:.1f} billion"),
            work(f"coding, reports of {f['characters']:.0f} characters", f["items_processor"]),
            work(f"coding, full texts of {LONG:,} characters", f["long_processor"]),
            row(
                "a worker's memory, 16 on a machine",
                f"{16 * f['worker_mb'] / 1e3:.1f} GB",
                f"{16 * f['worker_mb'] / 1e3:.1f} GB on each",
            ),
            row("documents and lake", size(day * lake), size(years * lake)),
            row(
                "distinct acts",
                f"{day * f['acts'] / 1e6:,.2f} million",
                f"{years * f['acts'] / 1e9:,.2f} billion",
            ),
            row("warehouse", size(day * f["warehouse"]), size(years * f["warehouse"])),
            row("published copy, each", size(day * f["published"]), size(years * f["published"])),
            row(
                "the whole line with its coding, reports",
                f"{day * f['line_item'] / 3.6e6:,.1f} core-hours",
                f"{years * f['line_item'] / 3.6e6:,.0f} core-hours",
            ),
        ]
    )


def page_of(text: str, figures: Figures) -> str:
    """The page with both tables as these figures make them."""
    for name, table in (("measured", measured_table(figures)), ("derived", derived_table(figures))):
        text, found = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda m, t=table: f"{m[1]}\n{t}\n\n{m[2]}",
            text,
            flags=re.S,
        )
        if found != 1:
            sys.exit(f"{PAGE} has no place for its table: <!-- {name} --> … <!-- /{name} -->")
    return text


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("articles", type=Path, nargs="?")
    arguments.add_argument("--items", type=int, default=1000)
    arguments.add_argument("--coding", type=int, default=3000)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--page", action="store_true")
    given = arguments.parse_args()
    if given.page:
        PAGE.write_text(page_of(PAGE.read_text("utf-8"), read_figures()), encoding="utf-8")
        return
    if not given.articles:
        arguments.error("name a file of articles, or --page")
    figures = {"cores": os.cpu_count() or 1, "load": os.getloadavg()[0]}
    figures |= measure_coding(given.articles, given.coding)
    figures |= measure_line(given.articles, given.items)
    print(measured_table(figures), derived_table(figures), sep="\n\n")
    if given.write:
        write_figures(figures)
        PAGE.write_text(page_of(PAGE.read_text("utf-8"), figures), encoding="utf-8")


if __name__ == "__main__":
    main()
