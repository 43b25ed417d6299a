"""The lists of the US Treasury's Office of Foreign Assets Control: its CSV files, and its delta files.

The CSV files have no header, no dates, `-0-` for nothing and a final 0x1A; names of one entry are spread over
three files that share its number, and remarks longer than 1,000 characters go on in a fourth. The delta files
(`changes/{publicationID}`) say in XML what was added, changed and removed on a day.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipelines.lists.entry import (
    Entry,
    Fault,
    MalformedList,
    Parsed,
    aim,
    basis,
    countries,
    day,
    decoded,
    measures,
    partial_date,
    rows_of,
    unique,
)

SOURCE, SENDER = "ofac", "USA"
LISTS = {"sdn": "SDN List", "cons_prim": "Consolidated (non-SDN) List"}
TYPES = {
    "individual": "person",
    "entity": "organisation",
    "organization": "organisation",
    "vessel": "ship",
    "aircraft": "aircraft",
    None: "organisation",
}
ACTIONS = {"add": "added", "remove": "removed", "delete": "removed"}

_DOB = re.compile(r"\bDOB ([^;]+)")
_NATIONALITY = re.compile(r"\b(?:nationality|citizen) ([A-Z][^;.(]*)")
_PAPER = re.compile(
    r"(?:Passport|National ID No\.|Tax ID No\.|Registration (?:ID|Number)|Identification Number|Cedula No\.|SSN|"
    r"National Foreign ID Number|Company Number|Business Number)[^;(]*\(([A-Z][^)]*)\)"
)
_WEAK = re.compile(r"\b[afn]\.k\.a\. '((?:[^';]|'(?=\w))+)'")
_LISTING = re.compile(r"Listing Date \([^)]*\): ([^;.]+)")


def parse(files: Mapping[str, bytes]) -> Parsed:
    """Entries of the SDN and the consolidated list.

    files: sdn, add, alt, sdn_comments and cons_prim, cons_add, cons_alt, cons_comments, as published; the main
    file of each list that is there is needed, the others may be missing. Raises MalformedList where a file is
    something else; lines that cannot be read are faults.
    """
    parsed = Parsed()
    if not any(name in files for name in LISTS):
        raise MalformedList("neither sdn nor cons_prim is among the files")
    for main, title in LISTS.items():
        if main in files:
            prefix = "cons_" if main == "cons_prim" else ""
            comments = "cons_comments" if prefix else "sdn_comments"
            addresses = _by_number(files, f"{prefix}add", 6, parsed)
            names = _by_number(files, f"{prefix}alt", 5, parsed)
            spill = _by_number(files, comments, 2, parsed)
            for number, cells in _lines(files[main], main, 12, parsed):
                parsed.entries.append(
                    _entry(number, cells, title, addresses[number], names[number], spill[number])
                )
    return parsed


def _entry(number: str, cells: list, title: str, addresses: list, names: list, spill: list) -> Entry:
    remarks = (cells[11] or "") + "".join(row[1] or "" for row in spill) or None
    text = remarks or ""
    codes = unique((cells[3] or "").split("] ["))
    places = countries(
        *(row[4] for row in addresses), *_NATIONALITY.findall(text), *_PAPER.findall(text), cells[9]
    )
    return Entry(
        entry_id=number,
        name=cells[1] or "",
        type=TYPES.get(cells[2], "organisation"),
        list=title,
        aliases=unique(row[3] for row in names),
        weak_aliases=unique(_WEAK.findall(text)),
        programmes=codes,
        legal_basis=basis(SOURCE, codes),
        countries=places,
        birth_dates=unique(partial_date(found) for found in _DOB.findall(text)),
        title=cells[4],
        remarks=remarks,
        listed_date=min(filter(None, map(day, _LISTING.findall(text))), default=None),
        target=aim(SOURCE, codes, places, SENDER),
        measures=measures(SOURCE, codes, ("asset_freeze",)),
    )


def _lines(data: bytes, document: str, width: int, parsed: Parsed):
    """(entry number, cells) of each line of a file; nulls are None; what cannot be read becomes a fault."""
    for position, cells in rows_of(data, document):
        number = cells[0].strip()
        if len(cells) != width or not number.isdecimal():
            reason = "not_a_number" if len(cells) == width else "column_count"
            parsed.faults.append(Fault(document, position, reason, ",".join(cells)[:200]))
            continue
        yield number, [None if cell.strip() in ("-0-", "") else cell.strip() for cell in cells]


def _by_number(files: Mapping[str, bytes], document: str, width: int, parsed: Parsed):
    found: dict[str, list] = defaultdict(list)
    if document in files:
        for number, cells in _lines(files[document], document, width, parsed):
            found[number].append(cells)
    return found


# --- delta files ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delta:
    """One entry in a delta file: what was done, on which day, and the entry as far as the file says it."""

    action: str
    change_date: date
    entry: Entry


def parse_delta(data: bytes) -> list[Delta]:
    """What one publication added, amended and removed. Raises MalformedList where it is no delta file.

    An entity without an action, or with any other than add and remove, is amended: some of its parts changed.
    """
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise MalformedList(f"the delta file is no XML: {error}") from None
    if _local(root) != "sanctionsData":
        raise MalformedList(f"the delta file begins with <{_local(root)}>, not <sanctionsData>")
    published = next((e.text for e in root.iter() if _local(e) == "datePublished"), None)
    when = day(published)
    if when is None:
        raise MalformedList(f"the delta file has no day of publication: datePublished is {published!r}")
    entities = [e for e in root.iter() if _local(e) == "entity"]
    return [
        Delta(ACTIONS.get((e.get("action") or "").lower(), "amended"), when, _delta_entry(e))
        for e in entities
    ]


def _delta_entry(entity: ET.Element) -> Entry:
    number = entity.get("id")
    if not number:
        raise MalformedList("an entity of the delta file has no id")
    primary, aliases, weak = None, [], []
    for name in _under(entity, "name"):
        latin = [
            full for full in (_text(t, "formattedFullName") for t in _under(name, "translation")) if full
        ]
        if _text(name, "isPrimary") == "true" and primary is None:
            primary, *rest = latin or [None]
            aliases += rest
        elif _text(name, "isLowQuality") == "true":
            weak += latin
        else:
            aliases += latin
    codes = unique(
        e.text for e in _under(entity, "sanctionsProgram") if e.get("action") not in ("remove", "delete")
    )
    lists = _under(entity, "sanctionsList")
    features = [(_text(f, "type") or "", _text(f, "value")) for f in _under(entity, "feature")]
    papers = [_text(d, "issuingCountry") for d in _under(entity, "identityDocument")]
    places = countries(
        *(_text(a, "country") for a in _under(entity, "address")),
        *(
            value
            for kind, value in features
            if kind.lower().startswith(("nationality", "citizenship", "vessel flag"))
        ),
        *papers,
    )
    kind = (_text(entity, "entityType") or "").lower()
    return Entry(
        entry_id=number,
        name=primary or "",
        type=TYPES.get(kind, "organisation"),
        list=", ".join(unique(e.text for e in lists)) or LISTS["sdn"],
        aliases=unique(aliases),
        weak_aliases=unique(weak),
        programmes=codes,
        legal_basis="; ".join(unique(e.text for e in _under(entity, "legalAuthority")))
        or basis(SOURCE, codes),
        countries=places,
        birth_dates=unique(partial_date(value) for kind, value in features if kind.lower() == "birthdate"),
        title=_text(entity, "title"),
        listed_date=min(filter(None, (day(e.get("datePublished")) for e in lists)), default=None),
        target=aim(SOURCE, codes, places, SENDER),
        measures=measures(SOURCE, codes, ("asset_freeze",)),
    )


def parse_history(data: bytes) -> list[tuple[str, datetime]]:
    """(publicationID, time of publication in Washington) of one year's publications, oldest first."""
    try:
        rows = json.loads(decoded(data))
        found = [(str(row["publicationID"]), datetime.fromisoformat(row["datePublished"])) for row in rows]
    except (ValueError, TypeError, KeyError) as error:
        raise MalformedList(f"the history of publications is not what it was: {error!r}") from None
    return sorted(found, key=lambda pair: pair[1])


def _local(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _under(element: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in element.iter() if _local(e) == name and e is not element]


def _text(element: ET.Element, name: str) -> str | None:
    """The text of the first element of that name below; None where there is none or it is empty."""
    found = next((e.text for e in element.iter() if _local(e) == name and e is not element), None)
    return found.strip() or None if found else None
