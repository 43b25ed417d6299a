"""Run the dbt project of `sql/` on one home's warehouse, in this process: for the assets, tests, benchmarks and repairs.

In this process, because dbt's own start-up costs more than a day's models: a program of its own would import, parse
and answer for its version again at each run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from pipelines import settings
from pipelines.errors import DemarcheError
from pipelines.progress import Report as Progress
from pipelines.settings import Settings
from pipelines.warehouse import state
from pipelines.warehouse.files import load_files


@dataclass(frozen=True)
class Node:
    """What became of one node of a dbt command. status: success, pass, warn, fail, error or skipped; started: its
    execution's Unix time, 0 where there was none."""

    unique_id: str
    status: str
    started: float
    seconds: float
    failures: int
    message: str

    @property
    def is_broken(self) -> bool:
        return self.status in ("error", "fail", "skipped", "partial success")


@dataclass(frozen=True)
class Report:
    """What a dbt command did, node by node, and what it said."""

    nodes: tuple[Node, ...]
    said: str


def invoke(where: Settings, *arguments: str, on_progress: Progress = lambda done, total: None) -> Report:
    """Run `dbt ARGUMENTS` on a home; returns what became of each node. DemarcheError where dbt itself gave up."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner  # takes seconds to import: only those who build pay for it
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.results import RunExecutionResult

    from pipelines.warehouse.manifest import parsed_manifest

    where.dbt_home.mkdir(parents=True, exist_ok=True)
    manifest = None
    if arguments[0] != "parse":
        parsed = parsed_manifest(where).with_name("partial_parse.msgpack")
        manifest = Manifest.from_msgpack(parsed.read_bytes())
    said: list[str] = []
    # What a run did is answered in this process: nothing reads it from files, but the parsed project.
    files = () if arguments[0] == "parse" else ("--no-write-json",)
    told = [
        *files,
        *("--quiet", "--no-use-colors", "--log-level-file", "none", "--log-path", where.dbt_home / "logs"),
        *arguments,
        *("--project-dir", settings.SQL, "--profiles-dir", settings.SQL),
        *("--target-path", where.dbt_home / "target"),
    ]
    runner = dbtRunner(manifest=manifest, callbacks=[lambda event: _hear(said, on_progress, event)])
    with settings.environment(settings.export(where)):
        try:
            done = runner.invoke([str(word) for word in told])
        finally:
            DuckDBConnectionManager.close_all_connections()  # the next to open the file may want it otherwise
    words = "\n".join(said)
    found = done.result
    if done.exception or not (found is None or done.success or isinstance(found, RunExecutionResult)):
        raise DemarcheError(f"dbt {' '.join(arguments)} failed: {done.exception}\n{words[-6000:]}")
    results = found.results if isinstance(found, RunExecutionResult) else ()
    return Report(
        tuple(
            Node(
                r.node.unique_id,
                str(r.status),
                r.timing[0].started_at.replace(tzinfo=UTC).timestamp() if r.timing else 0.0,
                r.execution_time,
                r.failures or 0,
                r.message or "",
            )
            for r in results
        ),
        words,
    )


def refresh(
    where: Settings, command: str, *arguments: str, on_progress: Progress = lambda done, total: None
) -> Report:
    """`dbt build` or `run`: what changed batches touch, or everything where the rules changed or the last one did not
    end well. Only a command for all models (no selection) that ends well is one that the next can rest on."""
    on = state.basis(where.warehouse)
    whole = [] if state.follows_rules(where.warehouse, "models", on) else ["--full-refresh"]
    state.begin(where.warehouse, "models")
    report = invoke(where, command, *whole, *arguments, on_progress=on_progress)
    if "--select" not in arguments and not any(node.is_broken for node in report.nodes):
        state.end(where.warehouse, "models", on)
    return report


def dbt(where: Settings, *arguments: str, **environment: str) -> str:
    """Run `dbt ARGUMENTS` on a home's files and lake as they are loaded; returns what it said.

    DemarcheError with the end of that where a node failed. `environment` is for this call.
    """
    with settings.environment(environment):
        load_files(where)
        command = refresh if arguments[0] in ("build", "run") else invoke
        report = command(where, *arguments)
    if any(node.is_broken for node in report.nodes):
        raise DemarcheError(f"dbt {' '.join(arguments)} failed:\n{report.said[-6000:]}")
    return report.said


def build(where: Settings, *arguments: str, **environment: str) -> str:
    """Build and test every model, as the daily run does (unit tests are for `./demarche test`)."""
    return dbt(where, "build", "--exclude-resource-type", "unit_test", *arguments, **environment)


def _hear(said: list[str], on_progress: Progress, event) -> None:
    if event.info.name in ("LogModelResult", "LogTestResult"):
        # dbt counts models and tests in one row, under two names.
        on_progress(event.data.index, getattr(event.data, "total", 0) or getattr(event.data, "num_models", 0))
    if event.info.level in ("info", "warn", "error"):
        said.append(event.info.msg)
