"""From scored candidates to acts: which readings of a trigger hold, and which mentions are one act."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from pipelines.coding.roles import Candidate


@dataclass
class Act:
    """One act of an article while it is put together; the best mention comes first."""

    source: str
    target: str
    type: str
    mode: str | None
    cameo: str
    status: str
    day: date | None
    precision: str
    basis: str | None
    count: int | None
    unit: str | None
    reciprocal: bool
    confidence: float
    mentions: list[Candidate] = field(default_factory=list)
    response_to: tuple[str, str, str] | None = None

    @property
    def first(self) -> Candidate:
        return self.mentions[0]


def settle(candidates: list[Candidate], threshold: float) -> list[Candidate]:
    """The candidates that hold: probable enough, one type for a trigger and pair, one direction for a pair."""
    best: dict[tuple, Candidate] = {}
    for c in candidates:
        if c.score < threshold:
            continue
        pair = tuple(sorted((c.source.party.code, c.target.party.code)))
        key = (c.sentence.field, c.sentence.index, c.sentence.start, c.hit.token, pair)
        known = best.get(key)
        if known is None or c.score > known.score:
            best[key] = c
    return sorted(best.values(), key=lambda c: (-c.score, c.sentence.field, c.sentence.start, c.hit.token))


def merge(acts: list[Act]) -> list[Act]:
    """Join mentions of the same act: same parties, type, mode and status, days that do not contradict."""
    merged: list[Act] = []
    groups: dict[tuple, list[Act]] = defaultdict(list)
    for act in acts:
        pair = tuple(sorted((act.source, act.target))) if act.reciprocal else (act.source, act.target)
        key = (pair, act.reciprocal, act.type, act.mode, act.status)
        for other in groups[key]:
            if _same(other, act):
                _absorb(other, act)
                break
        else:
            groups[key].append(act)
            merged.append(act)
    return merged


def _same(a: Act, b: Act) -> bool:
    if a.day and b.day and a.day != b.day:
        # a day that was only taken from publication gives way to one that the text states
        return "publication" in (a.basis, b.basis) or "fetch" in (a.basis, b.basis)
    return not (a.count and b.count and a.count != b.count and a.unit == b.unit and a.type != "ASSAULT")


def _absorb(a: Act, b: Act) -> None:
    a.mentions += b.mentions
    a.confidence = max(a.confidence, b.confidence)
    if b.day and (
        a.day is None or (a.basis in ("publication", "fetch") and b.basis not in ("publication", "fetch"))
    ):
        a.day, a.precision, a.basis = b.day, b.precision, b.basis
    if b.count and not a.count:
        a.count, a.unit = b.count, b.unit
    a.response_to = a.response_to or b.response_to
