"""Reading the reference CSVs: every fault is named with file, line and remedy."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NoReturn

from pipelines.errors import InputError


class Row(dict[str, str]):
    """One line of a CSV by column name, values stripped; knows where it stands, for error messages."""

    __slots__ = ("line", "path")

    def __init__(self, values: dict[str, str], path: Path, line: int):
        super().__init__(values)
        self.path, self.line = path, line

    def fail(self, message: str) -> NoReturn:
        """Raise an InputError that names file and line."""
        raise InputError(f"{self.path.name}, line {self.line}: {message}")

    def items_of(self, column: str) -> tuple[str, ...]:
        """The parts of a |-separated list; empty parts are a fault, an empty cell is the empty list."""
        if not self[column]:
            return ()
        parts = tuple(part.strip() for part in self[column].split("|"))
        if not all(parts):
            self.fail(f"column {column} has an empty part in {self[column]!r}; remove the spare |")
        return parts

    def one_of(self, column: str, allowed: Iterable[str], empty: bool = False) -> str:
        """The value, which must be one of `allowed` (or empty where that is permitted)."""
        value = self[column]
        if value in allowed or (empty and not value):
            return value
        self.fail(f"column {column} is {value!r}; use one of: {', '.join(sorted(allowed))}")

    def number_of(self, column: str, default: float | None = None) -> float:
        """The value as a number; `default` stands for an empty cell where one is given."""
        if not self[column] and default is not None:
            return default
        try:
            return float(self[column])
        except ValueError:
            self.fail(f"column {column} is {self[column]!r}, which is no number")

    def day_of(self, column: str, end: bool = False) -> date | None:
        """The value as a day: YYYY, YYYY-MM or YYYY-MM-DD; the last day of a year or month where `end`.
        An empty cell is None: open."""
        value = self[column]
        if not value:
            return None
        try:
            parts = [int(part) for part in value.split("-")]
            if len(parts) == 3:
                return date(*parts)
            year, month = parts[0], parts[1] if len(parts) == 2 else (12 if end else 1)
            if len(parts) > 2:
                raise ValueError
            if not end:
                return date(year, month, 1)
            after = date(year + month // 12, month % 12 + 1, 1)
            return date.fromordinal(after.toordinal() - 1)
        except (ValueError, TypeError):
            self.fail(f"column {column} is {value!r}, which is no day; use YYYY-MM-DD, YYYY-MM or YYYY")


def read_csv(path: Path, columns: Iterable[str], key: str | tuple[str, ...] | None = None) -> list[Row]:
    """The rows of a UTF-8 CSV with a header line, values stripped, lines numbered as an editor does.

    columns: those that must be there (others may be, and are read too). key: column(s) that no two rows
    may share. Raises InputError with file and line for a missing file or column, a wrong number of cells,
    text that is not UTF-8, and a repeated key.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise InputError(f"{path} is missing; restore it, the coder needs it") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{path.name}, line {line}: not UTF-8; save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    keys = (key,) if isinstance(key, str) else key
    begin = 0
    try:
        header = [name.strip() for name in next(reader, [])]
        if absent := [name for name in columns if name not in header]:
            raise InputError(
                f"{path.name}, line 1: column {absent[0]!r} is missing; found: {', '.join(header)}"
            )
        if len(set(header)) < len(header):
            raise InputError(f"{path.name}, line 1: a column stands twice; found: {', '.join(header)}")
        begin = reader.line_num + 1
        for cells in reader:
            if cells:
                if len(cells) != len(header):
                    raise InputError(
                        f"{path.name}, line {begin}: {len(cells)} cells where {len(header)} are wanted; "
                        "put values that hold a comma into double quotes"
                    )
                row = Row(dict(zip(header, map(str.strip, cells), strict=True)), path, begin)
                if keys:
                    value = tuple(row[name] for name in keys)
                    if value in seen:
                        row.fail(
                            f"{', '.join(keys)} = {', '.join(value)!r} stands already on line {seen[value]}"
                        )
                    seen[value] = begin
                rows.append(row)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path.name}, line {max(begin, 1)}: {error}; mend the quotes") from None
    return rows
