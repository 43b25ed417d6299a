"""What the command's calls do: runs of the line, and looks at what came of them."""

from __future__ import annotations

import csv
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from rich.console import Console
from rich.table import Table

from pipelines import settings, summary
from pipelines.errors import DemarcheError, InputError
from pipelines.feeds.documents import Documents
from pipelines.settings import Settings
from pipelines.storage import is_url
from pipelines.warehouse.publish import renew

if TYPE_CHECKING:
    from pipelines.run import Line  # Dagster takes seconds to import: only runs pay for it

out = Console(soft_wrap=True)


def run_feeds(where: Settings) -> None:
    """Fetch the home's feeds (the sample's are recorded) and lists, and process every day with new documents."""
    with _line(where) as line:
        line.fetch()
        line.lists()
        line.rebuild(line.stale_days())
        line.warehouse()


def run_days(where: Settings, first: date, last: date) -> None:
    """Rebuild the collected days from `first` to `last`, without fetching."""
    if last < first:
        raise InputError(f"--to {last} lies before --from {first}")
    known = Documents(where.documents).days()
    days = {day for day in known if first <= day <= last}
    if not days:
        there = (
            f"documents were collected from {min(known)} to {max(known)}"
            if known
            else "none were collected yet"
        )
        raise InputError(
            f"no documents were collected from {first} to {min(last, settings.now().date())}: {there}"
        )
    with _line(where) as line:
        line.rebuild(days)
        line.warehouse()


def run_archive(where: Settings, file: Path, name: str | None) -> None:
    """Load a file of dated articles."""
    if not file.is_file():
        raise InputError(f"{file}: no such file")
    with _line(where) as line:
        line.archive(file.resolve(), name or "")


def run_gdelt(where: Settings, place: str, first: date | None, last: date | None) -> None:
    """Load GDELT's event files; status 1 where a file was not what it should be (the others are loaded)."""
    if first and last and last < first:
        raise InputError(f"--to {last} lies before --from {first}")
    if "://" not in place and place not in ("1.0", "2.0"):
        if not Path(place).expanduser().exists():
            raise InputError(f"{place}: no such file or folder")
        place = str(Path(place).expanduser().resolve())
    with _line(where) as line:
        line.gdelt(place, str(first or ""), str(last or ""))


@contextmanager
def _line(where: Settings) -> Iterator[Line]:
    """The line over one home; after its runs, what there is now, and status 1 where a check failed.

    A full disk ends it with one clear line, whatever it broke.
    """
    from pipelines.run import Line, full_disk_is_said

    with full_disk_is_said(where):
        settings.remember_feeds(where)
        line = Line(where)
        yield line
        summary.show(where, out)
        line.report_checks()


def connect(where: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the published copy; the newest, where another machine publishes."""
    renew(where.storage, where.published)
    if not where.published.exists():
        raise DemarcheError(_nothing_published(where))
    return duckdb.connect(str(where.published), read_only=True)


def _nothing_published(where: Settings) -> str:
    return f"nothing is published in {where.home} yet: `./demarche run` makes it (the sample, offline)"


def query(where: Settings, sql: str, format_: str) -> None:
    """Print the result of one query as a table, CSV or JSON."""
    if format_ not in ("table", "csv", "json"):
        raise InputError(f"--format {format_}: choose table, csv or json")
    with connect(where) as connection:
        try:
            result = connection.execute(sql)
            head = [column[0] for column in result.description or ()]
            rows = result.fetchall()
        except duckdb.Error as error:
            raise InputError(str(error)) from error
    if format_ == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
    elif format_ == "json":
        json.dump(
            [dict(zip(head, row, strict=True)) for row in rows],
            sys.stdout,
            ensure_ascii=False,
            default=str,
            indent=1,
        )
        print()
    else:
        print_table(head, rows)


def write_report(where: Settings) -> None:
    """Write the report of the published copy, and say where it begins."""
    from pipelines.progress import bar
    from pipelines.report.site import build_report

    if not where.published.exists():
        raise DemarcheError(_nothing_published(where))
    with bar("writing the report") as tell:
        built = build_report(where.published, where.report, tell)
    out.print(f"{built.pages:,} pages, {built.bytes / 1e6:.1f} MB: {built.index}", highlight=False)


def export(where: Settings, folder: Path, format_: str = "both") -> None:
    """Write the published tables as files, and say how many rows each has."""
    from pipelines.export import FORMATS
    from pipelines.export import export as write

    if format_ not in FORMATS:
        raise InputError(f"--format {format_}: choose {', '.join(FORMATS)}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: not an empty folder; name a new one, so that no file is replaced")
    if not where.published.exists():
        raise InputError(_nothing_published(where))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".probe").touch()
        (folder / ".probe").unlink()
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}; name another folder") from error
    with connect(where) as connection:
        for table, rows in write(connection, folder, format_):
            out.print(f"{table}: {rows:,} rows", highlight=False)


def print_table(head: list[str], rows: list[tuple]) -> None:
    """Rows for a person; markup in the data stays text."""
    table = Table(*head, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(_plain(value) for value in row))
    # A pipe has no width: nothing is cut for it.
    console = (
        out
        if out.is_terminal
        else Console(width=max(200, *(len(_plain(v)) for r in rows for v in r), 0) * 2 if rows else 200)
    )
    console.print(table, markup=False)


def _plain(value: object) -> str:
    from rich.markup import escape

    return "" if value is None else escape(str(value))


def move_home(source: str, target: str) -> None:
    """Copy a home from a folder or s3:// address to another; neither fetches nor changes the source meanwhile."""
    from pipelines.move import move
    from pipelines.progress import bar

    folders = [Path(place).expanduser().resolve() for place in (source, target) if not is_url(place)]
    if not is_url(source) and not folders[0].is_dir():
        raise InputError(f"{source}: no such folder")
    where = replace(
        settings.load(folders[0] if folders else None), lake_place="", feeds_file=settings.DATA / "feeds.csv"
    )
    storages = [
        where.storage_at(place if is_url(place) else Path(place).expanduser().resolve())
        for place in (source, target)
    ]
    # On one machine without a catalogue both have the same lock; with one, folders are locked through it as well.
    with storages[0].lock("documents/.fetching.lock"), bar("moving") as report:
        moved = move(*storages, report)
    out.print(
        f"{moved.copied:,} files ({moved.bytes / 1e6:,.1f} MB) and {moved.logged:,} bytes of logs copied, "
        f"{moved.there:,} were there; {source} is unchanged"
    )
    out.print(
        "Next: DEMARCHE_LAKE=" + target + " ./demarche run --live"
        if is_url(target)
        else f"Next: ./demarche run --live --home {target}   (without DEMARCHE_LAKE and DEMARCHE_CATALOGUE)"
    )


def show_feeds(where: Settings) -> None:
    """Health of every feed: last success, outcome, what comes next."""
    from pipelines.feeds.feedlist import read_feeds
    from pipelines.feeds.health import health

    now = settings.now()
    head = ["feed", "state", "last outcome", "last success", "failures", "next attempt", "note"]
    rows = [
        (
            h.feed_id,
            h.state,
            h.last_outcome,
            _minute(h.last_success),
            h.failures,
            _minute(h.next_attempt),
            h.note,
        )
        for h in health(Documents(where.documents), read_feeds(where.feeds_file), now)
    ]
    print_table(head, rows)


def _minute(moment) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


def ui(where: Settings, host: str, port: int) -> None:
    """Become `dagster dev` in the foreground, so that Ctrl-C reaches it."""
    from pipelines.run import prepare

    prepare(where)
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.chdir(settings.ROOT)
    # `dagster dev` is what Dagster's own documentation of this version starts; that another command will follow it helps nobody here.
    os.environ["PYTHONWARNINGS"] = "ignore:Function `dev_command` is superseded"
    # A shell lets what it starts in the background ignore SIGINT, and Dagster takes SIGTERM for the same: nothing would end it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(dagster, [dagster, "dev", "-m", "pipelines.definitions", "-h", host, "-p", str(port)])
