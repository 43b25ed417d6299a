"""When a feed is asked again: what the server said, else later and later."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime, timedelta

MOST_S = 7 * 86_400  # a server that says "in three years" is asked again after a week
FIRST_S = 1_800
LONGEST_S = 20 * 3_600  # below a day: a daily run tries every day, so that a feed recovers by itself
LEAST_S = 60


def asked_to_wait(value: str | None, date: str | None, now: datetime) -> int | None:
    """Seconds that a Retry-After header asks for (a number, or a time), at most MOST_S; None where it says nothing.

    date: the answer's Date header: the server's own clock is what its times are told by.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdecimal():
        return min(int(value[:12]), MOST_S)
    try:
        until = email.utils.parsedate_to_datetime(value)
        since = email.utils.parsedate_to_datetime(date) if date else now
        seconds = (_utc(until) - _utc(since)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return int(min(seconds, MOST_S)) if seconds > 0 else None


def next_attempt(at: datetime, failures: int, wait_s: int | None = None) -> datetime:
    """The earliest next attempt after `failures` in a row, the last at `at`; at once where there was none."""
    own = min(FIRST_S * 2 ** min(failures - 1, 20), LONGEST_S) if failures else 0
    return at + timedelta(seconds=max(own, wait_s or 0))


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
