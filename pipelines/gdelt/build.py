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

from pipelines import tables
from pipelines.download import DownloadError, Downloads
from pipelines.errors import DemarcheError, InputError
from pipelines.gdelt.files import ExportFile, discover, fault_of, unpacked
from pipelines.gdelt.load import VERSION, load_day, maps_digest, version_of
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
    web: Downloads | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Load the export files of `place` within [first, last]; a day that is loaded already from the same files stays.

    place: a folder, a file, the address of a master list, or `2.0` or `1.0` for the public ones. A file that is not
    what its list says, or no export file, is refused and named; the others go on.
    """
    begin, report = time.perf_counter(), Report()
    web = web or Downloads("Demarche")
    place = MASTER_LISTS.get(place, place)
    is_remote = "://" in place
    try:
        listing = web.get(place).data.decode("utf-8", "replace") if is_remote else None
    except DownloadError as error:
        raise DemarcheError(f"{place} cannot be had: {error}") from None
    days = discover(place, first, last, listing)
    report.days = len(days)
    for number, (day, files) in enumerate(days.items(), 1):
        batch, inputs = batch_of(day), _inputs(files)
        if all(lake.is_current(table, batch, inputs, VERSION) for table in MADE):
            report.unchanged += 1
        else:
            loaded, refused = _load(batch, files, web)
            report.refused += [f"{day}: {line}" for line in refused]
            # A day that lacks a file is loaded without it, and looked at again by the next run.
            inputs = f"{inputs} without {len(refused)} files" if refused else inputs
            if loaded:
                for table, rows in zip(MADE, loaded, strict=True):
                    lake.write(table, batch, rows, inputs=inputs, version=VERSION)
                report.loaded += 1
                report.counts += _sums(loaded[1])
        if on_progress:
            on_progress(number, len(days))
    report.seconds = time.perf_counter() - begin
    return report


def _load(batch: str, files: list[ExportFile], web: Downloads):
    """The day's tables in the order of MADE (None where no file is good), and why files were refused."""
    have, refused = [], []
    with tempfile.TemporaryDirectory(prefix="gdelt-") as folder:
        for file in files:
            try:
                path = file.path or _downloaded(file, Path(folder), web)
                if fault := fault_of(file, path):
                    raise InputError(f"{fault}; fetch it again")
                path = unpacked(path, Path(folder))
                version_of(path)
            except (InputError, DownloadError) as error:
                refused.append(f"{file.name}: {error}")
            else:
                have.append((file, path))
        if not have:
            return None, refused
        loaded = load_day(batch, have)
    return (loaded.mentions, loaded.files, loaded.quarantine), refused


def _downloaded(file: ExportFile, folder: Path, web: Downloads) -> Path:
    path = folder / file.name
    path.write_bytes(web.get(file.url).data or b"")
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
