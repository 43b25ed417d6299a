"""From kept downloads to the lake: snapshots, entries, changes, and the acts that the changes are.

A day's batch of a list (`list-ofac-2026-11-23`) compares the day's last good download with the last good one before
it. An act of a list takes the same way as an act of the news: an item that says in a sentence of ours what was added or
removed, a coding, an event, its evidence and a sanctions record, all of origin `list`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from pipelines import tables
from pipelines.lake import Lake
from pipelines.lists import compare, ofac
from pipelines.lists.entry import Entry, Fault, MalformedList, merged, unique
from pipelines.lists.sources import Source
from pipelines.lists.store import Kept, ListStore

VERSION = "lists-1"
MADE = (
    "list_snapshots",
    "list_entries",
    "list_changes",
    "items",
    "codings",
    "entities",
    "events",
    "evidence",
    "sanctions",
    "quarantine",
)
# What an act of a list is: what PLOVER and CAMEO call it, and how we say it.
ACTS = {
    "added": ("SANCTION", "sanction", "163", "impose", "Added to"),
    "removed": ("CONCEDE", "ease", "085", "lift", "Removed from"),
}
# So many names stand in an item's text; all stand in its sanctions record.
NAMES_SHOWN = 40
FAULTS_SHOWN = 100
UNITS = {"person": "individuals", "organisation": "entities", "ship": "ships", "aircraft": "aircraft"}


@dataclass
class Day:
    """What one day's batch holds."""

    batch: str
    inputs: str
    snapshot: dict | None = None
    entries: list[tuple[Entry, str]] = field(default_factory=list)
    changes: list[tuple[compare.Change, str]] = field(default_factory=list)
    faults: list[tuple[Fault, str | None]] = field(default_factory=list)


def batch_of(source: str, day: date) -> str:
    return f"list-{source}-{day.isoformat()}"


def stale_days(source: Source, store: ListStore, lake: Lake) -> list[date]:
    """The days whose batch is not made, or was made from something else."""
    return [
        day
        for day, inputs in _inputs(source, store).items()
        if not all(lake.is_current(table, batch_of(source.source, day), inputs, VERSION) for table in MADE)
    ]


def build(
    source: Source,
    store: ListStore,
    lake: Lake,
    days: Iterable[date] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Day]:
    """Make the batches of `days` (all stale ones where none are named), in order; returns what was made.

    A batch depends on the downloads up to its day only, so it can be made again at any time with the same result.
    """
    inputs = _inputs(source, store)
    stale = stale_days(source, store, lake)
    wanted = set(stale)
    if days is not None:
        named = set(days) & inputs.keys()
        wanted = named | {day for day in stale if named and day < max(named)}
    reader = _Reader(source, store, lake, inputs)
    made = []
    for number, day in enumerate(sorted(wanted), 1):
        made.append(reader.day(day))
        _write(source, made[-1], lake)
        if on_progress:
            on_progress(number, len(wanted))
    return made


def _inputs(source: Source, store: ListStore) -> dict[date, str]:
    """Each day with downloads, and the fingerprint of all that its batch depends on."""
    downloads: dict[date, list[str]] = defaultdict(list)
    for kind in ("snapshot", "delta"):
        for kept in store.kept(source.source, kind):
            downloads[kept.day].append(f"{kept.fetched_at.isoformat()} {kept.id}")
    digest, found = hashlib.sha256((source.digest + VERSION).encode()), {}
    for day in sorted(downloads):
        for line in sorted(downloads[day]):
            digest.update(line.encode())
        found[day] = digest.hexdigest()
    return found


class _Reader:
    """Reads the downloads of a list, and knows which were good: each is judged by the last good one before it."""

    def __init__(self, source: Source, store: ListStore, lake: Lake, inputs: dict[date, str]) -> None:
        self.source, self.store, self.lake, self.inputs = source, store, lake, inputs
        self.snapshots, self.deltas = store.kept(source.source), store.kept(source.source, "delta")
        self._entries: dict[str, dict[str, Entry]] = {}
        self._good: dict[date, Kept | None] = {}
        self._changes: dict[str, list[compare.Change]] = {}
        self._broken: dict[str, Fault] = {}

    def day(self, day: date) -> Day:
        """The batch of one day."""
        made = Day(batch_of(self.source.source, day), self.inputs[day])
        if any(kept.day == day for kept in self.snapshots):
            self._compare(day, made)
        if any(kept.day == day for kept in self.deltas):
            shown = self._shown_before(day)
            for kept in self.deltas:
                if kept.day == day:
                    (document,) = kept.files.values()
                    made.changes += [
                        (change, document) for change in self._delta(kept) if not _is_shown(change, shown)
                    ]
                    made.faults += [(fault, document) for fault in [self._broken.get(kept.id)] if fault]
        return made

    def _compare(self, day: date, made: Day) -> None:
        previous = self._last_good(day)
        taken, entries, reasons, faults = self._judge(day, previous)
        self._good[day] = taken if entries is not None else None
        document = min(taken.files.values())
        made.faults = [(fault, taken.files.get(fault.document)) for fault in faults]
        made.snapshot = {
            "snapshot_id": taken.id,
            "source": self.source.source,
            "fetched_at": taken.fetched_at,
            "outcome": "refused" if entries is None else "compared" if previous else "baseline",
            "reason": "; ".join(reasons) or None,
            "entry_count": len(entries or ()),
            "document_ids": sorted(taken.files.values()),
            "previous_at": previous.fetched_at if previous else None,
        }
        if entries is None:
            made.faults.append((Fault("snapshot", 0, "list_refused", "; ".join(reasons)), None))
        elif previous is None:
            made.entries = [(entry, document) for entry in entries.values()]
        else:
            changes = compare.compare(self._read(previous), entries, previous.day, day)
            made.entries = [(change.after, document) for change in changes if change.after]
            told = [
                change
                for kept in self.deltas
                if previous.day <= kept.day <= day
                for change in self._delta(kept)
            ]
            # What the publisher dates himself is not told twice.
            made.changes = [(change, document) for change in changes if not _is_told(change, told)]
            for action in ("added", "amended", "removed"):
                made.snapshot[f"{action}_count"] = sum(change.action == action for change in changes)

    def _judge(self, day: date, previous: Kept | None):
        """The day's last good download with its entries, else its last one, and why it is refused."""
        judged = None
        for kept in reversed([kept for kept in self.snapshots if kept.day == day]):
            try:
                parsed = self.source.parse(self.store.files(kept))
                entries, faults = merged(parsed.entries), parsed.faults[:FAULTS_SHOWN]
                known = self._read(previous) if previous else None
                reasons = compare.refusals(parsed, entries, known, self.source.assertions)
            except MalformedList as error:
                entries, faults, reasons = {}, [], [str(error)]
            if not reasons:
                self._entries = {key: self._entries[key] for key in list(self._entries)[-1:]} | {
                    kept.id: entries
                }
                return kept, entries, reasons, faults
            judged = judged or (kept, None, reasons, faults)
        return judged

    def _last_good(self, before: date) -> Kept | None:
        """The last good download of an earlier day: as the lake says where it is current, else judged anew."""
        days = sorted({kept.day for kept in self.snapshots if kept.day < before}, reverse=True)
        for day in days:
            if day not in self._good:
                self._good[day] = self._verdict(day)
            if self._good[day]:
                return self._good[day]
        return None

    def _verdict(self, day: date) -> Kept | None:
        batch = batch_of(self.source.source, day)
        if self.lake.is_current("list_snapshots", batch, self.inputs[day], VERSION):
            (row,) = self.lake.read("list_snapshots", batch).to_pylist()
            good = row["snapshot_id"] if row["outcome"] != "refused" else None
            return next((kept for kept in self.snapshots if kept.id == good and kept.day == day), None)
        taken, entries, _, _ = self._judge(day, self._last_good(day))
        return taken if entries is not None else None

    def _read(self, kept: Kept) -> dict[str, Entry]:
        """The entries of a download that was good."""
        if kept.id not in self._entries:
            self._entries[kept.id] = merged(self.source.parse(self.store.files(kept)).entries)
        return self._entries[kept.id]

    def _delta(self, kept: Kept) -> list[compare.Change]:
        """What a publication of the list's publisher says; nothing where it cannot be read (a fault of its day)."""
        if kept.id not in self._changes:
            (document,) = kept.files.values()
            try:
                deltas = ofac.parse_delta(self.store.read(self.source.source, document))
            except MalformedList as error:
                deltas = []
                self._broken[kept.id] = Fault(f"delta {min(kept.files)}", 0, "delta_refused", str(error))
            self._changes[kept.id] = [
                compare.Change(
                    delta.entry.entry_id,
                    delta.action,
                    "delta",
                    delta.change_date,
                    None,
                    delta.entry if delta.action == "removed" else None,
                    None if delta.action == "removed" else delta.entry,
                )
                for delta in deltas
            ]
        return self._changes[kept.id]

    def _shown_before(self, day: date) -> list[dict]:
        """The changes that snapshots of earlier days showed before a delta told them."""
        batches = [batch_of(self.source.source, other) for other in self.inputs if other < day]
        rows = [row for batch in batches for row in self.lake.read("list_changes", batch).to_pylist()]
        return [row for row in rows if row["basis"] == "snapshot"]


def _is_shown(change: compare.Change, shown: Iterable[dict]) -> bool:
    return any(
        row["entry_id"] == change.entry_id
        and row["action"] == change.action
        and row["after_date"] <= change.change_date <= row["change_date"]
        for row in shown
    )


def _is_told(change: compare.Change, told: Iterable[compare.Change]) -> bool:
    return any(
        other.entry_id == change.entry_id
        and other.action == change.action
        and change.after_date <= other.change_date <= change.change_date
        for other in told
    )


# --- rows -----------------------------------------------------------------------------------------------------------


def _write(source: Source, made: Day, lake: Lake) -> None:
    rows = {name: [] for name in MADE}
    if made.snapshot:
        rows["list_snapshots"].append(made.snapshot)
    seen = made.snapshot["fetched_at"] if made.snapshot else None
    for entry, document in made.entries:
        rows["list_entries"].append(_entry_row(source, entry, seen, document))
    for change, document in made.changes:
        if change.basis == "delta" and change.action == "added":
            rows["list_entries"].append(
                _entry_row(source, change.after, _midnight(change.change_date), document)
            )
        rows["list_changes"].append(_change_row(source, change, document))
    fetched = seen or _midnight(date.fromisoformat(made.batch[-10:]))
    for act in acts(source, made.changes):
        for name, row in _act_rows(source, act, fetched):
            rows[name].append(row)
    for fault, document in made.faults:
        told = f"{made.batch}|{fault.document}|{fault.position}|{fault.reason}"
        rows["quarantine"].append(
            {
                "quarantine_id": hashlib.sha256(told.encode()).hexdigest(),
                "origin": "list",
                "feed_id": source.source,
                "document_id": document,
                "position": fault.position or None,
                "fetched_at": fetched,
                "reason": fault.reason,
                "evidence": f"{fault.document}: {fault.evidence}",
            }
        )
    for name in MADE:
        table = tables.BY_NAME[name].from_rows([row | {"batch": made.batch} for row in rows[name]])
        lake.write(name, made.batch, table, inputs=made.inputs, version=VERSION)


def _entry_row(source: Source, entry: Entry, seen: datetime | None, document: str) -> dict:
    columns = {
        name: getattr(entry, name) for name, _, _ in tables.LIST_ENTRIES.columns if hasattr(entry, name)
    }
    row = {name: list(value) if isinstance(value, tuple) else value for name, value in columns.items()}
    return row | {"source": source.source, "sender": source.sender, "seen_at": seen, "document_id": document}


def _change_row(source: Source, change: compare.Change, document: str) -> dict:
    told = change.fields
    return {
        "source": source.source,
        "sender": source.sender,
        "entry_id": change.entry_id,
        "action": change.action,
        "basis": change.basis,
        "change_date": change.change_date,
        "after_date": change.after_date,
        "name": change.entry.name or None,
        "type": change.entry.type,
        "programmes": list(change.entry.programmes),
        "target": change.entry.target,
        "fields": list(told),
        "before": change.before.columns(told) if told and change.before else None,
        "after": change.after.columns(told) if told and change.after else None,
        "document_id": document,
    }


@dataclass(frozen=True)
class Act:
    """Entries that were added or removed on one day, aimed at one state."""

    day: date
    action: str
    basis: str
    target: str
    entries: tuple[Entry, ...]
    document: str

    @property
    def instrument(self) -> str | None:
        """The acts that the entries rest on."""
        parts = (part for entry in self.entries for part in (entry.legal_basis or "").split("; "))
        return "; ".join(unique(parts)) or None


def acts(source: Source, changes: Iterable[tuple[compare.Change, str]]) -> list[Act]:
    """The acts that changes are. What is aimed at no state, or at the sender, is a change but no act between states."""
    groups: dict[tuple, list] = defaultdict(list)
    for change, document in changes:
        target = change.entry.target
        if change.action in ACTS and target and target != source.sender and change.entry.name:
            key = (change.change_date, change.action, target, change.basis)
            groups[key].append((change.entry, document))
    return [
        Act(
            day,
            action,
            basis,
            target,
            tuple(entry for entry, _ in group),
            min(document for _, document in group),
        )
        for (day, action, target, basis), group in sorted(groups.items(), key=lambda item: item[0])
    ]


def _act_rows(source: Source, act: Act, fetched: datetime) -> Iterable[tuple[str, dict]]:
    """An act as an item, a coding, an event, its evidence, a sanctions record and its entities."""
    type_, mode, cameo, action, words = ACTS[act.action]
    names = [entry.name for entry in act.entries]
    kinds = {entry.type for entry in act.entries}
    unit = UNITS[kinds.pop()] if len(kinds) == 1 else "individuals and entities"
    programmes = ", ".join(dict.fromkeys(code for entry in act.entries for code in entry.programmes))
    title = f"{source.outlet}: {len(names)} {unit} {words.lower()} the list, aimed at {act.target}"
    shown = "; ".join(names[:NAMES_SHOWN]) + ("; …" if len(names) > NAMES_SHOWN else "")
    summary = f"{words} the {act.entries[0].list} ({programmes}): {shown}."
    content = _hash(title, summary)
    guid = f"{source.source}|{act.day}|{act.action}|{act.target}|{act.basis}"
    coding_id = _hash(guid, content)
    yield (
        "items",
        {
            "item_id": _hash(act.document, guid),
            "origin": "list",
            "document_id": act.document,
            "position": 0,
            "feed_id": source.source,
            "outlet": source.outlet,
            "guid": guid,
            "is_guid_unique": True,
            "title": title,
            "summary": summary,
            "body": "",
            "lang": "en",
            "lang_basis": "feed",
            "published_at": _midnight(act.day),
            "fetched_at": fetched,
            "content_hash": content,
            "coding_id": coding_id,
        },
    )
    key = {"coding_id": coding_id}
    yield (
        "codings",
        key
        | {
            "outcome": "coded",
            "reference_date": act.day,
            "reference_basis": "publication",
            "sentence_count": 2,
            "coder_version": VERSION,
        },
    )
    yield (
        "events",
        key
        | {
            "event_ordinal": 0,
            "source": source.sender,
            "target": act.target,
            "type": type_,
            "mode": mode,
            "cameo": cameo,
            "status": "actual",
            "event_date": act.day,
            "date_precision": "day",
            "date_basis": "stated" if act.basis == "delta" else "fetch",
            "count": len(names),
            "unit": unit,
            "is_reciprocal": False,
            "confidence": 1.0,
            "coder_version": VERSION,
        },
    )
    yield (
        "evidence",
        key
        | {
            "event_ordinal": 0,
            "evidence_ordinal": 0,
            "field": "summary",
            "sentence": summary,
            "trigger": words,
            "start_char": 0,
            "end_char": len(words),
        },
    )
    yield (
        "sanctions",
        key
        | {
            "event_ordinal": 0,
            "sender": source.sender,
            "target": act.target,
            "action": action,
            "measures": list(dict.fromkeys(measure for entry in act.entries for measure in entry.measures)),
            "designees": names,
            "count": len(names),
            "unit": unit,
            "instrument": act.instrument,
            "status": "actual",
            "announced_date": act.day,
        },
    )
    start = 0
    for ordinal, entry in enumerate(act.entries[:NAMES_SHOWN]):
        start = summary.index(entry.name, start)
        yield (
            "entities",
            key
            | {
                "ordinal": ordinal,
                "name": entry.name,
                "type": "person" if entry.type == "person" else "organisation",
                "country": entry.countries[0] if entry.countries else None,
                "role": entry.title,
                "field": "summary",
                "start_char": start,
                "end_char": start + len(entry.name),
            },
        )
        start += len(entry.name)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
