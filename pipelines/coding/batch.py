"""The coder over an Arrow batch: items in, coded tables out.

`code_chunk` is a pure function from rows to rows, so that a pool of processes here, or a cluster,
can run it unchanged; nothing in this module knows of Dagster, DuckDB or the network.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import tables
from pipelines.cluster import map_in_order
from pipelines.coding.records import Article, Coded
from pipelines.errors import DemarcheError

if TYPE_CHECKING:
    from pipelines.coding.coder import Coder

CHUNK = 500  # contents that one call codes: large enough for the parser's own batching
WORTH_A_POOL = 4_000  # below this, starting processes costs more than they save

Rows = dict[str, list[dict]]
Spread = Callable[[Callable[[pa.Table], Rows], Iterable[pa.Table]], Iterable[Rows]]  # like `map`

_coder: Coder | None = None


def coder() -> Coder:
    """The process's coder; its models are loaded once."""
    global _coder
    if _coder is None:
        from pipelines.coding.coder import Coder  # a second to import: the web UI does without

        _coder = Coder.load()
    return _coder


def distinct_contents(items: pa.Table) -> pa.Table:
    """One row for each coding_id of an items table, in the order of coding_id."""
    first = (
        items.append_column("row", pa.array(range(items.num_rows), pa.int64()))
        .group_by("coding_id")
        .aggregate([("row", "min")])
        .sort_by("coding_id")
    )
    return items.take(first["row_min"])


@contextmanager
def spread(workers: int, contents: int, cluster: str = "") -> Iterator[Spread]:
    """What the chunks of some batches are coded with, in their order.

    That is `map`; or, where as many contents are worth starting them, `workers` processes that load the models once for
    all batches; or the workers of the Dask scheduler at the address `cluster`. The result is the same.
    """
    if cluster:
        yield partial(_on_cluster, cluster)
    elif workers <= 1 or contents < WORTH_A_POOL:
        yield map
    else:
        # spawn: a fork of a process with Arrow's and DuckDB's threads may hang.
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool.map


def code_batch(
    batch: str,
    items: pa.Table,
    coders: Spread = map,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, pa.Table]:
    """Code every distinct content of a batch's items.

    items: rows of tables.ITEMS; coders: see `spread`. Returns the tables of tables.CODED by name, each row with the
    batch's name.
    """
    contents = distinct_contents(items)
    chunks = [contents.slice(start, CHUNK) for start in range(0, contents.num_rows, CHUNK)]
    parts: dict[str, list[pa.Table]] = {table.name: [table.schema.empty_table()] for table in tables.CODED}
    done = 0
    for coded in coders(code_chunk, chunks) if chunks else ():  # a cluster is not asked for nothing
        for name, rows in coded.items():
            for row in rows:
                row["batch"] = batch
            parts[name].append(tables.BY_NAME[name].from_rows(rows))
        done += len(coded["codings"])
        on_progress(done, contents.num_rows)
    return {name: pa.concat_tables(pieces) for name, pieces in parts.items()}


def _on_cluster(
    address: str, function: Callable[[pa.Table], Rows], chunks: Iterable[pa.Table]
) -> Iterator[Rows]:
    for coded in map_in_order(address, function, chunks):
        _of_this_version(coded)
        yield coded


def _of_this_version(coded: Rows) -> None:
    """Refuse what a worker with another coder made: a batch has one version."""
    for row in coded["codings"][:1]:
        if row["coder_version"] != coder().version:
            raise DemarcheError(
                f"a worker's coder is {row['coder_version']}, this one's {coder().version}: install the same on both"
            )


def code_chunk(contents: pa.Table) -> Rows:
    """Code the rows of one chunk of distinct contents; rows of each coded table by the table's name."""
    articles = [article(row) for row in contents.select(_NEEDED).to_pylist()]
    rows: Rows = {table.name: [] for table in tables.CODED}
    for given, coded in zip(articles, coder().code_many(articles), strict=True):
        _append(rows, given, coded)
    return rows


_NEEDED = ["coding_id", "title", "summary", "body", "lang", "published_at", "fetched_at"]


def article(row: dict) -> Article:
    """The coder's input from one row of the items table."""
    published = row["published_at"]
    return Article(
        id=row["coding_id"],
        reference=(published or row["fetched_at"]).astimezone(UTC),
        reference_basis="publication" if published else "fetch",
        title=row["title"] or "",
        summary=row["summary"] or "",
        body=row["body"] or "",
        lang=row["lang"],
    )


def _append(rows: Rows, given: Article, coded: Coded) -> None:
    """Add one article's coding to the rows of the coded tables."""
    key = {"coding_id": given.id}
    version = {"coder_version": coder().version}
    rows["codings"].append(
        key
        | version
        | {
            "outcome": coded.outcome,
            "reference_date": given.reference.date(),
            "reference_basis": given.reference_basis,
            "sentence_count": coded.sentence_count,
            "note": coded.note,
        }
    )
    for ordinal, entity in enumerate(coded.entities):
        rows["entities"].append(
            key
            | {
                "ordinal": ordinal,
                "name": entity.name,
                "actor_id": entity.actor_id,
                "type": entity.type,
                "country": entity.country,
                "role": entity.role,
                "field": entity.field,
                "start_char": entity.start,
                "end_char": entity.end,
            }
        )
    place_of = defaultdict(list)
    for ordinal, event in enumerate(coded.events):
        place_of[event.source, event.target, event.type].append(ordinal)
    for ordinal, event in enumerate(coded.events):
        answered = event.response_to or (None, None, None)
        candidates = [other for other in place_of.get(answered, ()) if other != ordinal]
        rows["events"].append(
            key
            | version
            | {
                "event_ordinal": ordinal,
                "source": event.source,
                "target": event.target,
                "type": event.type,
                "mode": event.mode,
                "cameo": event.cameo,
                "status": event.status,
                "event_date": event.date,
                "date_precision": event.date_precision,
                "date_basis": event.date_basis,
                "count": event.count,
                "unit": event.unit,
                "is_reciprocal": event.reciprocal,
                "response_source": answered[0],
                "response_target": answered[1],
                "response_type": answered[2],
                # Several acts of that pair and type: which one is answered is not said, so none is named.
                "response_ordinal": candidates[0] if len(candidates) == 1 else None,
                "confidence": event.confidence,
            }
        )
        for place, evidence in enumerate(event.evidence):
            rows["evidence"].append(
                key
                | {
                    "event_ordinal": ordinal,
                    "evidence_ordinal": place,
                    "field": evidence.field,
                    "sentence": evidence.sentence,
                    "trigger": evidence.trigger,
                    "start_char": evidence.start,
                    "end_char": evidence.end,
                }
            )
    for sanction in coded.sanctions:
        rows["sanctions"].append(
            key
            | {
                "event_ordinal": sanction.event,
                "sender": sanction.sender,
                "target": sanction.target,
                "action": sanction.action,
                "measures": list(sanction.measures),
                "designees": list(sanction.designees),
                "count": sanction.count,
                "unit": sanction.unit,
                "instrument": sanction.instrument,
                "reason": sanction.reason,
                "status": sanction.status,
                "announced_date": sanction.announced,
                "effective_date": sanction.effective,
            }
        )


def acts_by_type(events: pa.Table) -> Counter:
    """How many coded acts of each type a table of events holds."""
    counts = pc.value_counts(events["type"]).to_pylist()
    return Counter({row["values"]: row["counts"] for row in counts})
