"""The kept documents and the log of every attempt: append-only, and all that later stages are made from.

`blobs/<first two>/<sha256>.gz` holds each document's bytes once; `log/<YYYY-MM-DD>.jsonl` a line for each attempt
of that UTC day, and `log/archive-<name>.jsonl` a line for each load of an archive. A document is kept before the line
that names it, so a kill leaves at most a document that nobody names.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.errors import DemarcheError
from pipelines.storage import Storage, storage

log = logging.getLogger(__name__)

Row = dict[str, Any]
ARCHIVE = "archive-"
_MOMENT = "fetched_at"


class DocumentError(DemarcheError):
    """A kept document is missing or damaged; the message names the file."""


class Documents:
    """The documents in one folder or bucket.

    A row of the log is a dict: the columns of tables.FETCHES without batch and item_count, and what later
    attempts need (kind, validators, remembered address, …; see `pipelines.feeds.state`).
    """

    def __init__(self, root: Path | Storage) -> None:
        self.storage = storage(root)
        self._append = threading.Lock()

    @property
    def root(self) -> Path | str:
        return self.storage.root

    # -- documents ------------------------------------------------------------------------------------------------
    def keep(self, content: bytes) -> str:
        """Keep a document's bytes; returns its id, the SHA-256 of the bytes. Known ones are not written again."""
        document_id = hashlib.sha256(content).hexdigest()
        if self.storage.size(_blob(document_id)) is None:
            self.storage.write(_blob(document_id), gzip.compress(content, compresslevel=5, mtime=0))
        return document_id

    def read(self, document_id: str) -> bytes:
        """A document's bytes, as they came. Raises DocumentError where they are gone or damaged."""
        path = self.storage.place(_blob(document_id))
        try:
            content = gzip.decompress(self.storage.read(_blob(document_id)))
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
    def append(self, row: Row, name: str | None = None) -> None:
        """Add one line to the log of the row's day (or to the named log)."""
        log_name = _log(name or row[_MOMENT].astimezone(UTC).date().isoformat())
        line = json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")) + "\n"
        with self._append:
            self.storage.append(log_name, line.encode("utf-8", "backslashreplace"))

    def _logs(self) -> list[str]:
        return [PurePosixPath(name).stem for name in self.storage.logs("log")]

    def days(self) -> list[date]:
        """The UTC days with attempts, in order."""
        found = []
        for name in self._logs():
            with suppress(ValueError):
                found.append(date.fromisoformat(name))
        return found

    def archives(self) -> list[str]:
        """The names of the archives that were loaded."""
        return [name.removeprefix(ARCHIVE) for name in self._logs() if name.startswith(ARCHIVE)]

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
        return self.storage.log_size(_log(day.isoformat()))

    def since(self, day: date, offset: int) -> tuple[list[Row], int]:
        """The attempts of a day's log from a byte offset on, and the offset after them."""
        found = list(self._lines(day.isoformat(), offset))
        return [row for row, _ in found], found[-1][1] if found else offset

    def _fingerprint(self, name: str) -> str:
        content = self.storage.read_log(_log(name))
        return hashlib.sha256(content[: content.rfind(b"\n") + 1]).hexdigest()

    def _rows(self, name: str) -> Iterator[Row]:
        for row, _ in self._lines(name, 0):
            yield row

    def _lines(self, name: str, offset: int) -> Iterator[tuple[Row, int]]:
        """Rows of a log with the byte offset after each. A line that is not whole is left out, with a message."""
        for line in self.storage.read_log(_log(name), offset).splitlines(keepends=True):
            offset += len(line)
            try:
                row = json.loads(line)
                row[_MOMENT] = datetime.fromisoformat(row[_MOMENT])
            except (ValueError, KeyError, TypeError):
                # A torn last line is set aside by the next append; until then it may still be being written.
                path = self.storage.place(_log(name))
                log.warning("%s: a line ending at byte %d is torn and left out", path, offset)
                if not line.endswith(b"\n"):
                    return
                continue
            yield row, offset


def _blob(document_id: str) -> str:
    return f"blobs/{document_id[:2]}/{document_id}.gz"


def _log(name: str) -> str:
    return f"log/{name}.jsonl"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} cannot stand in the log")
