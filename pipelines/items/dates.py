"""When an outlet says that an item was published: never invented, null with the reason where it cannot be believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from pipelines.coding.reference import read_csv
from pipelines.settings import REFERENCE

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_FULL = (
    *("january", "february", "march", "april", "june", "july", "august"),
    *("sept", "september", "october", "november", "december"),
)
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?(?![a-z]))?"
_ZONE = (
    r"\s*(?P<zone>\(?[A-Za-z][A-Za-z0-9/_]*\)?|(?:UTC|GMT)?\s*[+-]\d{1,2}:?\d{0,2})?(?:\s*\([A-Za-z /]*\))?"
)
_FORMS = tuple(
    re.compile(form + r"\s*$", re.IGNORECASE)
    for form in (
        # RFC 822 and what people make of it: Tue, 13 Jan 2026 10:00:00 +0530
        rf"\s*(?:[a-z]+\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<month>[a-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d\d)(?:,?\s+(?:at\s+)?{_CLOCK}{_ZONE})?",
        # January 13, 2026 10:00 am; Tue Jan 13 2026 10:00 GMT
        rf"\s*(?:[a-z]+\.?,?\s+)?(?P<month>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:,?\s+(?:at\s+|-\s*)?{_CLOCK}{_ZONE})?",
        # asctime: Tue Jan 13 10:00:00 2026
        rf"\s*[a-z]{{3}},?\s+(?P<month>[a-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        # ISO 8601 and its kin: 2026-01-13T10:00:00.123+03:00, 2026-01-13 10:00, 2026-01-13
        rf"\s*(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:[T\s]\s*{_CLOCK}{_ZONE})?",
        rf"\s*(?P<year>\d{{4}})/(?P<month>\d{{2}})/(?P<day>\d{{2}})(?:\s+{_CLOCK}{_ZONE})?",
    )
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_EARLIEST = 1900
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def published(value: str | None, fetched_at: datetime) -> tuple[datetime | None, str | None]:
    """A publication time in UTC, and why it is null: missing, unparsed, epoch, future, zone_unknown.

    A time without a zone is taken as UTC, a day without a time as its beginning; a zone whose name means several
    (BST, IST, CST) or nothing leaves the time unknown. `future` is later than a day after the fetch.
    """
    if value is None or not value.strip():
        return None, "missing"
    moment, flag = _read(value[:100])
    if moment is None:
        return None, flag
    if _EPOCH - timedelta(days=1) <= moment < _EPOCH + timedelta(days=2):
        return None, "epoch"
    if moment.year < _EARLIEST:
        return None, "unparsed"
    if moment > fetched_at + timedelta(days=1):
        return None, "future"
    return moment, None


def updated(value: str | None, fetched_at: datetime) -> datetime | None:
    """A time of last change in UTC, under the same rules; null where there is none."""
    return published(value, fetched_at)[0]


@cache
def _zones() -> dict[str, timezone | ZoneInfo]:
    found = {}
    for row in read_csv(REFERENCE / "time_zones.csv", ("abbreviation", "zone"), key="abbreviation"):
        zone = row["zone"]
        found[row["abbreviation"]] = _offset(zone) or (UTC if zone == "UTC" else ZoneInfo(zone))
    return found


@lru_cache(4096)
def _read(value: str) -> tuple[datetime | None, str | None]:
    # Numbers come first in one family of forms, and names or days in the other.
    for form in _FORMS[3:] if value.lstrip()[:4].isdecimal() else _FORMS[:3]:
        match = form.match(value)
        if match:
            return _moment(match.groupdict())
    return None, "unparsed"


def _moment(part: dict[str, str | None]) -> tuple[datetime | None, str | None]:
    month = part["month"]
    if not month.isdecimal():
        name = month.lower()
        if name not in _MONTHS and name not in _FULL:
            return None, "unparsed"
        month = _MONTHS[name[:3]]
    year = int(part["year"])
    if len(part["year"]) == 2:
        year += 1900 if year >= 69 else 2000
    hour = int(part["hour"] or 0)
    if part["half"]:
        if not 1 <= hour <= 12:
            return None, "unparsed"
        hour = hour % 12 + (12 if part["half"][0] in "pP" else 0)
    next_day = hour == 24  # 24:00 is the end of a day
    second = min(int(part["second"] or 0), 59)  # a leap second
    try:
        moment = datetime(
            year, int(month), int(part["day"]), 0 if next_day else hour, int(part["minute"] or 0), second
        )
        if next_day:
            if moment.minute or moment.second:
                return None, "unparsed"
            moment += timedelta(days=1)
        zone = _zone(part["zone"])
        if zone is None:
            return None, "zone_unknown"
        return moment.replace(tzinfo=zone).astimezone(UTC), None
    except (ValueError, OverflowError):
        return None, "unparsed"


def _zone(name: str | None) -> timezone | ZoneInfo | None:
    """The zone of a name or an offset, UTC where there is none; None where it is not known."""
    name = (name or "").strip().strip("()")
    if not name:
        return UTC
    return _offset(name) or _zones().get(name.upper())


def _offset(text: str) -> timezone | None:
    match = _OFFSET.fullmatch(text.strip())
    if not match:
        return None
    digits = match[2] + (match[3] or "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or minutes > 59:
        return None
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if match[1] == "-" else shift)
