"""One writer at a time: a file lock beside the warehouse, held while anything writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import DemarcheError


class BusyError(DemarcheError):
    """Another run holds the warehouse; the message says which file says so and what to do."""


@contextmanager
def writer_lock(home: Path, timeout: float = 120.0) -> Iterator[None]:
    """Hold the warehouse of `home` for writing; wait up to `timeout` seconds (negative: as long as it takes).

    The lock ends with the process, also with a killed one. Raises BusyError where somebody else has it.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / "warehouse.lock"
    lock = FileLock(path, timeout=timeout)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyError(
            f"another run is writing the warehouse in {home} (it holds {path.name}); "
            "wait until it has ended, or use another --home"
        ) from error
    try:
        yield
    finally:
        lock.release()
