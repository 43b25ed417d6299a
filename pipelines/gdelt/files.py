"""Which export files there are, and for which day: in a folder, in one file, or on the public master list."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

from pipelines.errors import InputError

# 20180326044500.export.CSV (2.0, a quarter of an hour), 20130405.export.CSV (1.0, a day), 201301.csv and 1998.csv
# (1.0, before April 2013: a month, a year); each also zipped.
NAME = re.compile(r"(?P<day>\d{8})(?P<time>\d{6})?\.export\.CSV(?:\.zip)?", re.I)
LONG = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})?\.(?:csv|zip)(?:\.zip)?", re.I)
# In these a folder says what its files should be: size and MD5 as on the public server.
LISTS = ("masterfilelist.txt", "md5sums", "filesizes")


@dataclass(frozen=True)
class ExportFile:
    """One export file. path is None where it has to be downloaded from `url`; size and md5 as a list gives them."""

    name: str
    day: date
    path: Path | None = None
    url: str | None = None
    size: int | None = None
    md5: str | None = None

    @property
    def identity(self) -> str:
        """What tells whether a file is still the same: what the list says of it, else its size and time."""
        if self.md5:
            return f"{self.name} {self.md5}"
        stat = self.path.stat() if self.path else None
        return f"{self.name} {stat.st_size} {stat.st_mtime_ns}" if stat else f"{self.name} {self.size}"


def discover(
    place: str, first: date | None = None, last: date | None = None, listing: str | None = None
) -> dict[date, list[ExportFile]]:
    """Export files by day, within [first, last], oldest first.

    place: a folder, a file, or the address of a master list; `listing` is the text of the list at that address.
    Raises InputError that says what was looked for where.
    """
    if listing is not None:
        files = list(from_list(listing, place))
    else:
        path = Path(place).expanduser()
        if path.is_dir():
            told = {
                file.name: file
                for name in LISTS
                if (path / name).is_file()
                for file in from_list((path / name).read_text("utf-8"), "")
            }
            files = [
                _local(p, told.get(p.name)) for p in sorted(path.rglob("*")) if p.is_file() and _day(p.name)
            ]
        elif path.is_file() and _day(path.name):
            files = [_local(path, None)]
        elif path.is_file():
            files = list(from_list(path.read_text("utf-8"), ""))
        else:
            raise InputError(
                f"{path} does not exist; give a folder of GDELT export files, one of them, or a master list"
            )
    days: dict[date, list[ExportFile]] = defaultdict(list)
    for file in files:
        if (first is None or file.day >= first) and (last is None or file.day <= last):
            days[file.day].append(file)
    if not days:
        within = f" from {first or 'the beginning'} to {last or 'the end'}" if first or last else ""
        raise InputError(
            f"{place} holds no GDELT export files{within}; they are called like 20180326044500.export.CSV.zip"
        )
    return {day: sorted(days[day], key=lambda f: f.name) for day in sorted(days)}


def from_list(text: str, base: str) -> Iterable[ExportFile]:
    """The export files of a master list: lines of size, MD5 and address (2.0), or MD5 and name (1.0's md5sums)."""
    for line in text.splitlines():
        parts = line.split()
        name = parts[-1].rsplit("/", 1)[-1] if parts else ""
        day = _day(name)
        if not day or len(parts) < 2:
            continue
        md5 = next((part for part in parts[:-1] if re.fullmatch(r"[0-9a-f]{32}", part)), None)
        size = next((int(part) for part in parts[:-1] if part.isdecimal() and len(part) < 16), None)
        yield ExportFile(name, day, url=urljoin(base, parts[-1]), size=size, md5=md5)


def _day(name: str) -> date | None:
    if found := NAME.fullmatch(name):
        text = found["day"]
    elif found := LONG.fullmatch(name):
        text = f"{found['year']}{found['month'] or '01'}01"
    else:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _local(path: Path, told: ExportFile | None) -> ExportFile:
    return ExportFile(
        path.name, _day(path.name), path, None, told.size if told else None, told.md5 if told else None
    )


def fault_of(file: ExportFile, path: Path) -> str | None:
    """What is wrong with a file as it lies there: another size or MD5 than its list says. None where nothing."""
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        return f"{file.name} has {size} bytes where the list says {file.size}"
    if file.md5:
        with open(path, "rb") as data:
            md5 = hashlib.file_digest(data, "md5").hexdigest()
        if md5 != file.md5:
            return f"{file.name} has the MD5 {md5} where the list says {file.md5}"
    return None


def unpacked(path: Path, folder: Path) -> Path:
    """The file itself, or what a ZIP holds, in `folder`; raises InputError where the ZIP is damaged."""
    if path.suffix.lower() != ".zip":
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
            return Path(archive.extract(name, folder))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise InputError(f"{path} is no ZIP of one file ({error}); fetch it again") from None
