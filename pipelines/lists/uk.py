"""The UK Sanctions List, the country's only list since 28 January 2026: XML or CSV."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

from pipelines.lists.entry import (
    Entry,
    Fault,
    MalformedList,
    Parsed,
    aim,
    countries,
    day,
    partial_date,
    rows_of,
    unique,
)

SOURCE, SENDER = "uk", "GBR"
KINDS = {"individual": "person", "entity": "organisation", "ship": "ship"}
# The parts of a name: the given names first, the family name (or the whole name of a body) in the sixth.
PARTS = (1, 2, 3, 4, 5, 6)
MEASURES = {
    "asset freeze": "asset_freeze",
    "travel ban": "travel_ban",
    "arms embargo": "arms_embargo",
    "targeted arms embargo": "arms_embargo",
    "export sanctions": "export_control",
    "import sanctions": "trade_ban",
    "trade sanctions": "trade_ban",
    "financial market prohibitions": "financial",
    "investment": "investment_ban",
    "transport": "transport_ban",
    "prevention of port entry": "transport_ban",
    "deflag": "transport_ban",
}
NEEDED = ("Unique ID", "Name 6", "Name type", "Regime Name", "Designation Type", "Date Designated")


def parse(files: Mapping[str, bytes]) -> Parsed:
    """Entries of the list. files: `list`, the XML or the CSV. Raises MalformedList where it is something else."""
    data = files["list"]
    return _xml(data) if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else _csv(data)


def _xml(data: bytes) -> Parsed:
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise MalformedList(f"the list is no whole XML: {error}") from None
    if root.tag.rsplit("}", 1)[-1] != "Designations":
        raise MalformedList(f"the list begins with <{root.tag}>, not <Designations>")
    parsed = Parsed(published_at=_midnight(root.findtext("DateGenerated")))
    for number, element in enumerate(root.iter("Designation"), 1):
        names = [
            (
                _joined(name.findtext(f"Name{part}") for part in PARTS),
                name.findtext("NameType"),
                name.findtext("AliasStrength"),
            )
            for name in element.iter("Name")
            if len(name)
        ]
        record = {
            "id": element.findtext("UniqueID"),
            "kind": element.findtext("IndividualEntityShip"),
            "regime": [e.text for e in element.iter("RegimeName")],
            "imposed": [e.text for e in element.iter("SanctionsImposed")],
            "designated": element.findtext("DateDesignated"),
            "scripts": [e.text for e in element.iter("NameNonLatinScript")],
            "addresses": [e.text for e in element.iter("AddressCountry")],
            "nations": [e.text for e in element.iter("Nationality")]
            + [e.text for e in element.iter("CurrentBelievedFlagOfShip")],
            "born": [e.text for e in element.iter("DOB")],
            "positions": [e.text for e in element.iter("Position")],
            "remarks": [element.findtext("UKStatementofReasons"), element.findtext("OtherInformation")],
        }
        _add(parsed, record, names, number, lambda e=element: ET.tostring(e, encoding="unicode"))
    return parsed


def _csv(data: bytes) -> Parsed:
    parsed, header, groups, places = Parsed(), None, defaultdict(list), {}
    for line, cells in rows_of(data, "list"):
        if header is None:
            if cells[0].startswith("Report Date"):
                parsed.published_at = _midnight(cells[0])
                continue
            header = [cell.strip() for cell in cells]
            if absent := [name for name in NEEDED if name not in header]:
                raise MalformedList(
                    f"the list has no column {absent[0]!r}; line {line} begins with {cells[:3]!r}"
                )
            continue
        if len(cells) != len(header):
            parsed.faults.append(Fault("list", line, "column_count", ",".join(cells)[:200]))
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        groups[row["Unique ID"]].append(row)
        places.setdefault(row["Unique ID"], line)
    if header is None:
        raise MalformedList("the list is empty")
    for identity, rows in groups.items():
        names = [
            (_joined(row.get(f"Name {part}") for part in PARTS), row["Name type"], row.get("Alias strength"))
            for row in rows
        ]

        def each(column, rows=rows):
            return unique(row.get(column) for row in rows)

        record = {
            "id": identity,
            "kind": rows[0]["Designation Type"],
            "regime": each("Regime Name"),
            "imposed": each("Sanctions Imposed"),
            "designated": rows[0]["Date Designated"],
            "scripts": each("Name non-latin script"),
            "addresses": each("Address Country"),
            "nations": (*each("Nationality(/ies)"), *each("Current believed flag of ship")),
            "born": each("D.O.B"),
            "positions": each("Position"),
            "remarks": [rows[0].get("UK Statement of Reasons"), rows[0].get("Other Information")],
        }
        _add(parsed, record, names, places[identity], lambda r=rows: ",".join(r[0].values()))
    return parsed


def _add(parsed: Parsed, record: dict, names: list, position: int, evidence) -> None:
    kind = KINDS.get((record["kind"] or "").strip().lower())
    primary = next(
        (name for name, type_, _ in names if name and (type_ or "").strip().lower() == "primary name"), None
    )
    primary = primary or next((name for name, _, _ in names if name), None)
    if not (record["id"] and primary and kind):
        reason = "unknown_kind" if record["id"] and primary else "no_name_or_reference"
        parsed.faults.append(Fault("list", position, reason, evidence()[:200]))
        return
    strong = [name for name, _, strength in names if "low" not in (strength or "").lower()]
    weak = [name for name, _, strength in names if "low" in (strength or "").lower()]
    codes = unique(record["regime"])
    places = countries(
        *record["addresses"],
        *(part for text in record["nations"] if text for part in re.split(r"[;,()/0-9]", text)),
    )
    imposed = [part.strip().lower() for text in record["imposed"] if text for part in text.split("|")]
    parsed.entries.append(
        Entry(
            entry_id=record["id"].strip(),
            name=primary,
            type=kind,
            list="UK Sanctions List",
            aliases=unique(name for name in [*strong, *record["scripts"]] if name != primary),
            weak_aliases=unique(name for name in weak if name != primary),
            programmes=codes,
            legal_basis="; ".join(codes) or None,
            countries=places,
            birth_dates=unique(
                partial_date((text or "").lower().replace("dd/mm/", "")) for text in record["born"]
            ),
            title="; ".join(unique(record["positions"])) or None,
            remarks=" ".join(unique(record["remarks"])) or None,
            listed_date=day(record["designated"]),
            target=aim(SOURCE, codes, places, SENDER),
            measures=unique(MEASURES.get(part) for part in imposed) or ("asset_freeze",),
        )
    )


def _joined(parts) -> str:
    return re.sub(r"\s+", " ", " ".join(part.strip() for part in parts if part and part.strip()))


def _midnight(text: str | None) -> datetime | None:
    found = day(text)
    return datetime(found.year, found.month, found.day, tzinfo=UTC) if found else None
