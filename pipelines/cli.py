"""The command: parses arguments, calls the rest."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines import settings
from pipelines.errors import DemarcheError, InputError

app = typer.Typer(
    name="demarche",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="News to warehouse for international relations: who did what to whom, and the sentence that says so.",
)

EXAMPLES = {
    "run": (
        ("the bundled sample, offline", "run"),
        ("today's news, in a home of your own", "run --live"),
        ("rebuild some collected days", "run --from 2026-11-01 --to 2026-11-20"),
        ("load history", "run --archive articles.jsonl.gz --name wire"),
    ),
    "code": (("one file", "code articles.jsonl coded.jsonl"), ("as a filter", "code - -")),
    "query": (
        ("which tables there are", 'query "show tables"'),
        (
            "who expelled whom",
            "query \"select event_date, source, target, count from fct_event where mode = 'expel'\"",
        ),
        (
            "what a column means",
            "query \"select column_name, comment from duckdb_columns() where table_name = 'fct_event'\"",
        ),
        ("for a spreadsheet", 'query --format csv "from fct_sanction"'),
    ),
    "report": (("after a template changed", "report"), ("the sample's", "report --sample")),
    "export": (
        ("CSV and Parquet", "export published-files"),
        ("Parquet alone", "export published-files --format parquet"),
    ),
    "feeds": (("of this home", "feeds"), ("of a home that tries another list", "feeds --home /tmp/try")),
    "move": (
        ("into a bucket", "move data/home s3://news/home"),
        ("and back", "move s3://news/home data/home"),
    ),
    "ui": (("on http://127.0.0.1:3000", "ui"), ("the sample's, on another port", "ui --sample --port 3001")),
    "test": (("all", "test"), ("those about feeds", "test tests/unit -k feeds")),
}


def command(function: Callable) -> Callable:
    """A command under its function's name, with its examples below the options."""
    lines = [f"./demarche {call}\n  {what}" for what, call in EXAMPLES[function.__name__]]
    return app.command(epilog="Examples:\n\n" + "\n\n".join(lines))(function)


HomeOption = Annotated[Path | None, typer.Option("--home", help="Folder for everything that is made.")]
SampleOption = Annotated[bool, typer.Option("--sample", help="Take the sample's home.")]


def main() -> None:
    """Run the command; an error that a person can mend is one line, not a trace."""
    try:
        app(prog_name="demarche")  # by this name shells complete it
    except InputError as error:
        _fail(error, 2)
    except DemarcheError as error:
        _fail(error, 1)
    except OSError as error:
        _fail(error, 1)


def _fail(error: Exception, status: int) -> None:
    print(f"demarche: {error}", file=sys.stderr)
    sys.exit(status)


@command
def run(
    live: Annotated[
        bool, typer.Option("--live", help="Fetch the feeds now, and process every day with new documents.")
    ] = False,
    feeds: Annotated[Path | None, typer.Option(help="With --live: another list of feeds.")] = None,
    from_: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="Rebuild collected days from this one on, without fetching."
        ),
    ] = None,
    to: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With --from: the last day to rebuild.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="Load a file of dated articles (JSON Lines, also .gz).")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="With --archive: the archive's name; else the file's.")
    ] = None,
    gdelt: Annotated[
        str | None,
        typer.Option(
            help="Load GDELT's event files: a folder, a file, a master list's address, or 2.0 or 1.0 for the public "
            "ones; --from and --to limit the days."
        ),
    ] = None,
    home: HomeOption = None,
    sample: SampleOption = False,
) -> None:
    """Run the line: documents, items, coded acts, warehouse, published copy, report. Without options: the sample, offline."""
    from pipelines import commands

    rebuild = from_ if not gdelt else None
    chosen = [
        option
        for option, given in (
            ("--live", live),
            ("--from", rebuild),
            ("--archive", archive),
            ("--gdelt", gdelt),
        )
        if given
    ]
    if len(chosen) > 1:
        raise InputError(f"{' and '.join(chosen)} are different runs: choose one")
    for option, given, partner, present in (
        ("--feeds", feeds, "--live", live),
        ("--to", to, "--from", from_),
        ("--name", name, "--archive", archive),
    ):
        if given and not present:
            raise InputError(f"{option} goes with {partner}")
    first, last = (day.date() if day else None for day in (from_, to))
    if rebuild:
        commands.run_days(_looked_at(home, sample), first, last or date.max)
        return
    where = settings.load(home, sample=sample or not chosen, feeds=feeds)
    if gdelt:
        commands.run_gdelt(where, gdelt, first, last)
    elif archive:
        commands.run_archive(where, archive, name)
    else:
        commands.run_feeds(where)


def _looked_at(home: Path | None, sample: bool) -> settings.Settings:
    """The home that is looked at, and a word where it is not the one that was to be expected."""
    where = settings.looked_at(home, sample)
    if where.home != settings.load(home, sample).home:
        print("demarche: only the sample was run so far; this is its home (--sample)", file=sys.stderr)
    return where


@command
def code(
    source: Annotated[
        str, typer.Argument(metavar="IN.jsonl", help="Articles, one JSON object a line; - is standard input.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="OUT.jsonl", help="Records of the coding guide; - is standard output.")
    ],
) -> None:
    """Only the coder: articles in, coded records out."""
    from pipelines.coding.jsonl import code_file

    sys.exit(code_file(source, target))


@command
def query(
    sql: Annotated[str, typer.Argument(help="One SQL query.")],
    format_: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    home: HomeOption = None,
    sample: SampleOption = False,
) -> None:
    """SQL on the published copy."""
    from pipelines import commands

    commands.query(_looked_at(home, sample), sql, format_)


@command
def report(home: HomeOption = None, sample: SampleOption = False) -> None:
    """Write the report again, from the published copy alone (every run writes it)."""
    from pipelines import commands

    commands.write_report(_looked_at(home, sample))


@command
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; a new or empty folder.")],
    format_: Annotated[str, typer.Option("--format", help="csv, parquet or both.")] = "both",
    home: HomeOption = None,
    sample: SampleOption = False,
) -> None:
    """The published tables as CSV and Parquet, with a data dictionary and a datapackage.json."""
    from pipelines import commands

    commands.export(_looked_at(home, sample), folder, format_)


@command
def feeds(home: HomeOption = None, sample: SampleOption = False) -> None:
    """Health of every feed."""
    from pipelines import commands

    commands.show_feeds(_looked_at(home, sample))


@command
def move(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A home's folder, or s3://BUCKET/PREFIX.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A home's folder, or s3://BUCKET/PREFIX.")],
) -> None:
    """Move a home to object storage or back: documents, lists, lake, published copies. FROM is not changed."""
    from pipelines import commands

    commands.move_home(source, target)


@command
def ui(
    home: HomeOption = None,
    sample: SampleOption = False,
    port: Annotated[int, typer.Option(help="Port of the web UI.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """The Dagster web UI, with schedules and sensors running. Ctrl-C ends it."""
    from pipelines import commands

    commands.ui(_looked_at(home, sample), host, port)


@command
def test() -> None:
    """The tests; further arguments go to pytest."""
    raise InputError("`./demarche test` is run by the script itself; here: python -m pytest")


if __name__ == "__main__":
    main()
