"""Move a home between a laptop's folder and a bucket: everything that cannot be made again, and the lake with it.

Copies documents, official lists, lake and published copies; what is there already is left, so that a move that was cut
short goes on where it stopped. Logs only grow: where the target has attempts that the source lacks, nothing is written.
The warehouse is not copied: the next run loads it from the lake. Nothing is taken away from the source.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.errors import DemarcheError
from pipelines.storage import Storage

ROOMS = ("documents", "lists", "lake", "published")
DERIVED = ("documents/state.json", "published/demarche.duckdb")  # made anew wherever the line runs
RECORDS = "lake/_complete/"


@dataclass
class Moved:
    """What a move did: files and bytes copied, files that were there, bytes that logs grew by."""

    copied: int = 0
    bytes: int = 0
    there: int = 0
    logged: int = 0


def move(source: Storage, target: Storage, on_progress: Callable[[int, int], None]) -> Moved:
    """Copy all that `source` holds to `target`, and look whether it arrived. Raises DemarcheError where it did not."""
    moved = Moved()
    logs = _logs(source)
    _refuse_other_history(source, target, logs)
    given = {name: size for room in ROOMS for name, size in source.files(room).items()}
    found = {name: size for room in ROOMS for name, size in target.files(room).items()}
    names = [name for name in given if name not in DERIVED and not _is_log(name, logs)]
    # Documents before the log that names them, the lake's files before the records that call them complete.
    files = [name for name in names if not name.startswith("lake/")]
    records = [name for name in names if name.startswith(RECORDS)]
    total = len(files) + len(logs) + len(records)
    for done, name in enumerate(files, 1):
        if found.get(name) == given[name]:
            moved.there += 1
        else:
            _copy(source, target, name, moved)
        on_progress(done, total)
    for done, name in enumerate(logs, len(files) + 1):
        moved.logged += _extend(source, target, name)
        on_progress(done, total)
    for done, name in enumerate(records, len(files) + len(logs) + 1):
        _batch(source, target, name, found, moved)
        on_progress(done, total)
    arrived = {name: size for room in ROOMS for name, size in target.files(room).items()}
    for name in [*files, *records]:
        if arrived.get(name) != given[name]:
            raise DemarcheError(f"{target.place(name)} did not arrive whole; run the same command again")
    return moved


def _copy(source: Storage, target: Storage, name: str, moved: Moved) -> None:
    content = source.read(name)
    target.write(name, content)
    moved.copied += 1
    moved.bytes += len(content)


def _batch(source: Storage, target: Storage, record: str, found: dict[str, int], moved: Moved) -> None:
    """One table of one batch, where the target has not the very same: its file, and then its record."""
    told = source.read(record)
    try:
        complete = json.loads(told)
        name = f"lake/{complete['table']}/{complete['batch']}.parquet"
    except (ValueError, KeyError):
        return  # a torn record is none: the batch is made again
    same = record in found and target.read(record) == told and found.get(name) == complete["bytes"]
    if same:
        moved.there += 1
        return
    target.remove(record)
    _copy(source, target, name, moved)
    target.write(record, told)


def _logs(source: Storage) -> list[str]:
    """The logs of documents and lists."""
    lists = (f"lists/{name}" for name in source.sub("lists").folders())
    return [name for folder in ("documents/log", *lists) for name in source.logs(folder)]


def _is_log(name: str, logs: list[str]) -> bool:
    """Whether a file is a log, or a part of one."""
    return name in logs or name.rpartition("/")[0] in logs


def _whole(storage: Storage, name: str) -> bytes:
    content = storage.read_log(name)
    return content[: content.rfind(b"\n") + 1]


def _refuse_other_history(source: Storage, target: Storage, logs: list[str]) -> None:
    for name in logs:
        if not _whole(source, name).startswith(_whole(target, name)):
            raise DemarcheError(
                f"{target.place(name)} has attempts that {source.place(name)} lacks: both were used after they were "
                "the same. Nothing was written; move into an empty place, and keep the other beside it"
            )


def _extend(source: Storage, target: Storage, name: str) -> int:
    """Let the target's log go on to where the source's ends."""
    content, there = _whole(source, name), _whole(target, name)
    if len(content) > len(there):
        target.append(name, content[len(there) :])
    if _whole(target, name) != content:
        raise DemarcheError(f"{target.place(name)} did not arrive whole; run the same command again")
    return len(content) - len(there)
