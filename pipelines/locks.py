"""Locks that everybody sees who writes the same things: files on one machine, PostgreSQL's advisory locks past it.

Either ends with the process that holds it, also with a killed one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import DemarcheError, MissingExtra

FOREVER = -1.0


class Held(DemarcheError):
    """Somebody else holds the lock for longer than the caller would wait."""


@contextmanager
def lock(home: Path, name: str, timeout: float = FOREVER, catalogue: str = "") -> Iterator[None]:
    """Hold `name` alone: among all processes on this home, or among all machines on this catalogue.

    Waits up to `timeout` seconds (negative: as long as it takes), then raises Held.
    """
    if catalogue:
        with _advisory(catalogue, name, timeout):
            yield
        return
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(path, timeout=timeout)
    try:
        held.acquire()
    except Timeout as error:
        raise Held(name) from error
    try:
        yield
    finally:
        held.release()


@contextmanager
def _advisory(catalogue: str, name: str, timeout: float) -> Iterator[None]:
    """A session's advisory lock: PostgreSQL lets it go when the connection ends, however it ends."""
    try:
        import psycopg2
        from psycopg2 import errors
    except ModuleNotFoundError as error:
        raise MissingExtra("DEMARCHE_CATALOGUE", "cluster") from error
    try:
        connection = psycopg2.connect(
            catalogue, connect_timeout=10, keepalives_idle=30, keepalives_interval=10, keepalives_count=3
        )
    except psycopg2.OperationalError as error:
        raise DemarcheError(f"DEMARCHE_CATALOGUE: PostgreSQL does not answer: {error}".strip()) from error
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("set idle_session_timeout = 0")
            cursor.execute(
                "select set_config('lock_timeout', %s, false)", [f"{max(0, int(timeout * 1000))}ms"]
            )
            try:
                cursor.execute("select pg_advisory_lock(%s)", [_number(name)])
            except errors.LockNotAvailable as error:
                raise Held(name) from error
        yield
    finally:
        connection.close()


def _number(name: str) -> int:
    """A lock's number for its name."""
    return int.from_bytes(hashlib.sha256(f"demarche:{name}".encode()).digest()[:8], "big", signed=True)
