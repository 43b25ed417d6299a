"""One writer at a time: a lock beside the warehouse, held while anything writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DemarcheError
from pipelines.locks import Held, lock

LOCK = "warehouse.lock"


class BusyError(DemarcheError):
    """Another run holds the warehouse; the message says which file says so and what to do."""


@contextmanager
def writer_lock(home: Path, timeout: float | None = None, catalogue: str = "") -> Iterator[None]:
    """Hold the warehouse of `home`, or of a DuckLake's catalogue, for writing.

    Waits up to `timeout` seconds (negative: as long as it takes; else two minutes on one machine, and an hour on a
    catalogue, where several machines run the line). The lock ends with the process, also with a killed one. Raises
    BusyError where somebody else has it.
    """
    patience = timeout if timeout is not None else 3600.0 if catalogue else 120.0
    try:
        with lock(home, LOCK, patience, catalogue):
            yield
    except Held as error:
        where = "the catalogue that DEMARCHE_CATALOGUE names" if catalogue else home
        raise BusyError(
            f"another run is writing the warehouse in {where} (it holds {LOCK}); "
            "wait until it has ended, or use another --home"
        ) from error
