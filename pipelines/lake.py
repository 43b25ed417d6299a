"""The lake: one Parquet file for each table and batch, and a record that says it is complete.

A file is written under a temporary name outside the glob that readers use, moved into place, and then
its completion record is written; a killed run leaves at most a file without a fresh record, which the
next run replaces. `fingerprint` depends on the rows only, so that a rebuilt batch with the same rows
is the same batch.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.errors import DemarcheError, InputError
from pipelines.tables import BY_NAME

BATCH_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


class LakeError(DemarcheError):
    """A file of the lake cannot be read; the message names it and the way to rebuild it."""


@dataclass(frozen=True)
class Complete:
    """What is known of one table of one batch: rows, fingerprint of the rows, the version that made it.

    inputs: fingerprint of what it was made from, so that an unchanged batch need not be made again.
    bytes: size of the file, so that a truncated one is noticed without reading it.
    """

    batch: str
    table: str
    rows: int
    fingerprint: str
    inputs: str = ""
    version: str = ""
    bytes: int = 0


class Lake:
    """The lake under one folder: `<table>/<batch>.parquet` and `_complete/<batch>/<table>.json`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, table: str, batch: str) -> Path:
        return self.root / table / f"{batch}.parquet"

    def _record_path(self, table: str, batch: str) -> Path:
        return self.root / "_complete" / batch / f"{table}.json"

    def write(self, table: str, batch: str, rows: pa.Table, inputs: str = "", version: str = "") -> Complete:
        """Replace one table of one batch. The rows get the table's schema and the batch's name."""
        if not BATCH_NAME.fullmatch(batch):
            raise InputError(f"{batch!r} is no batch name: lower-case letters, digits, dot, dash, underscore")
        rows = rows.cast(BY_NAME[table].schema)
        record = Complete(batch, table, rows.num_rows, fingerprint(rows), inputs, version)
        path = self.path(table, batch)
        there = self.complete(table, batch)
        if there is not None and self._is_whole(there):
            record = replace(record, bytes=there.bytes)
            if record == there:
                return record
        path.parent.mkdir(parents=True, exist_ok=True)
        working = self.root / "_writing"
        working.mkdir(exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=working, suffix=".parquet")
        os.close(descriptor)
        try:
            pq.write_table(rows, temporary, compression="zstd")
            _sync(temporary)
            # A reader must never pair the new file with the old record's promise of a fingerprint.
            self._record_path(table, batch).unlink(missing_ok=True)
            os.replace(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        record = replace(record, bytes=path.stat().st_size)
        write_atomically(self._record_path(table, batch), json.dumps(asdict(record), sort_keys=True) + "\n")
        return record

    def complete(self, table: str, batch: str) -> Complete | None:
        """The completion record of one table of one batch; None where it is not complete."""
        try:
            return Complete(**json.loads(self._record_path(table, batch).read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            return None  # a torn record is no record: the batch is made again

    def is_current(self, table: str, batch: str, inputs: str, version: str = "") -> bool:
        """Whether one table of one batch is there, whole, and was made from these inputs by this version."""
        record = self.complete(table, batch)
        return (
            record is not None
            and (record.inputs, record.version) == (inputs, version)
            and self._is_whole(record)
        )

    def _is_whole(self, record: Complete) -> bool:
        path = self.path(record.table, record.batch)
        return path.exists() and path.stat().st_size == record.bytes

    def forget(self, table: str, batch: str) -> None:
        """Take a batch's completion away, where its file cannot be believed: the next run makes it again."""
        self._record_path(table, batch).unlink(missing_ok=True)

    def batches(self, table: str) -> Iterator[Complete]:
        """Complete batches of a table, by name."""
        for path in sorted((self.root / "_complete").glob(f"*/{table}.json")):
            record = self.complete(table, path.parent.name)
            if record is not None:
                yield record

    def read(self, table: str, batch: str) -> pa.Table:
        """One table of one batch; raises LakeError with the file's name where it cannot be read."""
        path = self.path(table, batch)
        try:
            return pq.read_table(path, schema=BY_NAME[table].schema)
        except FileNotFoundError:
            return BY_NAME[table].schema.empty_table()
        except (pa.ArrowInvalid, OSError) as error:
            raise LakeError(
                f"{path} cannot be read ({error}); remove it and rebuild its batch ({batch}): "
                "everything in the lake can be made again from the documents"
            ) from error


def fingerprint(rows: pa.Table) -> str:
    """SHA-256 of names, types and values in order: the same rows give the same fingerprint, whatever wrote them."""
    digest = hashlib.sha256(f"{rows.num_rows}".encode())
    for field, column in zip(rows.schema, rows.columns, strict=True):
        digest.update(f"\0{field.name}\0{field.type}\0".encode())
        _add(digest, column)
    return digest.hexdigest()


def _add(digest, column: pa.ChunkedArray) -> None:
    """Add which values are there, and those: what lies under a missing one differs with whoever made the column."""
    digest.update(np.packbits(column.is_valid().to_numpy()))
    present = pa.concat_arrays([chunk.drop_null() for chunk in column.chunks]) if column.num_chunks else None
    if present is None or not len(present):
        return
    if pa.types.is_list(present.type):
        digest.update(pc.list_value_length(present).to_numpy())
        _add(digest, pa.chunked_array([pc.list_flatten(present)]))
    elif pa.types.is_string(present.type):
        digest.update(pc.binary_length(present).to_numpy())
        _, offsets, data = present.cast(pa.large_binary()).buffers()
        first, last = np.frombuffer(offsets, np.int64)[[present.offset, present.offset + len(present)]]
        digest.update(data[first:last] if last > first else b"")
    else:
        digest.update(np.ascontiguousarray(present.to_numpy(zero_copy_only=False)))


def write_atomically(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _sync(path: str) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
