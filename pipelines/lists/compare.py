"""Is a download the list that it should be, and what changed since the last good one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.lists.entry import Entry, Parsed
from pipelines.lists.sources import Assertions


@dataclass(frozen=True)
class Change:
    """One entry added, amended or removed. `after_date` is the last day on which it was not yet seen; None where the
    publisher himself dates the change (basis delta)."""

    entry_id: str
    action: str
    basis: str
    change_date: date
    after_date: date | None
    before: Entry | None
    after: Entry | None
    fields: tuple[str, ...] = ()

    @property
    def entry(self) -> Entry:
        """The entry as it is, or as it last was."""
        return self.after or self.before


def refusals(
    parsed: Parsed, entries: Mapping[str, Entry], previous: Mapping[str, Entry] | None, must: Assertions
) -> list[str]:
    """Why a download is refused, in words; empty where it is the list that it should be."""
    found = []
    count = len(entries)
    if count < must.min_entries:
        found.append(f"{count} entries where at least {must.min_entries} are expected")
    if len(parsed.faults) > must.max_fault_share * max(count, 1):
        first = parsed.faults[0]
        found.append(
            f"{len(parsed.faults)} entries cannot be read, the first in {first.document} at {first.position}: {first.reason}"
        )
    if previous:
        gone = len(previous.keys() - entries.keys())
        if gone > must.max_removed_share * len(previous):
            found.append(
                f"{gone} of {len(previous)} entries are gone, more than {must.max_removed_share:.0%}"
            )
    for column, least in must.fill.items():
        filled = sum(bool(getattr(entry, column)) for entry in entries.values())
        if count and filled < least * count:
            found.append(
                f"only {filled / count:.0%} of the entries have {column} where {least:.0%} are expected"
            )
    return found


def compare(
    previous: Mapping[str, Entry], current: Mapping[str, Entry], previous_day: date, day: date
) -> list[Change]:
    """What changed between two snapshots, by entry number."""
    changes = []
    for entry_id in sorted(previous.keys() | current.keys()):
        before, after = previous.get(entry_id), current.get(entry_id)
        if before is None:
            changes.append(Change(entry_id, "added", "snapshot", day, previous_day, None, after))
        elif after is None:
            changes.append(Change(entry_id, "removed", "snapshot", day, previous_day, before, None))
        elif fields := after.differs(before):
            changes.append(Change(entry_id, "amended", "snapshot", day, previous_day, before, after, fields))
    return changes
