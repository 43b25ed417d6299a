"""How each feed does, from its attempts: for `./demarche feeds` and for the check in Dagster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.feeds import state
from pipelines.feeds.documents import Documents
from pipelines.feeds.feedlist import Feed

ALERT_AFTER = timedelta(days=3)
EMPTY_FOR = 3  # documents in a row without an item before a person is told


@dataclass(frozen=True)
class FeedHealth:
    """One feed. state: ok, new, waiting, failing, alert (failing for three days), gone, empty, disabled, recorded.

    address: where it is asked now, where that differs from the list. note: what a person should know.
    """

    feed_id: str
    name: str
    state: str
    last_outcome: str
    last_success: datetime | None
    failures: int
    failing_since: datetime | None
    next_attempt: datetime | None
    address: str | None
    note: str

    @property
    def needs_attention(self) -> bool:
        return self.state in ("alert", "gone", "empty")


def health(documents: Documents, feeds: Sequence[Feed], now: datetime) -> list[FeedHealth]:
    """The health of every feed of the list, in its order."""
    states = state.load(documents)
    return [_health(feed, states.of(feed), now) for feed in feeds]


def _health(feed: Feed, known: state.FeedState, now: datetime) -> FeedHealth:
    moved = known.url if known.url and known.url != feed.url else None
    kind, note = _judge(feed, known, now)
    if moved and kind in ("ok", "new"):
        note = "; ".join(filter(None, (note, f"moved to {moved}")))
    due = None if kind in ("disabled", "gone", "recorded") else max(known.next_at or now, now)
    return FeedHealth(
        feed_id=feed.feed_id,
        name=feed.name,
        state=kind,
        last_outcome=known.last_outcome,
        last_success=known.last_success,
        failures=known.failures,
        failing_since=known.failing_since,
        next_attempt=due,
        address=moved,
        note=note,
    )


def _judge(feed: Feed, known: state.FeedState, now: datetime) -> tuple[str, str]:
    if not feed.enabled:
        return "disabled", feed.reason
    if known.is_gone:
        return "gone", "the server says that it is gone for good (410); correct or disable it in the list"
    if known.failures:
        since = known.failing_since
        if since and now - since >= ALERT_AFTER:
            return "alert", f"failing since {since:%Y-%m-%d}: {known.last_error}"
        return "failing", known.last_error or ""
    if known.waits:
        return "waiting", known.last_error or "the server asked to wait"
    if known.empty >= EMPTY_FOR:
        return "empty", f"its last {known.empty} documents held no item"
    if feed.is_recorded:
        return "recorded", ""
    return ("ok", "") if known.last_success else ("new", "")
