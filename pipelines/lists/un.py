"""The consolidated list of the United Nations Security Council, in its XML."""

from __future__ import annotations

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
    measures,
    partial_date,
    unique,
)

SOURCE, SENDER = "un", "UN"
KINDS = {"INDIVIDUAL": "person", "ENTITY": "organisation"}
NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_QUOTES = '“”"‘’ '


def parse(files: Mapping[str, bytes]) -> Parsed:
    """Entries of the consolidated list. files: `consolidated`. Raises MalformedList where it is something else."""
    try:
        root = ET.fromstring(files["consolidated"])
    except ET.ParseError as error:
        raise MalformedList(f"the list is no whole XML: {error}") from None
    if root.tag != "CONSOLIDATED_LIST":
        raise MalformedList(f"the list begins with <{root.tag}>, not <CONSOLIDATED_LIST>")
    parsed = Parsed(published_at=_moment(root.get("dateGenerated")))
    number = 0
    for kind, type_ in KINDS.items():
        for element in root.iter(kind):
            number += 1
            reference, name = _text(element, "REFERENCE_NUMBER"), _name(element)
            if reference and name:
                parsed.entries.append(_entry(element, kind, type_, reference, name))
            else:
                evidence = ET.tostring(element, encoding="unicode")[:200]
                parsed.faults.append(Fault("consolidated", number, "no_name_or_reference", evidence))
    return parsed


def _entry(element: ET.Element, kind: str, type_: str, reference: str, name: str) -> Entry:
    strong, weak = [_text(element, "NAME_ORIGINAL_SCRIPT")], []
    for alias in element.iter(f"{kind}_ALIAS"):
        text = (_text(alias, "ALIAS_NAME") or "").strip(_QUOTES)
        (weak if _text(alias, "QUALITY") == "Low" else strong).append(text)
    codes = unique([_text(element, "UN_LIST_TYPE")])
    places = countries(
        *(_text(e, "COUNTRY") for e in element.iter(f"{kind}_ADDRESS")),
        *(e.text for n in element.iter("NATIONALITY") for e in n),
    )
    born = [
        _text(e, "DATE") or _text(e, "YEAR") or _text(e, "FROM_YEAR")
        for e in element.iter("INDIVIDUAL_DATE_OF_BIRTH")
    ]
    return Entry(
        entry_id=reference,
        name=name,
        type=type_,
        list="Security Council Consolidated List",
        aliases=unique(a for a in strong if a != name),
        weak_aliases=unique(weak),
        programmes=codes,
        legal_basis=basis(SOURCE, codes),
        countries=places,
        birth_dates=unique(partial_date(text) for text in born),
        title="; ".join(unique(e.text for d in element.iter("DESIGNATION") for e in d)) or None,
        remarks=_text(element, "COMMENTS1"),
        listed_date=day(_text(element, "LISTED_ON")),
        target=aim(SOURCE, codes, places, SENDER),
        measures=measures(SOURCE, codes, ("asset_freeze",)),
    )


def _name(element: ET.Element) -> str:
    return re.sub(r"\s+", " ", " ".join(filter(None, (_text(element, part) for part in NAMES))))


def _text(element: ET.Element, name: str) -> str | None:
    found = (element.findtext(name) or "").strip()
    return found or None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
