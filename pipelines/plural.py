"""A number with its noun."""

from __future__ import annotations


def plural(n: int, one: str, many: str | None = None) -> str:
    """As people say it: '1 act', '2 acts'."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
