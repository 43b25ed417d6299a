"""What goes into the coder and what comes out: the records of the coding guide, with their evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

FIELDS = ("title", "summary", "body")


@dataclass(frozen=True)
class Article:
    """One article as a feed delivers it. `reference` is the time that relative dates are resolved against:
    the time of publication, or of the fetch where that is unknown (then reference_basis is "fetch")."""

    id: str
    reference: datetime
    reference_basis: str = "publication"
    title: str = ""
    summary: str = ""
    body: str = ""
    lang: str | None = None


@dataclass(frozen=True)
class Entity:
    """A named person, organisation, state or place. Offsets are characters in `field`."""

    name: str
    type: str
    country: str | None
    role: str | None
    actor_id: str | None
    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Evidence:
    """One place in the text that says an act. Offsets are of the trigger, in characters of `field`."""

    field: str
    sentence: str
    trigger: str
    start: int
    end: int


@dataclass(frozen=True)
class Event:
    """One act. `response_to` is (source, target, type) of the act that the text says it answers."""

    source: str
    target: str
    type: str
    mode: str | None
    cameo: str
    status: str
    date: date | None
    date_precision: str
    date_basis: str | None
    count: int | None
    unit: str | None
    reciprocal: bool
    response_to: tuple[str, str, str] | None
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Sanction:
    """One sanctions record; `event` is the place of its act among the article's events."""

    event: int
    sender: str
    target: str
    action: str
    measures: tuple[str, ...]
    designees: tuple[str, ...]
    count: int | None
    unit: str | None
    instrument: str | None
    reason: str | None
    status: str
    announced: date | None
    effective: date | None


@dataclass(frozen=True)
class Coded:
    """What one article holds. `outcome` is coded, or skipped:<reason>; `note` says more."""

    outcome: str = "coded"
    note: str | None = None
    sentence_count: int = 0
    entities: tuple[Entity, ...] = ()
    events: tuple[Event, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    warnings: tuple[str, ...] = field(default=())
