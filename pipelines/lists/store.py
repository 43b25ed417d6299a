"""Downloads of lists, kept byte for byte: append-only, like the feeds' documents.

`<folder>/<source>/log.jsonl` has a line for each download; the files are kept compressed under their SHA-256.
A download whose files are those of the last one is logged and not kept again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.errors import DemarcheError
from pipelines.storage import Storage, storage


@dataclass(frozen=True)
class Kept:
    """One kept download: a snapshot (files by name) or a delta (its one file, named after the publication)."""

    source: str
    kind: str
    fetched_at: datetime
    files: Mapping[str, str]

    @property
    def day(self) -> date:
        """The UTC day of the download."""
        return self.fetched_at.date()

    @property
    def id(self) -> str:
        return hashlib.sha256(
            json.dumps([self.source, self.kind, sorted(self.files.items())]).encode()
        ).hexdigest()


class ListStore:
    """The downloads in one folder or bucket."""

    def __init__(self, root: Path | Storage) -> None:
        self.storage = storage(root)

    @property
    def root(self) -> Path | str:
        return self.storage.root

    def sources(self) -> list[str]:
        """The lists of which something was kept."""
        return [source for source in self.storage.folders() if self.storage.log_size(_log(source))]

    def log(self, source: str) -> list[dict]:
        """Every download of a list, oldest first; a torn last line (a killed run) is no line."""
        rows = []
        for line in self.storage.read_log(_log(source)).splitlines():
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue
        return sorted(rows, key=lambda row: row["fetched_at"])

    def kept(self, source: str, kind: str = "snapshot") -> list[Kept]:
        """The kept downloads of one kind, oldest first."""
        return [
            Kept(source, kind, datetime.fromisoformat(row["fetched_at"]), row["files"])
            for row in self.log(source)
            if row["kind"] == kind and row["outcome"] == "ok"
        ]

    def days(self) -> set[date]:
        """The days on which something was kept."""
        return {
            kept.day
            for source in self.sources()
            for kind in ("snapshot", "delta")
            for kept in self.kept(source, kind)
        }

    def keep(self, source: str, kind: str, fetched_at: datetime, files: Mapping[str, bytes], **told) -> str:
        """Keep a download; returns ok, or unchanged where the last one of its kind held the same."""
        names = {name: self._write(source, data) for name, data in sorted(files.items())}
        last = self.kept(source, kind)
        known = (
            names == last[-1].files if kind == "snapshot" and last else any(names == k.files for k in last)
        )
        outcome = "unchanged" if known else "ok"
        self.note(source, kind, fetched_at, outcome, files=names, **told)
        return outcome

    def note(self, source: str, kind: str, fetched_at: datetime, outcome: str, **told) -> None:
        """One more line of the log."""
        row = {"fetched_at": fetched_at.isoformat(), "kind": kind, "outcome": outcome, **told}
        self.storage.append(_log(source), (json.dumps(row, ensure_ascii=False) + "\n").encode())

    def read(self, source: str, document_id: str) -> bytes:
        """The bytes of a kept file; raises DemarcheError that names it where it is damaged."""
        path = self.storage.place(_file(source, document_id))
        try:
            data = gzip.decompress(self.storage.read(_file(source, document_id)))
        except (OSError, EOFError) as error:
            raise DemarcheError(f"{path} cannot be read ({error}); fetch the list again") from error
        if hashlib.sha256(data).hexdigest() != document_id:
            raise DemarcheError(f"{path} does not hold what it held; fetch the list again")
        return data

    def files(self, kept: Kept) -> dict[str, bytes]:
        """All files of a download."""
        return {name: self.read(kept.source, document_id) for name, document_id in kept.files.items()}

    def _write(self, source: str, data: bytes) -> str:
        document_id = hashlib.sha256(data).hexdigest()
        if self.storage.size(_file(source, document_id)) is None:
            self.storage.write(_file(source, document_id), gzip.compress(data, mtime=0))
        return document_id


def _log(source: str) -> str:
    return f"{source}/log.jsonl"


def _file(source: str, document_id: str) -> str:
    return f"{source}/{document_id[:2]}/{document_id}.gz"
