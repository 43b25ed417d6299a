"""dbt's parsed project: parsed once for each state of `sql/`, and kept beside the installed packages for every home.

Nothing of a home is in it (what differs between homes is data in DuckDB), so that a fresh home need not parse again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from importlib import metadata
from pathlib import Path

from filelock import FileLock

from pipelines import settings
from pipelines.settings import Settings

FILES = ("manifest.json", "partial_parse.msgpack")


def parsed_manifest(where: Settings) -> Path:
    """The manifest of the dbt project, in this home; parsed anew only when a file of the project changed."""
    target = where.dbt_home / "target"
    stamp = target / "parsed-from"
    target.mkdir(parents=True, exist_ok=True)
    with FileLock(where.dbt_home / "parse.lock"):
        wanted = project_digest()
        if not (stamp.exists() and stamp.read_text() == wanted and (target / FILES[0]).exists()):
            kept = Path(sys.prefix) / "dbt-parsed" / wanted
            if not _copy(kept, target):
                from pipelines.warehouse.build import invoke

                invoke(where, "parse")
                _keep(target, kept)
            stamp.write_text(wanted)
    return target / FILES[0]


def _copy(kept: Path, target: Path) -> bool:
    """Whether the project was parsed before, and lies in `target` now."""
    try:
        for name in FILES:
            shutil.copyfile(kept / name, target / name)
    except FileNotFoundError:
        return False
    return True


def _keep(target: Path, kept: Path) -> None:
    """Keep what was parsed, in place of what older states left; where nothing may be written there, each home parses."""
    fresh = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        fresh.mkdir(parents=True)
        for name in FILES:
            shutil.copyfile(target / name, fresh / name)
        for old in kept.parent.iterdir():
            if old != fresh:
                shutil.rmtree(old, ignore_errors=True)
        os.replace(fresh, kept)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)


def project_digest() -> str:
    """A hash of dbt's versions and of the names and contents of the project's files."""
    digest = hashlib.sha256(str(settings.SQL).encode())
    for package in ("dbt-core", "dbt-duckdb", "duckdb"):
        digest.update(metadata.version(package).encode())
    for path in sorted(settings.SQL.rglob("*")):
        if path.suffix in {".sql", ".yml"} and path.is_file():
            digest.update(f"{path.relative_to(settings.SQL)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
