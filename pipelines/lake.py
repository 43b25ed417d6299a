"""The lake: one Parquet file for each table and batch, and a record that says it is complete.

A file appears whole (see `storage`), and then its completion record is written; a killed run leaves at most a file
without a fresh record, which the next run replaces. `fingerprint` depends on the rows only, so that a rebuilt batch with the same rows
is the same batch.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.errors import DemarcheError, InputError
from pipelines.storage import Storage, storage
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
    """The lake in one folder or bucket: `<table>/<batch>.parquet` and `_complete/<batch>/<table>.json`."""

    def __init__(self, root: Path | Storage) -> None:
        self.storage = storage(root)

    @property
    def root(self) -> Path | str:
        return self.storage.root

    def path(self, table: str, batch: str) -> Path | str:
        """Where a file lies: a path, or an address in a bucket."""
        return self.storage.place(_file(table, batch))

    def write(self, table: str, batch: str, rows: pa.Table, inputs: str = "", version: str = "") -> Complete:
        """Replace one table of one batch. The rows get the table's schema and the batch's name."""
        if not BATCH_NAME.fullmatch(batch):
            raise InputError(f"{batch!r} is no batch name: lower-case letters, digits, dot, dash, underscore")
        rows = rows.cast(BY_NAME[table].schema)
        record = Complete(batch, table, rows.num_rows, fingerprint(rows), inputs, version)
        there = self.complete(table, batch)
        if there is not None and self._is_whole(there):
            record = replace(record, bytes=there.bytes)
            if record == there:
                return record
        content = pa.BufferOutputStream()
        pq.write_table(rows, content, compression="zstd")
        content = content.getvalue()
        # A reader must never pair the new file with the old record's promise of a fingerprint.
        self.forget(table, batch)
        self.storage.write(_file(table, batch), content)
        record = replace(record, bytes=len(content))
        self.storage.write(
            _record(table, batch), (json.dumps(asdict(record), sort_keys=True) + "\n").encode()
        )
        return record

    def complete(self, table: str, batch: str) -> Complete | None:
        """The completion record of one table of one batch; None where it is not complete."""
        try:
            return _parsed(self.storage.read(_record(table, batch)))
        except FileNotFoundError:
            return None

    def is_current(self, table: str, batch: str, inputs: str, version: str = "") -> bool:
        """Whether one table of one batch is there, whole, and was made from these inputs by this version."""
        record = self.complete(table, batch)
        return (
            record is not None
            and (record.inputs, record.version) == (inputs, version)
            and self._is_whole(record)
        )

    def _is_whole(self, record: Complete) -> bool:
        return self.storage.size(_file(record.table, record.batch)) == record.bytes

    def exists(self, table: str, batch: str) -> bool:
        """Whether there is a file, complete or not."""
        return self.storage.size(_file(table, batch)) is not None

    def forget(self, table: str, batch: str) -> None:
        """Take a batch's completion away, where its file cannot be believed: the next run makes it again."""
        self.storage.remove(_record(table, batch))

    def batches(self, table: str) -> Iterator[Complete]:
        """Complete batches of a table, by name."""
        for content in self.storage.read_all(self.storage.matching(f"_complete/*/{table}.json")):
            record = _parsed(content) if content is not None else None
            if record is not None:
                yield record

    def columns(self, table: str, batch: str) -> list[str]:
        """The names of a file's columns."""
        return pq.read_schema(self.storage.open(_file(table, batch))).names

    def read(self, table: str, batch: str) -> pa.Table:
        """One table of one batch; raises LakeError with the file's name where it cannot be read."""
        try:
            return pq.read_table(self.storage.open(_file(table, batch)), schema=BY_NAME[table].schema)
        except FileNotFoundError:
            return BY_NAME[table].schema.empty_table()
        except (pa.ArrowInvalid, OSError) as error:
            raise LakeError(
                f"{self.path(table, batch)} cannot be read ({error}); remove it and rebuild its batch ({batch}): "
                "everything in the lake can be made again from the documents"
            ) from error


def _file(table: str, batch: str) -> str:
    return f"{table}/{batch}.parquet"


def _record(table: str, batch: str) -> str:
    return f"_complete/{batch}/{table}.json"


def _parsed(record: bytes) -> Complete | None:
    """A completion record; a torn one is none, so that the batch is made again."""
    try:
        return Complete(**json.loads(record))
    except (ValueError, TypeError):
        return None


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
