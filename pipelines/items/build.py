"""From kept documents to the lake's tables of one batch: fetches, items, quarantine. Pure, given the documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa

from pipelines import tables
from pipelines.feeds.documents import Documents, Row
from pipelines.feeds.failures import Failure
from pipelines.feeds.feedlist import Feed
from pipelines.feeds.parse import parse
from pipelines.feeds.urls import canonical
from pipelines.items.fulltext import extract
from pipelines.items.normalise import Normalised, aside, normalise
from pipelines.lake import Lake

VERSION = "2"  # raise it when the same documents give other rows: every day is then built again
TABLES = ("fetches", "items", "quarantine")
_FETCH_COLUMNS = {name for name, _, _ in tables.FETCHES.columns}


def feeds_batch(day: date) -> str:
    """The lake's batch of the documents that were collected on one UTC day."""
    return f"feeds-{day.isoformat()}"


def day_inputs(documents: Documents, day: date) -> str:
    """Fingerprint of what a day's batch is made from: its part of the log, and this code's version."""
    return f"{documents.fingerprint(day)}:{VERSION}"


def stale_days(documents: Documents, lake: Lake) -> list[date]:
    """The collected days whose batches are missing or were made from something else."""
    return [
        day
        for day in documents.days()
        if not all(lake.is_current(table, feeds_batch(day), day_inputs(documents, day)) for table in TABLES)
    ]


def build_feed_batch(documents: Documents, feeds: Sequence[Feed], day: date) -> dict[str, pa.Table]:
    """The tables of one collection day. Outlet and language are the list's, else as they were when it was fetched."""
    listed = {feed.feed_id: feed for feed in feeds}
    attempts = documents.attempts(day)
    bodies = _bodies(attempts, documents)
    fetches, items, quarantine = [], [], []
    for attempt in attempts:
        if attempt.get("kind", "feed") != "feed":
            continue
        found = None
        if attempt["outcome"] == "ok":
            found = _document(attempt, listed.get(attempt["feed_id"]), documents, bodies)
            items += found.items
            quarantine += found.aside
        fetches.append(fetch_row(attempt, found.delivered if found else None))
    return as_tables(feeds_batch(day), fetches, items, quarantine)


def _document(attempt: Row, feed: Feed | None, documents: Documents, bodies: dict) -> Normalised:
    """The items of one kept document; one that cannot be parsed is set aside whole."""
    outlet = feed.outlet if feed else attempt.get("outlet") or attempt["feed_id"]
    language = feed.language if feed else attempt.get("language") or ""
    content = documents.read(attempt["document_id"])
    try:
        parsed = parse(content, attempt.get("content_type") or "", attempt.get("final_url") or "")
    except Failure as failure:
        return Normalised(aside=[aside(attempt, None, failure.kind, str(failure))])
    except Exception as error:  # a parser's crash on one document is that document's fault, and kept with it
        return Normalised(aside=[aside(attempt, None, "unparsable", f"{type(error).__name__}: {error}")])
    return normalise(parsed, attempt, outlet, language, bodies.get(attempt["fetch_id"], {}))


def _bodies(attempts: Iterable[Row], documents: Documents) -> dict[str, dict[str, tuple[str, str | None]]]:
    """By delivery and canonical address: the full text of the page that was read for it, and why there is none."""
    texts: dict[str, tuple[str, str | None]] = {}
    found = {}
    for row in attempts:
        if row.get("kind") != "pages":
            continue
        found[row["fetch_id"]] = bodies = {}
        for asked, page in row["pages"].items():
            url = canonical(asked) or asked  # the log's address is as the rules of its day made it
            document_id = page.get("document_id")
            if document_id is None:
                bodies[url] = ("", page["why"])
                continue
            if document_id not in texts:
                texts[document_id] = extract(documents.read(document_id), page.get("content_type") or "")
            bodies[url] = texts[document_id]
    return found


def fetch_row(attempt: Row, item_count: int | None) -> Row:
    """A row of tables.FETCHES (without batch) from a row of the log."""
    return {key: value for key, value in attempt.items() if key in _FETCH_COLUMNS} | {
        "item_count": item_count
    }


def as_tables(batch: str, fetches: list[Row], items: list[Row], quarantine: list[Row]) -> dict[str, pa.Table]:
    """Rows as the lake's tables, each row with its batch's name."""
    rows = {"fetches": fetches, "items": items, "quarantine": quarantine}
    return {
        name: tables.BY_NAME[name].from_rows([row | {"batch": batch} for row in found])
        for name, found in rows.items()
    }
