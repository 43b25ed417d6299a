"""The backfill: day by day into the lake, what is done already left alone."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx

from pipelines import tables
from pipelines.download import DownloadError, client, get
from pipelines.errors import DemarcheError, InputError
from pipelines.gdelt.files import ExportFile, discover, fault_of, unpacked
from pipelines.gdelt.load import VERSION, load_day, maps_digest
from pipelines.lake import Lake

MADE = ("gdelt_mentions", "gdelt_files", "quarantine")
MASTER_LISTS = {
    "2.0": "http://data.gdeltproject.org/gdeltv2/masterfilelist.txt",
    "1.0": "http://data.gdeltproject.org/events/md5sums",
}


@dataclass
class Report:
    """What a backfill did. counts: the columns of gdelt_files, summed over the days that were loaded now."""

    days: int = 0
    loaded: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    seconds: float = 0.0


def batch_of(day: date) -> str:
    return f"gdelt-{day.isoformat()}"


def backfill(
    place: str,
    lake: Lake,
    first: date | None = None,
    last: date | None = None,
    contact: str = "",
    on_progress: Callable[[int, int], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Load the export files of `place` within [first, last]; a day that is loaded already from the same files stays.

    place: a folder, a file, the address of a master list, or `2.0` or `1.0` for the public ones. A file that is not
    what its list says, or no export file, is refused and named, and its day is not loaded: the others go on.
    """
    begin, report = time.perf_counter(), Report()
    place = MASTER_LISTS.get(place, place)
    is_remote = "://" in place
    with client(contact) as asking:
        try:
            listing = get(asking, place, Path(), sleep).data.decode("utf-8", "replace") if is_remote else None
        except DownloadError as error:
            raise DemarcheError(f"{place} cannot be had: {error}") from None
        days = discover(place, first, last, listing)
        report.days = len(days)
        for number, (day, files) in enumerate(days.items(), 1):
            batch, inputs = batch_of(day), _inputs(files)
            if all(lake.is_current(table, batch, inputs, VERSION) for table in MADE):
                report.unchanged += 1
            else:
                try:
                    loaded = _load(batch, files, asking, sleep)
                except (InputError, DownloadError) as error:
                    report.refused.append(f"{day}: {error}")
                else:
                    for table, rows in zip(MADE, loaded, strict=True):
                        lake.write(table, batch, rows, inputs=inputs, version=VERSION)
                    report.loaded += 1
                    report.counts += _sums(loaded[1])
            if on_progress:
                on_progress(number, len(days))
    report.seconds = time.perf_counter() - begin
    return report


def _load(batch: str, files: list[ExportFile], asking: httpx.Client, sleep):
    with tempfile.TemporaryDirectory(prefix="gdelt-") as folder:
        have = []
        for file in files:
            path = file.path or _downloaded(file, Path(folder), asking, sleep)
            if fault := fault_of(file, path):
                raise InputError(f"{fault}; fetch it again")
            have.append((file, unpacked(path, Path(folder))))
        loaded = load_day(batch, have)
    return loaded.mentions, loaded.files, loaded.quarantine


def _downloaded(file: ExportFile, folder: Path, asking: httpx.Client, sleep) -> Path:
    path = folder / file.name
    path.write_bytes(get(asking, file.url, Path(), sleep).data or b"")
    return path


def _inputs(files: list[ExportFile]) -> str:
    text = "\n".join([maps_digest(), *(file.identity for file in files)])
    return hashlib.sha256(text.encode()).hexdigest()


def _sums(rows) -> Counter:
    sums: Counter = Counter()
    for name, kind, _ in tables.GDELT_FILES.columns:
        if kind == tables.BIG:
            sums[name] = sum(value or 0 for value in rows[name].to_pylist())
    return sums
