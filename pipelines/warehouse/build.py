"""Run the dbt project of `sql/` on one home's warehouse, outside Dagster: for tests, benchmarks and repairs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pipelines import settings
from pipelines.errors import DemarcheError
from pipelines.settings import Settings


def dbt(where: Settings, *arguments: str, **environment: str) -> str:
    """Run `dbt ARGUMENTS`; returns what it printed, raises DemarcheError with its end where it failed."""
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "--no-use-colors",
        "--log-path",
        str(where.dbt_home / "logs"),
    ]
    command += [*arguments, "--project-dir", str(settings.SQL), "--profiles-dir", str(settings.SQL)]
    command += ["--target-path", str(where.dbt_home / "target")]
    done = subprocess.run(
        command, env={**os.environ, **settings.export(where), **environment}, capture_output=True, text=True
    )
    if done.returncode:
        raise DemarcheError(f"dbt {' '.join(arguments)} failed:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
    return done.stdout


def build(where: Settings, *arguments: str, **environment: str) -> str:
    """Build and test every model, as the daily run does (unit tests are for `./demarche test`)."""
    return dbt(where, "build", "--exclude-resource-type", "unit_test", *arguments, **environment)
