"""How long a GDELT backfill takes, against DuckDB's own reading of the same files in the same run.

    .venv/bin/python -m benchmarks.gdelt --samples FOLDER [--rows 10000000] [--days 50]

The volume is made by repeating the real rows of the export files in FOLDER over days, with numbers, days and addresses
of their own. DuckDB's own time is `create table as select * from read_csv(…)` of all 61 columns, typed. The load is
everything that `backfill` does: reading, mapping, folding, counting, and complete batches in the lake. Both take turns, a
day each, so that what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb

from pipelines.gdelt.build import backfill
from pipelines.gdelt.load import columns, read_sql
from pipelines.lake import Lake

FIRST = date(2019, 1, 1)


def make_volume(samples: Path, folder: Path, rows: int, days: int) -> list[Path]:
    """`days` files of together `rows` rows, made of the real rows in `samples`."""
    names = list(columns("2.0"))
    paths = []
    with duckdb.connect() as connection:
        connection.execute(
            f"create table sample as {read_sql(sorted(samples.glob('*.export.CSV')), '2.0', ', '.join(names))}"
        )
        (count,) = connection.execute("select count(*) from sample").fetchone()
        copies = -(-rows // (days * count))
        for number in range(days):
            day = FIRST + timedelta(number)
            path = folder / f"{day:%Y%m%d}000000.export.CSV"
            stamp = f"{day:%Y%m%d}"
            connection.execute(
                f"""
                copy (
                    select sample.* replace (
                        id + copy * 1000000 as id, {stamp} as day, {stamp}000000 as added,
                        url || '?copy=' || copy as url
                    ) from sample, range({copies}) as copies (copy)
                ) to '{path}' (header false, delimiter '\t', quote '')
                """
            )
            paths.append(path)
    return paths


def read_only(path: Path) -> float:
    """Seconds that DuckDB takes to read a file into a table of 61 typed columns."""
    begin = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        typed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns("2.0").items())
        connection.execute(
            f"create table row as select * from read_csv('{path}', delim = '\t', header = false, quote = '', "
            f"escape = '', auto_detect = false, columns = {{{typed}}})"
        )
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=50)
    parser.add_argument("--home", type=Path, help="keep the lake here")
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="gdelt-benchmark-"))
    try:
        files = home / "files"
        files.mkdir(parents=True)
        paths = make_volume(options.samples, files, options.rows, options.days)
        size = sum(path.stat().st_size for path in paths)
        lake, own, load, counts = Lake(home / "lake"), 0.0, 0.0, Counter()
        for number, path in enumerate(paths):
            own += read_only(path)
            day = FIRST + timedelta(number)
            report = backfill(str(files), lake, day, day)
            load += report.seconds
            counts += report.counts
        again = backfill(str(files), lake)
        rows, mentions = counts["row_count"], counts["mention_count"]
        kept = sum(path.stat().st_size for path in (home / "lake").rglob("*.parquet"))
        print(f"{rows:,} rows of {options.days} days, {size / 1e9:.2f} GB of CSV")
        print(f"DuckDB's own reading: {own:.1f} s ({rows / own:,.0f} rows/s)")
        print(f"backfill: {load:.1f} s ({rows / load:,.0f} rows/s): {load / own:.2f} times")
        print(f"mentions: {mentions:,} ({mentions / rows:.1%} of the rows), {kept / 1e6:.0f} MB in the lake")
        print(f"the same again: {again.seconds:.2f} s, {again.unchanged} days unchanged")
    finally:
        shutil.rmtree(home / "files" if options.home else home)


if __name__ == "__main__":
    main()
