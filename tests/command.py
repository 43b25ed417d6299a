"""The real command, run as a person would, and what a published copy holds."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]


def demarche(*arguments, home=None, check=None, timeout=240, **environment):
    """Run the command as a person would; `check` is the exit status that is expected."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("DEMARCHE_")} | environment
    if home is not None:
        told["DEMARCHE_HOME"] = str(home)
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *map(str, arguments)],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if check is not None:
        assert done.returncode == check, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def content(home):
    """Every table of a published copy as text, by name: what must not change when nothing changed."""
    with duckdb.connect(str(Path(home) / "demarche.duckdb"), read_only=True) as published:
        names = [
            name
            for (name,) in published.execute(
                "select table_name from information_schema.tables where table_schema = 'main' order by 1"
            ).fetchall()
        ]
        return {
            name: published.execute(f'select t::varchar from main."{name}" as t order by 1').fetchall()
            for name in names
            if not name.startswith("_")
        }
