"""Ids of items and of what is coded of them: the same content on the same day is coded once."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

_SEPARATOR = "\x1f"


def digest(*parts: object) -> str:
    """A hash of the parts as 32 hexadecimal digits; absent parts are told from empty ones."""
    text = _SEPARATOR.join("\0" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def content_hash(title: str, summary: str, body: str) -> str:
    """What tells one revision of an item from another."""
    return digest(title, summary, body)


def coding_id(content: str, published_at: datetime | None, fetched_at: datetime) -> str:
    """What the coder works on: the content, the day that relative dates are resolved against, and why that day."""
    day = (published_at or fetched_at).astimezone(UTC).date().isoformat()
    return digest(content, day, "publication" if published_at else "fetch")
