"""Runs of the jobs in this process, for the command: the same runs that Dagster's web UI shows."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    DagsterInstance,
    Definitions,
    ExecuteInProcessResult,
)

from pipelines import jobs, settings
from pipelines.coding.assets import stale_days
from pipelines.errors import DemarcheError
from pipelines.feeds.documents import Documents
from pipelines.lake import Lake
from pipelines.partitions import contiguous

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailed(DemarcheError):
    """A run of a job failed; the message is the reason that its failed step gave."""


class ChecksFailed(DemarcheError):
    """The runs ended, but a check on what they made failed; the message says what to do."""


class Line:
    """The whole line over one home: runs its jobs one after another."""

    def __init__(self, where: settings.Settings) -> None:
        prepare(where)
        from pipelines.definitions import build_definitions  # reads the settings just applied

        self.where = where
        self.definitions: Definitions = build_definitions()
        self.instance = DagsterInstance.get()
        self.failed_checks: list[AssetCheckEvaluation] = []

    def fetch(self) -> ExecuteInProcessResult:
        return self.job("fetch")

    def stale_days(self) -> set[date]:
        """The collected days whose documents changed since they were processed."""
        return set(stale_days(Documents(self.where.documents), Lake(self.where.lake)))

    def rebuild(self, days: set[date]) -> None:
        """Items and coded acts of these collection days, a run for each stretch of days."""
        for first, last in contiguous(days):
            self.job("rebuild", tags=jobs.range_tags(first, last))

    def lists(self) -> None:
        """Download the official lists, and make the days whose downloads changed."""
        from pipelines.lists.assets import stale_list_days
        from pipelines.resources import Home

        self.job("fetch_lists")
        for first, last in contiguous(stale_list_days(Home())):
            self.job("rebuild_lists", tags=jobs.range_tags(first, last))

    def gdelt(self, place: str, first: str, last: str) -> ExecuteInProcessResult:
        config = {"place": place, "first": first, "last": last}
        return self.job("gdelt", config={"ops": {"gdelt_mentions": {"config": config}}})

    def archive(self, file: Path, name: str) -> ExecuteInProcessResult:
        config = {"ops": {"archive_documents": {"config": {"file": str(file), "name": name}}}}
        return self.job("archive", config=config)

    def warehouse(self) -> ExecuteInProcessResult:
        return self.job("warehouse")

    def job(self, name: str, tags: dict[str, str] | None = None, config: dict[str, Any] | None = None):
        """Run one job here; what its steps print goes to the home's log. Raises RunFailed."""
        with open(self.where.dagster_home / "output.log", "a", encoding="utf-8") as log, redirect_stdout(log):
            result = self.definitions.resolve_job_def(name).execute_in_process(
                instance=self.instance,
                tags=jobs.started_by("command") | (tags or {}),
                run_config=QUIET | (config or {}),
                raise_on_error=False,
            )
        self.failed_checks += [check for check in result.get_asset_check_evaluations() if not check.passed]
        if not result.success:
            raise RunFailed(_reason(result, self.where))
        return result

    def report_checks(self) -> None:
        """Raise ChecksFailed, with what to do, where a check of this line's runs failed; print mere warnings."""
        errors = []
        for check in self.failed_checks:
            remedy = check.metadata.get("remedy")
            words = f"{check.asset_key.to_user_string()}: {check.check_name} failed. {remedy.value if remedy else ''}"
            if check.severity == AssetCheckSeverity.ERROR:
                errors.append(words)
            else:
                print(f"warning: {words}", file=sys.stderr)
        if errors:
            raise ChecksFailed("\n".join(errors))


def prepare(where: settings.Settings) -> None:
    """Make the home and Dagster's configuration in it, and let this process see the settings."""
    where.dagster_home.mkdir(parents=True, exist_ok=True)
    configured = where.dagster_home / "dagster.yaml"
    if not (where.catalogue and configured.exists()):  # past one machine it is the deployment's
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), configured)
    settings.apply(where)


@contextmanager
def full_disk_is_said(where: settings.Settings) -> Iterator[None]:
    """Whatever a full disk breaks (Dagster's own storage among it) ends as one clear line."""
    try:
        yield
    except DemarcheError:
        raise
    except Exception as error:
        if is_full(where):
            raise DemarcheError(full_disk(where)) from error
        raise


def is_full(where: settings.Settings) -> bool:
    """Whether the home's disk has less than a megabyte left."""
    return where.home.exists() and shutil.disk_usage(where.home).free < 2**20


def full_disk(where: settings.Settings) -> str:
    return f"the disk that holds {where.home} is full: free some space and run again; nothing that was kept is lost"


def _reason(result: ExecuteInProcessResult, where: settings.Settings) -> str:
    """Why a run failed: the innermost error's own words, and where the rest is."""
    failures = [event for event in result.all_events if event.is_step_failure]
    if not failures:
        return f"the run {result.run_id} failed; its log is in `./demarche ui`"
    error = failures[0].step_failure_data.error
    while error.cause is not None:
        error = error.cause
    words = error.message.strip()
    if "No space left on device" in words or is_full(where):
        words = full_disk(where)
    return f"{failures[0].step_key}: {words}\n(the whole log: ./demarche ui, run {result.run_id[:8]})"
