"""Designees of the news, linked to the entries of their sender's list."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import pyarrow as pa

from pipelines import tables
from pipelines.lake import Lake
from pipelines.lists import link
from pipelines.lists.entry import HERE, Entry
from pipelines.lists.sources import Source

BATCH = "list-links"
# Measures that put nobody on a list.
DIPLOMATIC = {"diplomatic_expulsion", "diplomatic_closure"}
PLURAL = ("aliases", "weak_aliases", "programmes", "countries", "birth_dates", "measures")


def inputs(lake: Lake) -> str:
    """Fingerprint of all that the links are made from: the sanctions records, and the lists."""
    digest = hashlib.sha256(link.VERSION.encode())
    for name in ("words.csv", "variants.csv"):
        digest.update((HERE / name).read_bytes())
    for table in ("sanctions", "list_entries", "list_changes"):
        for complete in lake.batches(table):
            digest.update(f"{table} {complete.batch} {complete.fingerprint}\n".encode())
    return digest.hexdigest()


def link_all(
    lake: Lake, sources: Iterable[Source], on_progress: Callable[[int, int], None] | None = None
) -> pa.Table:
    """Every designee of every sanctions record of the news, as rows of list_links."""
    senders = {source.sender: source.source for source in sources}
    linkers = {name: link.Linker(listed) for name, listed in _listed(lake).items()}
    batches = [c.batch for c in lake.batches("sanctions") if c.rows and not c.batch.startswith("list-")]
    known: dict[link.Designee, link.Link] = {}
    rows = []
    for number, batch in enumerate(batches, 1):
        types = _types(lake, batch)
        for record in lake.read("sanctions", batch).to_pylist():
            source, named = senders.get(record["sender"]), record["designees"] or ()
            mentioned = [name for name in types.get(record["coding_id"], ()) if name not in named]
            if record["action"] == "threaten" or set(record["measures"] or ()) <= DIPLOMATIC:
                mentioned = []
            for name, basis in [
                *((name, "name") for name in named),
                *((name, "mentioned") for name in mentioned),
            ]:
                designee = link.Designee(
                    name,
                    types.get(record["coding_id"], {}).get(name),
                    record["target"],
                    record["announced_date"],
                    record["action"],
                    record["instrument"],
                )
                if (source, designee) not in known:
                    known[source, designee] = (
                        linkers[source].link(designee)
                        if source in linkers
                        else link.Link("none", evidence=f"no list of {record['sender']} is kept")
                    )
                found = known[source, designee]
                # Who is only mentioned is a designee where the list changed for him in those days, and not otherwise.
                if basis == "name" or (found.outcome == "linked" and found.is_timely):
                    rows.append(_row(record, name, basis, found))
        if on_progress:
            on_progress(number, len(batches))
    return tables.LIST_LINKS.from_rows([row | {"batch": BATCH} for row in rows])


def _row(record: Mapping, name: str, basis: str, found: link.Link) -> dict:
    return {
        "coding_id": record["coding_id"],
        "event_ordinal": record["event_ordinal"],
        "designee": name,
        "basis": basis,
        "source": found.listed.source if found.listed else None,
        "entry_id": found.listed.entry.entry_id if found.listed else None,
        "matched_name": found.matched_name,
        "name_score": found.name_score,
        "score": None if found.score is None else min(found.score, 1.0),
        "outcome": found.outcome,
        "evidence": found.evidence,
    }


def _types(lake: Lake, batch: str) -> dict[str, dict[str, str]]:
    """By content, the persons and bodies that it names, and which of both each is."""
    types: dict[str, dict[str, str]] = defaultdict(dict)
    for row in lake.read("entities", batch).select(["coding_id", "name", "type"]).to_pylist():
        if row["type"] in ("person", "organisation", "igo"):
            types[row["coding_id"]][row["name"]] = "person" if row["type"] == "person" else "organisation"
    return types


def _listed(lake: Lake) -> dict[str, list[link.Listed]]:
    """The latest version of every entry that ever was on a list, with the days on which it came and went."""
    entries: dict[tuple[str, str], Entry] = {}
    for complete in sorted(lake.batches("list_entries"), key=lambda c: c.batch[-10:]):
        for row in lake.read("list_entries", complete.batch).to_pylist():
            parts = {name: row[name] for name in Entry.__dataclass_fields__}
            parts |= {name: tuple(row[name] or ()) for name in PLURAL}
            entries[row["source"], row["entry_id"]] = Entry(**parts)
    came: dict[tuple[str, str], dict[str, object]] = defaultdict(dict)
    for complete in lake.batches("list_changes"):
        for row in lake.read("list_changes", complete.batch).to_pylist():
            key = (row["source"], row["entry_id"])
            came[key][row["action"]] = max(
                row["change_date"], came[key].get(row["action"], row["change_date"])
            )
    listed: dict[str, list[link.Listed]] = defaultdict(list)
    for (source, number), entry in sorted(entries.items()):
        days = came[source, number]
        listed[source].append(link.Listed(source, entry, days.get("added"), days.get("removed")))
    return listed
