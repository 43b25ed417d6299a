"""The pages of the report: for each its template, its values, and the tables that lie beside it as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.report.copy import Copy
from pipelines.report.pages.actor import actor_pages
from pipelines.report.pages.index import index_pages
from pipelines.report.pages.pair import pair_pages
from pipelines.report.pages.sanctions import sanction_records, sanctions_pages
from pipelines.report.pages.sureness import sureness_page
from pipelines.report.pages.today import today_page
from pipelines.report.world import Levels, Page, World


def all_pages(copy: Copy, world: World, quality: Path) -> Iterator[Page]:
    """Every page of the report, one after another."""
    in_force = copy.ask("in_force")
    stocks = copy.ask("stocks")
    levels = Levels(copy.ask("levels"), world)
    records = sanction_records(copy, world)
    yield today_page(copy, world, records, levels)
    yield from index_pages(world)
    yield from pair_pages(copy, world, levels, in_force, stocks, records)
    yield from actor_pages(copy, world, in_force, stocks, levels)
    yield from sanctions_pages(world, records, in_force)
    yield sureness_page(copy, world, quality)
