"""dbt's parsed project, kept beside the home's other files and renewed when the project changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from pipelines import settings
from pipelines.errors import DemarcheError
from pipelines.settings import Settings


def parsed_manifest(where: Settings) -> Path:
    """The manifest of the dbt project for this home, parsed anew only when a file of the project changed."""
    target = where.dbt_home / "target"
    manifest, stamp = target / "manifest.json", target / "parsed-from"
    target.mkdir(parents=True, exist_ok=True)
    with FileLock(where.dbt_home / "parse.lock"):
        wanted = _digest(settings.SQL)
        if manifest.exists() and stamp.exists() and stamp.read_text() == wanted:
            return manifest
        command = [
            Path(sys.executable).with_name("dbt"),
            "--no-use-colors",
            "--log-path",
            where.dbt_home / "logs",
        ]
        command += [
            "parse",
            "--project-dir",
            settings.SQL,
            "--profiles-dir",
            settings.SQL,
            "--target-path",
            target,
        ]
        done = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **settings.export(where)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise DemarcheError(
                f"dbt cannot parse {settings.SQL}:\n{done.stdout[-3000:]}{done.stderr[-2000:]}"
            )
        stamp.write_text(wanted)
    return manifest


def _digest(folder: Path) -> str:
    """A hash of the names and contents of the project's files."""
    digest = hashlib.sha256(str(folder).encode())
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".sql", ".yml"} and path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
