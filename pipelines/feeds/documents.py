"""The kept documents and the log of every attempt: append-only, and all that later stages are made from.

`blobs/<first two>/<sha256>.gz` holds each document's bytes once; `log/<YYYY-MM-DD>.jsonl` a line for each attempt
of that UTC day, and `log/archive-<name>.jsonl` a line for each load of an archive. A document is on the disk
before the line that names it, so a kill leaves at most a document that nobody names.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import tempfile
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipelines.errors import DemarcheError

log = logging.getLogger(__name__)

Row = dict[str, Any]
ARCHIVE = "archive-"
_MOMENT = "fetched_at"


class DocumentError(DemarcheError):
    """A kept document is missing or damaged; the message names the file."""


class Documents:
    """The documents under one folder.

    A row of the log is a dict: the columns of tables.FETCHES without batch and item_count, and what later
    attempts need (kind, validators, remembered address, …; see `pipelines.feeds.state`).
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._append = threading.Lock()

    # -- documents ------------------------------------------------------------------------------------------------
    def _blob(self, document_id: str) -> Path:
        return self.root / "blobs" / document_id[:2] / f"{document_id}.gz"

    def keep(self, content: bytes) -> str:
        """Keep a document's bytes; returns its id, the SHA-256 of the bytes. Known ones are not written again."""
        document_id = hashlib.sha256(content).hexdigest()
        path = self._blob(document_id)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(gzip.compress(content, compresslevel=5, mtime=0))
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            finally:
                Path(temporary).unlink(missing_ok=True)
        return document_id

    def read(self, document_id: str) -> bytes:
        """A document's bytes, as they came. Raises DocumentError where they are gone or damaged."""
        path = self._blob(document_id)
        try:
            content = gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise DocumentError(
                f"{path} is missing, though the log names it: restore it from a copy"
            ) from error
        except (OSError, EOFError, zlib.error) as error:
            raise DocumentError(f"{path} is damaged ({error}): restore it from a copy") from error
        if hashlib.sha256(content).hexdigest() != document_id:
            raise DocumentError(f"{path} does not hold what its name says: restore it from a copy")
        return content

    # -- the log --------------------------------------------------------------------------------------------------
    def _log(self, name: str) -> Path:
        return self.root / "log" / f"{name}.jsonl"

    def append(self, row: Row, name: str | None = None) -> None:
        """Add one line to the log of the row's day (or to the named log)."""
        path = self._log(name or row[_MOMENT].astimezone(UTC).date().isoformat())
        line = json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")) + "\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._append, FileLock(self.root / "log" / ".lock"), open(path, "a+b") as file:
            _set_torn_line_aside(file, path)
            file.write(line.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())

    def days(self) -> list[date]:
        """The UTC days with attempts, in order."""
        found = []
        for path in sorted((self.root / "log").glob("????-??-??.jsonl")):
            try:
                found.append(date.fromisoformat(path.stem))
            except ValueError:
                continue
        return found

    def archives(self) -> list[str]:
        """The names of the archives that were loaded."""
        return [
            path.stem.removeprefix(ARCHIVE) for path in sorted((self.root / "log").glob(f"{ARCHIVE}*.jsonl"))
        ]

    def attempts(self, day: date) -> list[Row]:
        """The attempts of one day, in the order in which they ended."""
        return list(self._rows(day.isoformat()))

    def loads(self, archive: str) -> list[Row]:
        """The loads of one archive, in order."""
        return list(self._rows(ARCHIVE + archive))

    def fingerprint(self, day: date) -> str:
        """SHA-256 of one day's log: it changes whenever an attempt is added."""
        return self._fingerprint(day.isoformat())

    def archive_fingerprint(self, archive: str) -> str:
        """SHA-256 of one archive's log of loads."""
        return self._fingerprint(ARCHIVE + archive)

    def size(self, day: date) -> int:
        """Bytes of one day's log."""
        path = self._log(day.isoformat())
        return path.stat().st_size if path.exists() else 0

    def since(self, day: date, offset: int) -> tuple[list[Row], int]:
        """The attempts of a day's log from a byte offset on, and the offset after them."""
        found = list(self._lines(day.isoformat(), offset))
        return [row for row, _ in found], found[-1][1] if found else offset

    def _fingerprint(self, name: str) -> str:
        path = self._log(name)
        content = path.read_bytes() if path.exists() else b""
        return hashlib.sha256(content[: content.rfind(b"\n") + 1]).hexdigest()

    def _rows(self, name: str) -> Iterator[Row]:
        for row, _ in self._lines(name, 0):
            yield row

    def _lines(self, name: str, offset: int) -> Iterator[tuple[Row, int]]:
        """Rows of a log with the byte offset after each. A line that is not whole is left out, with a message."""
        path = self._log(name)
        if not path.exists():
            return
        with open(path, "rb") as file:
            file.seek(offset)
            for line in file:
                offset += len(line)
                try:
                    row = json.loads(line)
                    row[_MOMENT] = datetime.fromisoformat(row[_MOMENT])
                except (ValueError, KeyError, TypeError):
                    # A torn last line is set aside by the next append; until then it may still be being written.
                    log.warning("%s: a line ending at byte %d is torn and left out", path, offset)
                    if not line.endswith(b"\n"):
                        return
                    continue
                yield row, offset


def _set_torn_line_aside(file, path: Path) -> None:
    """Move a last line without its end (a killed writer's) to `<log>.torn`, so that the next line stands alone."""
    end = file.seek(0, os.SEEK_END)
    if not end:
        return
    file.seek(end - 1)
    if file.read(1) == b"\n":
        return
    file.seek(0)
    content = file.read()
    start = content.rfind(b"\n") + 1
    aside = path.with_suffix(".torn")
    with open(aside, "ab") as torn:
        torn.write(content[start:] + b"\n")
    file.truncate(start)
    log.warning("%s: its last line was cut short and is now in %s", path, aside.name)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} cannot stand in the log")
