"""Does a warehouse that is built batch by batch end where one that is built at once ends? On real reports, shuffled.

    .venv/bin/python benchmarks/incremental.py FILE.jsonl.gz [--reports 5000] [--seed 2]

Takes dated articles (one a line, in the order of their days): half of them from two neighbouring years, so that many may
be joined, half from the whole file. They are shuffled into three archives, coded, and built once together and once one
after another. Prints what each step cost and every table's first differing rows; ends with status 1 where there are any.
The suite does the same with fewer reports.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "integration"))

from warehouses import differences, everything, run_models, take_batches

from pipelines import settings
from pipelines.coding.batch import code_batch, coder
from pipelines.feeds.documents import Documents
from pipelines.items.archive import build_archive_batches, keep_archive
from pipelines.lake import Lake
from pipelines.settings import SAMPLE

PARTS = 3


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--reports", type=int, default=5000)
    arguments.add_argument("--seed", type=int, default=2)
    told = arguments.parse_args()
    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"{time.perf_counter() - began:7.1f} s  {what}", flush=True)

    with tempfile.TemporaryDirectory(prefix="demarche-incremental-") as folder:
        found, whole = both_ways(Path(folder), drawn(told.file, told.reports), told.seed, say)
    differing = differences(found, whole)
    print(f"{len(found['fct_event'])} acts; {len(differing)} differences", *differing, sep="\n")
    return 1 if differing else 0


def drawn(file: Path, reports: int) -> list[str]:
    """So many lines of a file of dated articles: half close together, half far apart."""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        lines = list(stream)
    half, middle = reports // 2, len(lines) // 3
    apart = lines[:: max(1, len(lines) // half)][:half]
    return list(dict.fromkeys(lines[middle : middle + reports - half] + apart))


def both_ways(
    folder: Path, reports: list[str], seed: int = 2, say: Callable[[str], None] = lambda _: None
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Everything that the warehouse holds after its batches came one after another, and after they came together."""
    random.Random(seed).shuffle(reports)
    made = _home(folder / "made")
    documents, lake = Documents(made.documents), Lake(made.lake)
    parts = []
    for number in range(PARTS):
        file = folder / f"part{number}.jsonl"
        file.write_text("".join(reports[number::PARTS]), encoding="utf-8")
        keep_archive(file, documents, f"part{number}")
        batches = build_archive_batches(documents, f"part{number}")
        for batch, tables in batches.items():
            coded = code_batch(batch, tables["items"])
            for table, rows in {**tables, **coded}.items():
                lake.write(table, batch, rows, version=coder().version)
        parts.append(sorted(batches))
        say(f"coded {len(reports[number::PARTS])} reports")
    assert run_models(made) == 0
    say("built together")
    where = _home(folder / "parts")
    for number in (2, 0, 1):
        take_batches(lake, Lake(where.lake), parts[number])
        touched = run_models(where)
        say(f"one archive more: {touched} blocks touched")
        assert (touched > 0) == (number != 2), "the first run builds everything, a later one what is touched"
    return everything(where.warehouse), everything(made.warehouse)


def _home(folder: Path) -> settings.Settings:
    return settings.replace(settings.load(folder), feeds_file=SAMPLE / "feeds.csv")


if __name__ == "__main__":
    sys.exit(main())
