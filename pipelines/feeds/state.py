"""What is known of each feed from its past attempts: a fold over the log.

The log is the truth; `state.json` beside it only saves reading all of it again, and is made anew where it is
missing or does not fit.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from pipelines.feeds.backoff import LEAST_S, next_attempt
from pipelines.feeds.documents import Documents, Row
from pipelines.feeds.feedlist import Feed
from pipelines.feeds.web import Validators

VERSION = 1
_OF_A_PAGE = ("outcome", "document_id", "etag", "last_modified", "final_url", "text_hash", "content_type")


@dataclass
class FeedState:
    """One feed after its last attempt.

    listed_url: the address in the list when it was last asked; another one there makes everything else void.
    url: the address to ask (moved permanently, perhaps). answered_url, etag, last_modified: for conditional requests.
    failures: errors in a row; waits: answers in a row that said "later". empty: documents in a row without an item.
    """

    listed_url: str = ""
    url: str = ""
    answered_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    document_id: str | None = None
    last_at: datetime | None = None
    last_outcome: str = ""
    last_error: str | None = None
    last_success: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    waits: int = 0
    empty: int = 0
    next_at: datetime | None = None
    is_gone: bool = False

    @property
    def validators(self) -> Validators:
        return Validators(self.answered_url, self.etag, self.last_modified)

    def of(self, feed: Feed) -> FeedState:
        """This state, or a fresh one where the list names another address by now."""
        return self if self.listed_url == feed.url else FeedState(listed_url=feed.url, url=feed.url)

    def after(self, row: Row) -> FeedState:
        """The state after one more attempt, as the log tells it; this object is changed and returned."""
        listed = row.get("listed_url") or row["url"]
        if listed != self.listed_url:
            self.__init__(listed_url=listed, url=listed)
        at, outcome = row["fetched_at"], row["outcome"]
        if self.last_at and at < self.last_at:
            return self  # a recorded document of an earlier day, replayed late
        self.last_at, self.last_outcome, self.last_error = at, outcome, row.get("error")
        if outcome in ("ok", "unchanged"):
            self._succeeded(row)
        elif outcome == "retry":
            self.waits += 1
            self.next_at = next_attempt(at, self.waits, max(row.get("retry_after_s") or 0, LEAST_S))
        else:
            self._failed(row)
        return self

    def _succeeded(self, row: Row) -> None:
        self.url = row.get("moved_to") or self.url
        self.last_success, self.failing_since = row["fetched_at"], None
        self.failures = self.waits = 0
        self.next_at, self.is_gone = row["fetched_at"], False
        is_304 = row["outcome"] == "unchanged" and row.get("http_status") == 304
        self.answered_url = row.get("final_url") or self.answered_url
        self.etag = row.get("etag") or (self.etag if is_304 else None)
        self.last_modified = row.get("last_modified") or (self.last_modified if is_304 else None)
        if row["outcome"] == "ok":
            self.document_id = row["document_id"]
            self.empty = 0 if row.get("item_hint") else self.empty + 1

    def _failed(self, row: Row) -> None:
        self.failures += 1
        self.waits = 0
        self.failing_since = self.failing_since or row["fetched_at"]
        self.next_at = next_attempt(row["fetched_at"], self.failures)
        if self.url != self.listed_url:
            self.url = self.listed_url  # what the feed moved to has failed: the listed address decides again
        elif row["outcome"] == "error:http_410":
            self.is_gone = True


@dataclass
class States:
    """All feeds' states, the pages read for them, and how far the log was read: bytes for each day."""

    feeds: dict[str, FeedState] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)

    def of(self, feed: Feed) -> FeedState:
        return self.feeds.get(feed.feed_id, FeedState()).of(feed)

    def add(self, row: Row) -> None:
        """Take one row of the log into account."""
        kind = row.get("kind", "feed")
        if kind == "feed":
            state = self.feeds.setdefault(row["feed_id"], FeedState())
            self.feeds[row["feed_id"]] = state.after(row)
        elif kind == "page":
            page = {key: row.get(key) for key in _OF_A_PAGE} | {"at": row["fetched_at"]}
            if row["outcome"] == "unchanged":
                page["document_id"] = self.pages.get(row["url"], {}).get("document_id")
            self.pages[row["url"]] = page


def load(documents: Documents) -> States:
    """The states after everything in the log; the file beside it is read where it fits, and renewed."""
    store, name = documents.storage, "state.json"
    days = documents.days()
    try:
        states = _from_json(json.loads(store.read(name)))
        if any(documents.size(day) < states.read.get(day.isoformat(), 0) for day in days) or set(
            states.read
        ) - {day.isoformat() for day in days}:
            states = States()
    except (OSError, ValueError, TypeError, KeyError):
        states = States()
    before = dict(states.read)
    for day in days:
        key = day.isoformat()
        if documents.size(day) > states.read.get(key, 0):
            rows, states.read[key] = documents.since(day, states.read.get(key, 0))
            for row in rows:
                states.add(row)
    if states.read != before:
        store.write(name, (json.dumps(_to_json(states)) + "\n").encode())
    return states


_MOMENTS = tuple(f.name for f in fields(FeedState) if "datetime" in str(f.type))


def _to_json(states: States) -> dict:
    def plain(values: dict) -> dict:
        return {
            key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()
        }

    return {
        "version": VERSION,
        "read": states.read,
        "feeds": {name: plain(asdict(state)) for name, state in states.feeds.items()},
        "pages": {url: plain(page) for url, page in states.pages.items()},
    }


def _from_json(found: dict) -> States:
    if found["version"] != VERSION:
        raise ValueError("another version")

    def moments(values: dict, names: tuple[str, ...]) -> dict:
        return values | {name: datetime.fromisoformat(values[name]) for name in names if values[name]}

    return States(
        feeds={name: FeedState(**moments(state, _MOMENTS)) for name, state in found["feeds"].items()},
        pages={url: moments(page, ("at",)) for url, page in found["pages"].items()},
        read=found["read"],
    )
