"""One entry of an official list, whatever format it was published in."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from pipelines.coding.reference import read_csv
from pipelines.errors import DemarcheError
from pipelines.settings import REFERENCE

HERE = Path(__file__).parent
TYPES = ("person", "organisation", "ship", "aircraft")


class MalformedList(DemarcheError):
    """A download that is not the list that it should be; the message says what was seen and where."""


@dataclass(frozen=True)
class Entry:
    """One entry. `name` and `aliases` are as written; `countries` are ISO 3166-1 alpha-3 in the order in which
    they speak for where it belongs (address, nationality, papers); `measures` are after dim_measure."""

    entry_id: str
    name: str
    type: str
    list: str
    aliases: tuple[str, ...] = ()
    weak_aliases: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    legal_basis: str | None = None
    countries: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    title: str | None = None
    remarks: str | None = None
    listed_date: date | None = None
    target: str | None = None
    measures: tuple[str, ...] = ()

    def differs(self, other: Entry) -> tuple[str, ...]:
        """The columns in which two versions of an entry say something else; order of names says nothing."""
        return tuple(
            part.name
            for part in fields(self)
            if _settled(getattr(self, part.name)) != _settled(getattr(other, part.name))
        )

    def columns(self, names: Iterable[str]) -> str:
        """Some columns as JSON, for people and for list_changes."""
        return json.dumps({name: getattr(self, name) for name in names}, ensure_ascii=False, default=str)


def _settled(value):
    return sorted(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Fault:
    """A line or element that could not be read. position: line number or element number, from 1."""

    document: str
    position: int
    reason: str
    evidence: str


@dataclass
class Parsed:
    """A list as read: entries by their order, what could not be read, and when the publisher made it."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    published_at: datetime | None = None


def unique(values: Iterable[str | None]) -> tuple[str, ...]:
    """The values that are there, each once, in order."""
    return tuple(dict.fromkeys(value.strip() for value in values if value and value.strip()))


def merged(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by their number; one that stands on several lists of a publisher is one entry with all that they say."""
    found: dict[str, Entry] = {}
    for entry in entries:
        known = found.get(entry.entry_id)
        found[entry.entry_id] = _joined(known, entry) if known else entry
    return found


def _joined(a: Entry, b: Entry) -> Entry:
    both = {
        name: unique([*getattr(a, name), *getattr(b, name)])
        for name in ("aliases", "weak_aliases", "programmes", "countries", "birth_dates", "measures")
    }
    both["list"] = "; ".join(unique([a.list, b.list]))
    both["legal_basis"] = "; ".join(unique([a.legal_basis, b.legal_basis])) or None
    both["listed_date"] = min(filter(None, (a.listed_date, b.listed_date)), default=None)
    return replace(a, target=a.target or b.target, **both)


# --- words of the lists -----------------------------------------------------------------------------------------


@cache
def _countries() -> dict[str, str]:
    """Country names as lists write them, folded, to ISO 3166-1 alpha-3."""
    names: dict[str, str] = {}
    for row in read_csv(REFERENCE / "countries.csv", ("alpha3", "alpha2", "name", "other_names")):
        spellings = [row["name"], row["alpha3"], row["alpha2"], *row.items_of("other_names")]
        for column in ("adjectives", "demonyms"):
            spellings += row.items_of(column) if column in row else ()
        for spelling in spellings:
            names.setdefault(_folded(spelling), row["alpha3"])
    for row in read_csv(HERE / "countries.csv", ("name", "alpha3"), key="name"):
        names[_folded(row["name"])] = row["alpha3"]
    return names


def country(text: str | None) -> str | None:
    """ISO 3166-1 alpha-3 of a country, nationality or adjective as a list writes it; None where unknown."""
    return _countries().get(_folded(text)) if text else None


def countries(*texts: str | None) -> tuple[str, ...]:
    """The countries that the texts name, each once, in order; what is no country is left out."""
    return unique(country(text) for text in texts)


def _folded(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", plain.casefold().replace("’", "'")).split()).removeprefix("the ")


@dataclass(frozen=True)
class Programme:
    """What a programme is aimed at, rests on and does."""

    target: str | None
    legal_basis: str | None
    measures: tuple[str, ...]


@cache
def programmes(source: str) -> dict[str, Programme]:
    """The programmes of one source (programmes.csv), by the publisher's own code."""
    columns = ("source", "programme", "target", "legal_basis", "measures")
    return {
        row["programme"]: Programme(
            row["target"] or None, row["legal_basis"] or None, row.items_of("measures")
        )
        for row in read_csv(HERE / "programmes.csv", columns, key=("source", "programme"))
        if row["source"] == source
    }


def aim(source: str, codes: Sequence[str], places: Sequence[str], sender: str) -> str | None:
    """The state that a listing is aimed at: that of its programmes where they agree, else the first of its own
    countries that is not the sender's; None where neither says."""
    known = programmes(source)
    aims = unique(known[code].target for code in codes if code in known)
    if len(aims) == 1:
        return aims[0]
    candidates = [place for place in places if place != sender]
    return next((place for place in candidates if place in aims), None) or next(iter(candidates), None)


def basis(source: str, codes: Sequence[str]) -> str | None:
    """The acts that the programmes rest on, joined by a semicolon; None where programmes.csv knows none."""
    known = programmes(source)
    return "; ".join(unique(known[code].legal_basis for code in codes if code in known)) or None


def measures(source: str, codes: Sequence[str], default: tuple[str, ...]) -> tuple[str, ...]:
    """What the programmes do, after dim_measure; `default` where programmes.csv does not say."""
    known = programmes(source)
    found = [measure for code in codes if code in known for measure in known[code].measures]
    return unique(found) or default


# --- dates of the lists ------------------------------------------------------------------------------------------

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_DAY = re.compile(r"(\d{1,2})[. /-]([A-Za-z]{3,9}|\d{1,2})[. /-](\d{4})")
_MONTH = re.compile(r"\b([A-Za-z]{3,9})[. ]+(\d{4})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


def partial_date(text: str | None) -> str | None:
    """A date as lists write it (27 Jun 1987, 26.11.1972, 4 October 1983, dd/mm/1950, 1936) in ISO 8601, as fine as
    it is given; None where it holds none. Days come before months."""
    if not text:
        return None
    if found := _ISO.search(text):
        return _iso(found[1], found[2], found[3])
    if found := _DAY.search(text):
        month = MONTHS.get(found[2][:3].lower()) if found[2].isalpha() else found[2]
        if month and (day := _iso(found[3], month, found[1])):
            return day
    if (found := _MONTH.search(text)) and (month := MONTHS.get(found[1][:3].lower())):
        return f"{found[2]}-{month:02}"
    if found := _YEAR.search(text):
        return found[1]
    return None


def day(text: str | None) -> date | None:
    """The day that a text gives; None where it gives none, or nothing finer than a month."""
    found = partial_date(text)
    return date.fromisoformat(found) if found and len(found) == 10 else None


def _iso(year, month, day_) -> str | None:
    try:
        return date(int(year), int(month), int(day_)).isoformat()
    except ValueError:
        return None


# --- tables ------------------------------------------------------------------------------------------------------


def rows_of(data: bytes, document: str) -> Iterable[tuple[int, list[str]]]:
    """Lines of a CSV with the line number on which each begins, from 1.

    UTF-8 with or without a mark, else Windows-1252; a final 0x1A (the end-of-file mark of DOS) is no line.
    Raises MalformedList where it is no CSV at all.
    """
    text = decoded(data).rstrip("\x1a\r\n ")
    if text.lstrip()[:1] == "<":
        raise MalformedList(f"{document} is not a CSV but a page or XML: {text.strip()[:80]!r}")
    reader = csv.reader(text.splitlines(keepends=True))
    begin = 1
    try:
        for cells in reader:
            if cells:
                yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise MalformedList(f"{document}, line {begin}: {error}") from None


def decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
