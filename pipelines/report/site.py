"""The report on disk: pages, their CSV files and the style, made beside the old report and put in its place at once."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.plural import plural
from pipelines.progress import Report as Progress
from pipelines.report import words
from pipelines.report.copy import opened
from pipelines.report.pages import all_pages
from pipelines.report.world import ORIGIN_NAMES, Page, Table, actor_path, pair_path, slug, world_of
from pipelines.settings import CODER_QUALITY, REFERENCE

HERE = Path(__file__).parent
STATIC = HERE / "static"
MADE_FROM = ".made-from"
COUNTRIES = REFERENCE / "countries.csv"


@dataclass(frozen=True)
class Built:
    """What was written: where it begins, how many pages and tables, how many bytes, and the largest page."""

    index: Path
    pages: int
    tables: int
    bytes: int
    largest: int


def build_report(published: Path, folder: Path, on_progress: Progress = lambda done, total: None) -> Built:
    """Write the report of a published copy into `folder`; an old one there is replaced in one step, whole or not at all."""
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        for part in ("pair", "actor", "data"):
            (fresh / part).mkdir(parents=True)
        shutil.copytree(STATIC, fresh / "static")
        sizes, tables = [], 0
        with opened(published) as copy:
            world = world_of(copy, COUNTRIES)
            templates = environment(world.words)
            templates.globals |= {"world": world}
            about = len(world.pairs) + len({code for pair in world.pairs for code in pair}) + 4
            for page in all_pages(copy, world, CODER_QUALITY):
                sizes.append(_write_page(fresh, page, templates))
                on_progress(len(sizes), max(about, len(sizes)))
                for table in page.tables:
                    (fresh / table.path).write_text(as_csv(table), "utf-8")
                    tables += 1
        (fresh / MADE_FROM).write_text(_basis(published), "utf-8")
        _put_in_place(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    written = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Built(folder / "index.html", len(sizes), tables, written, max(sizes))


def is_current(published: Path, folder: Path) -> bool:
    """Whether the report in `folder` was made from this very copy, by this very code."""
    note = folder / MADE_FROM
    return note.exists() and note.read_text("utf-8") == _basis(published)


def _basis(published: Path) -> str:
    """What a report rests on: the copy as it lies there, and everything that says how a report looks."""
    digest = hashlib.sha256()
    copy = published.stat()
    digest.update(f"{copy.st_size} {copy.st_mtime_ns}".encode())
    for file in sorted([*HERE.rglob("*"), COUNTRIES, CODER_QUALITY]):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _write_page(root: Path, page: Page, templates: Environment) -> int:
    up = "../" * page.path.count("/")
    text = (
        templates.get_template(page.template)
        .render(page.values, up=up, path=page.path)
        .encode("utf-8", "replace")
    )
    (root / page.path).write_bytes(text)
    return len(text)


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Exchange the folders: whoever has a page open reloads the new one."""
    old = folder.with_name(f".{folder.name}.old.{os.getpid()}")
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def environment(vocabulary: words.Words) -> Environment:
    """The templates: everything is escaped unless a plot was drawn from escaped text."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {
        "words": vocabulary, "pair_path": pair_path, "actor_path": actor_path, "slug": slug, "origin_names": ORIGIN_NAMES,
    }  # fmt: skip
    templates.filters |= {
        "day": words.day, "short_day": words.short_day, "signed": words.signed, "listed": words.listed, "capital": words.capital,
        "plural": plural, "lag": words.lag,
    }  # fmt: skip
    return templates


def as_csv(table: Table) -> str:
    """A table as CSV that a spreadsheet reads as data: text that would be a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.head)
    writer.writerows(
        [_cell(value) if isinstance(value, (str, list)) else value for value in row] for row in table.rows
    )
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "|".join(map(str, value))
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
