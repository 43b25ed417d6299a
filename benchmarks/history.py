"""Does the warehouse remember history? The stream of real reports through the whole line, and the pairs' worst months.

    .venv/bin/python benchmarks/history.py FILE.jsonl.gz [--home DIR] [--plots DIR]

Loads a file of dated articles (`./demarche run --archive`) into an empty home, printing what each stage costs, or takes
what DIR already holds. For each of the pairs below it prints the months ranked by the Goldstein sum of their conflict, where the
months stand that history knows, and the acts that weigh most in each; `--plots` draws a PNG for each pair (needs
matplotlib: `pip install -e .[bench]`).
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines import settings
from pipelines.warehouse import build
from pipelines.warehouse.files import load_files
from pipelines.warehouse.load import load_lake
from pipelines.warehouse.publish import publish

# Pairs, and the months in which history says that they were at their worst.
KNOWN = {
    ("RUS", "USA"): ("2008-08", "2014-03", "2016-12", "2018-03", "2022-02"),
    ("QAT", "SAU"): ("2017-06",),
    ("IND", "PAK"): ("2019-02",),
    ("CHN", "USA"): ("2020-07",),
    ("IRN", "ISR"): ("2024-04",),
}

MONTHS = """
select strftime(period, '%Y-%m') as month, value, n, outlet_count
from ind_relations_monthly
where origin = 'archive' and pair = ? || '-' || ? and direction = 'pooled' and indicator = ?
order by period
"""

ACTS = """
select event_date, source, target, type, mode, count, round(severity, 1) as severity, outlet_count,
    (select left(any_value(sentence order by confidence desc, mention_id), 110) from fct_evidence
        join fct_event_mention using (mention_id) where fct_event_mention.event_id = act.event_id) as sentence
from fct_event as act
where origin = 'archive' and status = 'actual' and least(source, target) = ? and greatest(source, target) = ?
    and strftime(event_date, '%Y-%m') = ? and quad_class in (3, 4)
order by act.severity, event_date, event_id
limit 3
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--home", type=Path)
    arguments.add_argument("--plots", type=Path)
    told = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="demarche-history-") as folder:
        where = settings.load(told.home or Path(folder))
        if not where.published.exists():
            load(where, told.file)
        with duckdb.connect(str(where.published), read_only=True) as connection:
            for pair, known in KNOWN.items():
                tell(connection, pair, known, told.plots)


def load(where: settings.Settings, file: Path) -> None:
    """The stages that `./demarche run --archive` runs, each with its wall and processor seconds."""
    from pipelines.coding.batch import code_batch, coder, spread
    from pipelines.feeds.documents import Documents
    from pipelines.items.archive import build_archive_batches, keep_archive
    from pipelines.lake import Lake

    began, used = time.perf_counter(), _used()
    documents, lake = Documents(where.documents), Lake(where.lake)
    with stage("documents"):
        name = keep_archive(file, documents)["feed_id"]
    with stage("items"):
        batches = build_archive_batches(documents, name)
        for batch, made in batches.items():
            for table, rows in made.items():
                lake.write(table, batch, rows)
    with stage(f"coding with {where.workers} processes"):
        contents = sum(made["items"].num_rows for made in batches.values())
        with spread(where.workers, contents) as coders:
            for batch, made in batches.items():
                for table, rows in code_batch(batch, made["items"], coders).items():
                    lake.write(table, batch, rows, version=coder().version)
    with stage("load"):
        load_lake(lake, where.warehouse)
        load_files(where)
    with stage("SQL models"):
        report = build.refresh(where, "run")
    for node in sorted(report.nodes, key=lambda node: -node.seconds)[:8]:
        print(f"    {node.unique_id.split('.')[-1]:24} {node.seconds:6.1f} s")
    with stage("publish"):
        publish(where.warehouse, where.published, where.published_archive)
    with duckdb.connect(str(where.published), read_only=True) as connection:
        articles, acts = connection.sql(
            "select (select count(*) from fct_article), (select count(*) from fct_event)"
        ).fetchone()
    wall = time.perf_counter() - began
    print(
        f"{'everything':28} {wall:6.1f} s, {_used() - used:6.1f} s of processors: {articles:,} articles, "
        f"{acts:,} acts, {wall / 60:.1f} minutes"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


class stage:
    """Prints what the block under it cost."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.wall, self.used = time.perf_counter(), _used()

    def __exit__(self, *_) -> None:
        print(
            f"{self.name:28} {time.perf_counter() - self.wall:6.1f} s, {_used() - self.used:6.1f} s of processors",
            flush=True,
        )


def _used() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def tell(connection, pair: tuple[str, str], known: tuple[str, ...], plots: Path | None) -> None:
    """The ranked months of one pair, and what weighs most in those that history knows and in the worst."""
    months = connection.execute(MONTHS, [*pair, "goldstein_sum"]).fetchall()
    ranked = [month for month, *_ in sorted(months, key=lambda row: row[1])]
    places = {month: ranked.index(month) + 1 if month in ranked else None for month in known}
    print(f"\n{pair[0]}-{pair[1]}: {len(ranked)} months with acts; worst: {', '.join(ranked[:8])}")
    print("  history:", ", ".join(f"{month} is number {place}" for month, place in places.items()))
    for month in dict.fromkeys([*known, *ranked[:3]]):
        print(f"  {month}")
        for day, source, target, type_, mode, count, severity, outlets, sentence in connection.execute(
            ACTS, [*pair, month]
        ).fetchall():
            what = f"{source}>{target} {type_}{f'/{mode}' if mode else ''}{f' {count}' if count else ''}"
            print(f"    {day} {what:34} {severity:7} {outlets} outlets: {sentence}")
    if plots:
        draw(pair, known, months, plots)


def draw(pair: tuple[str, str], known: tuple[str, ...], months: list[tuple], plots: Path) -> None:
    """A pair's months as bars, those that history knows in red."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    plots.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(13, 3.6), layout="constrained")
    days = [date.fromisoformat(f"{month}-01") for month, *_ in months]
    colours = ["crimson" if month in known else "steelblue" for month, *_ in months]
    axes.bar(days, [value for _, value, *_ in months], width=28, color=colours)
    for month, value, *_ in months:
        if month in known:
            place = (date.fromisoformat(f"{month}-01"), value)
            axes.annotate(month, place, ha="center", va="top", fontsize=8, color="crimson")
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set_title(f"{pair[0]} and {pair[1]}: Goldstein sum of the month's distinct acts", loc="left")
    figure.savefig(plots / f"{pair[0]}-{pair[1]}.png", dpi=100)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
