"""The real command, run as a person would, and what a published copy holds."""

import contextlib
import io
import os
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import duckdb

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Done:
    """What became of a command."""

    returncode: int
    stdout: str
    stderr: str


def demarche(*arguments, home=None, check=None, alone=False, **environment):
    """Run the command; `check` is the exit status that is expected.

    In this process, whose imports and models are there already; `alone` in one of its own, as a person starts it.
    """
    words, told = [*map(str, arguments)], told_of(home, **environment)
    done = _alone(words, told) if alone else _here(words, told)
    if check is not None:
        assert done.returncode == check, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def told_of(home=None, **environment):
    """An environment with nothing of this one's settings but what is told."""
    told = {key: value for key, value in os.environ.items() if not key.startswith("DEMARCHE_")} | environment
    return told | ({"DEMARCHE_HOME": str(home)} if home is not None else {})


def _alone(words, told):
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _here(words, told):
    from pipelines.cli import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.dict(os.environ, told, clear=True),
        mock.patch.object(sys, "argv", ["demarche", *words]),
        contextlib.chdir(ROOT),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        except Exception:
            traceback.print_exc()
            code = 1
    return Done(code, out.getvalue(), err.getvalue())


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
