"""Financial sanctions of the European Union: the FSF's XML 1.1, and consolidated acts as tables."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import datetime

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
    unique,
)

SOURCE, SENDER = "eu", "EU"
KINDS = {"person": "person", "enterprise": "organisation", "P": "person", "E": "organisation"}
SCHEMAS = {
    "Person": "person",
    "LegalEntity": "organisation",
    "Company": "organisation",
    "Organization": "organisation",
}
SCHEMAS |= {"Vessel": "ship", "Airplane": "aircraft"}
NEEDED = ("celex", "recordId", "programKey", "annex", "startDate", "schema", "name", "alias")
_PACKED = re.compile(r"\s+(?:/|aka|a\.k\.a\.)\s+")


def parse(files: Mapping[str, bytes]) -> Parsed:
    """Entries of the consolidated list, or of consolidated acts.

    files: `fsf` (the XML 1.1 of the whole list), or any number of tables of consolidated acts (CSV), whatever their
    names are. Raises MalformedList where a file is something else.
    """
    parsed = Parsed()
    for name, data in files.items():
        if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
            _xml(data, name, parsed)
        else:
            _table(data, name, parsed)
    return parsed


def _xml(data: bytes, document: str, parsed: Parsed) -> None:
    number, root = 0, None
    try:
        for event, element in ET.iterparse(io.BytesIO(data), events=("start", "end")):
            tag = element.tag.rsplit("}", 1)[-1]
            if root is None:
                root = element
                if tag != "export":
                    raise MalformedList(f"{document} begins with <{tag}>, not <export>")
                parsed.published_at = _moment(element.get("generationDate"))
            if event == "end" and tag == "sanctionEntity":
                number += 1
                _sanction_entity(element, document, number, parsed)
                root.clear()  # tens of megabytes otherwise
    except ET.ParseError as error:
        raise MalformedList(f"{document} is no whole XML: {error}") from None


def _sanction_entity(element: ET.Element, document: str, number: int, parsed: Parsed) -> None:
    for part in element.iter():
        part.tag = part.tag.rsplit("}", 1)[-1]
    names = [(n.get("wholeName") or "", n.get("strong") != "false", n) for n in element.iter("nameAlias")]
    entry_id = element.get("euReferenceNumber") or element.get("logicalId")
    # The list names the same person in many languages: the first strong name in English, else without a language.
    first = next(
        (
            whole
            for wanted in ("EN", "", None)
            for whole, strong, n in names
            if whole and strong and _language(n) == wanted
        ),
        next((whole for whole, _, _ in names if whole), None),
    )
    if not entry_id or not first:
        evidence = ET.tostring(element, encoding="unicode")[:200]
        parsed.faults.append(Fault(document, number, "no_name_or_reference", evidence))
        return
    codes = unique(r.get("programme") for r in element.iter("regulation"))
    places = countries(
        *(a.get("countryIso2Code") for a in element.iter("address")),
        *(c.get("countryIso2Code") for c in element.iter("citizenship")),
        *(i.get("countryIso2Code") for i in element.iter("identification")),
    )
    kinds = [k for s in element.iter("subjectType") for k in (s.get("code"), s.get("classificationCode"))]
    published = [day(r.get("publicationDate")) for r in element.iter("regulation")]
    parsed.entries.append(
        Entry(
            entry_id=entry_id,
            name=first,
            type=next((KINDS[k] for k in kinds if k in KINDS), "organisation"),
            list="Consolidated list of financial sanctions",
            aliases=unique(whole for whole, strong, _ in names if strong and whole != first),
            weak_aliases=unique(whole for whole, strong, _ in names if not strong and whole != first),
            programmes=codes,
            legal_basis="; ".join(unique(r.get("numberTitle") for r in element.iter("regulation")))
            or basis(SOURCE, codes),
            countries=places,
            birth_dates=unique(
                partial_date(b.get("birthdate")) or b.get("year") for b in element.iter("birthdate")
            ),
            title="; ".join(unique(n.get("function") for _, _, n in names)) or None,
            remarks="; ".join(unique(r.text for r in element.findall("remark"))) or None,
            listed_date=day(element.get("designationDate")) or min(filter(None, published), default=None),
            target=aim(SOURCE, codes, places, SENDER),
            measures=measures(SOURCE, codes, ("asset_freeze",)),
        )
    )


def _language(name: ET.Element) -> str:
    return (name.get("nameLanguage") or "").upper()


def _table(data: bytes, document: str, parsed: Parsed) -> None:
    reader = csv.DictReader(io.StringIO(decoded(data), newline=""))
    absent = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if absent:
        raise MalformedList(
            f"{document} has no column {absent[0]!r}; it begins with {reader.fieldnames!r:.80}"
        )
    for row in reader:
        if None in row or None in row.values() or not (row["name"] and row["recordId"] and row["annex"]):
            parsed.faults.append(
                Fault(document, reader.line_num, "column_count", str(list(row.values()))[:200])
            )
            continue
        first, *more = _PACKED.split(row["name"].strip())
        codes = (row["programKey"],)
        nations = re.split(r"[,;(]", row.get("nationality") or "")
        address = (row.get("address") or "").rsplit(";", 1)[-1].rsplit(",", 1)[-1]
        places = countries(address, *(row.get("country") or "").split(";"), *nations)
        parsed.entries.append(
            Entry(
                entry_id=f"{row['celex']}/{row['annex']}/{row['recordId']}",
                name=first,
                type=SCHEMAS.get(row["schema"], "organisation"),
                list=f"{row['celex']} {row['annex']}",
                aliases=unique([*more, *_split(row["alias"]), *_split(row.get("previousName"))]),
                weak_aliases=unique(_split(row.get("weakAlias"))),
                programmes=codes,
                legal_basis=basis(SOURCE, codes) or row["celex"],
                countries=places,
                birth_dates=unique([partial_date(row.get("birthDate"))]),
                title=row.get("position") or None,
                remarks=row.get("reason") or None,
                listed_date=day(row["startDate"]),
                target=aim(SOURCE, codes, places, SENDER),
                measures=measures(SOURCE, codes, ("asset_freeze",)),
            )
        )


def _split(text: str | None) -> list[str]:
    """Names of one cell, with what stands in brackets as a name of its own where it is another script."""
    names: list[str] = []
    for part in re.split(r";|\s/\s", text or ""):
        bracketed = re.findall(r"\(([^()]*[^\x00-\x7f][^()]*)\)", part)
        names += [re.sub(r"\s*\([^()]*[^\x00-\x7f][^()]*\)", "", part), *bracketed]
    return names


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
