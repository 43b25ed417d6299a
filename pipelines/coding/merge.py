"""From scored candidates to acts: which readings of a trigger hold, and which mentions are one act."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from pipelines.coding.roles import Candidate

COUNTED = ("actual", "planned")


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


_OF_PUBLICATION = (None, "publication", "fetch")


def merge(acts: list[Act]) -> list[Act]:
    """Join mentions of the same act: same parties and type, kin modes and statuses, days that do not contradict."""
    merged: list[Act] = []
    groups: dict[tuple, list[Act]] = defaultdict(list)
    for act in acts:
        either = act.reciprocal or act.type == "CONSULT"
        pair = tuple(sorted((act.source, act.target))) if either else (act.source, act.target)
        found = groups[pair, act.type]
        for other in found:
            if _same(other, act):
                _absorb(other, act)
                break
        else:
            found.append(act)
            merged.append(act)
    return merged


def _same(a: Act, b: Act) -> bool:
    if not _kin(a, b) or (a.status in COUNTED) != (b.status in COUNTED):
        return False
    if a.day and b.day and a.day != b.day:
        # a day that was only taken from publication gives way to one that the text states
        return a.basis in _OF_PUBLICATION or b.basis in _OF_PUBLICATION
    return True


def _kin(a: Act, b: Act) -> bool:
    """Whether two modes may be of one act: the same, one unsaid, or two words for one attack or one meeting."""
    if (
        a.mode == b.mode
        or a.type in ("ASSAULT", "CONSULT")
        or (a.type != "SANCTION" and None in (a.mode, b.mode))
    ):
        return "occupy" not in (a.mode, b.mode) or a.mode == b.mode
    return False


def _absorb(a: Act, b: Act) -> None:
    a.mentions += b.mentions
    a.confidence = max(a.confidence, b.confidence)
    if b.day and (a.day is None or (a.basis in _OF_PUBLICATION and b.basis not in _OF_PUBLICATION)):
        a.day, a.precision, a.basis = b.day, b.precision, b.basis
    if b.count and not a.count:
        a.count, a.unit = b.count, b.unit
    if a.mode is None and b.mode:
        a.mode, a.cameo = b.mode, b.cameo
    if b.status == "actual" and a.status == "planned":
        a.status = b.status
    a.response_to = a.response_to or b.response_to
