"""One attempt at each feed: concurrently, politely, each answer kept and each attempt logged.

What an attempt came to is in its row's `outcome`: ok, unchanged, retry, or error:<class>. One feed's fault never
touches another.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from pipelines import settings as clock
from pipelines.feeds import backoff, charset, sniff, state
from pipelines.feeds.bodies import Pages
from pipelines.feeds.documents import Documents, Row
from pipelines.feeds.failures import Failure
from pipelines.feeds.feedlist import Feed
from pipelines.feeds.limits import Limits, user_agent
from pipelines.feeds.recorded import recordings
from pipelines.feeds.web import Answer, Web
from pipelines.settings import Settings

Report = Callable[[int, int], None]


def fetch_all(
    feeds: Sequence[Feed],
    documents: Documents,
    settings: Settings,
    on_progress: Report | None = None,
    limits: Limits | None = None,
) -> list[Row]:
    """Ask every enabled feed once that is due, replay what is new of the recorded ones; returns the log's new rows.

    Feeds that are gone (410), backing off or told to wait are left alone, without a row. Raises only for what
    concerns all feeds (a full disk, a misnamed recording). A second run at the same time waits for the first.
    """
    with documents.storage.lock(".fetching.lock"):
        states = state.load(documents)
        rows = _replay([f for f in feeds if f.enabled and f.is_recorded], documents, states)
        now = clock.now()
        due = [f for f in feeds if f.enabled and not f.is_recorded and is_due(states.of(f), now)]
        if due:
            rows += asyncio.run(_fetch(due, documents, settings, states, on_progress, limits or Limits()))
        elif on_progress:
            on_progress(len(feeds), len(feeds))
        state.load(documents)  # leaves the saved state up to date
    return rows


def is_due(known: state.FeedState, now: datetime) -> bool:
    """Whether a feed may be asked now."""
    return not known.is_gone and (known.next_at is None or known.next_at <= now)


def fetch_id(feed_id: str, at: datetime) -> str:
    """Hash of feed and time of the attempt."""
    return hashlib.sha256(f"{feed_id}|{at.astimezone(UTC).isoformat()}".encode()).hexdigest()[:32]


def _row(feed: Feed, at: datetime, url: str, **values) -> Row:
    """A row of the log with every column of tables.FETCHES that it has."""
    return {
        "fetch_id": fetch_id(feed.feed_id, at),
        "kind": "feed",
        "feed_id": feed.feed_id,
        "origin": "news",
        "url": url,
        "listed_url": feed.url,
        "final_url": None,
        "fetched_at": at,
        "duration_ms": 0,
        "outcome": "",
        "http_status": None,
        "byte_count": None,
        "document_id": None,
        "retry_after_s": None,
        "error": None,
        # What the batch needs later, as it was then: the list may have changed meanwhile.
        "outlet": feed.outlet,
        "language": feed.language,
    } | values


# -- recorded feeds -------------------------------------------------------------------------------------------------
def _replay(feeds: Sequence[Feed], documents: Documents, states: state.States) -> list[Row]:
    """Log each recorded document that is not in the log yet, the oldest first."""
    rows = []
    logged: dict = {}
    for feed in feeds:
        known = states.of(feed)
        for at, path in recordings(feed):
            day = at.date()
            if day not in logged:
                logged[day] = {(row["feed_id"], row["fetched_at"]) for row in documents.attempts(day)}
            if (feed.feed_id, at) in logged[day]:
                continue
            row = _row(feed, at, f"{feed.url}/{path.name}")
            row |= _judged(path.read_bytes(), "", row["url"], known.document_id, documents)
            documents.append(row)
            known = known.after(row)
            rows.append(row)
    return rows


def _judged(
    content: bytes, content_type: str, url: str, last_document: str | None, documents: Documents
) -> Row:
    """Keep a document that is a feed; the columns that follow from what it holds."""
    found: Row = {"byte_count": len(content), "content_type": content_type}
    try:
        count = _items_seen(content, content_type, url)
    except Failure as failure:
        return found | {"outcome": f"error:{failure.kind}", "error": str(failure)}
    document_id = hashlib.sha256(content).hexdigest()
    if document_id == last_document:
        return found | {"outcome": "unchanged"}
    return found | {"outcome": "ok", "document_id": documents.keep(content), "item_hint": count}


def _items_seen(content: bytes, content_type: str, url: str) -> int:
    if not content.strip():
        raise Failure("empty", "the answer is empty")
    text, _ = charset.decode(content, content_type)
    return sniff.check(text, url)


# -- the web --------------------------------------------------------------------------------------------------------
async def _fetch(
    feeds: Sequence[Feed],
    documents: Documents,
    settings: Settings,
    states: state.States,
    on_progress: Report | None,
    limits: Limits,
) -> list[Row]:
    rows: list[Row] = []
    done = 0
    async with Web(limits, user_agent(settings), settings.allow_addresses) as web:
        pages = Pages(web, documents, states)

        async def one(feed: Feed) -> None:
            nonlocal done
            known = states.of(feed)
            row = await _attempt(web, feed, known, documents)
            await asyncio.to_thread(documents.append, row)
            rows.append(row)
            if feed.fetch_body and row["outcome"] == "ok":
                await pages.of(feed, row)
            done += 1
            if on_progress:
                on_progress(done, len(feeds))

        async with asyncio.TaskGroup() as group:
            for feed in feeds:
                group.create_task(one(feed))
    return rows


async def _attempt(web: Web, feed: Feed, known: state.FeedState, documents: Documents) -> Row:
    """Ask one feed, again at once where its server ails; returns the row that says what came of it."""
    at = clock.now()
    if known.last_at and at <= known.last_at:
        at = known.last_at + timedelta(microseconds=1)  # a fixed clock must not make two attempts one
    row = _row(feed, at, known.url or feed.url)
    waits = iter(web.limits.retry_after_s)
    while True:
        try:
            return row | await _answered(web, row["url"], known, documents, at)
        except Failure as failure:
            row["duration_ms"] += round(failure.seconds * 1000)
            wait = next(waits, None) if failure.kind == "http_5xx" else None
            if wait is None:
                return row | {
                    "outcome": f"error:{failure.kind}",
                    "http_status": failure.status,
                    "error": str(failure)[:500],
                }
            await asyncio.sleep(wait)


async def _answered(web: Web, url: str, known: state.FeedState, documents: Documents, at: datetime) -> Row:
    """What one answer means. Raises Failure."""
    validators = known.validators
    answer = await web.get(url, validators)
    headers, status = answer.headers, answer.status
    row: Row = {"final_url": answer.url, "http_status": status, "duration_ms": round(answer.seconds * 1000)}
    if status in (429, 503):
        wait = backoff.asked_to_wait(headers.get("retry-after"), headers.get("date"), at)
        if wait is not None or status == 429:
            words = (
                f"status {status}: asked to wait {wait} s"
                if wait
                else f"status {status} without a time to wait"
            )
            return row | {"outcome": "retry", "retry_after_s": wait, "error": words}
    _check_status(answer)
    row |= {
        "moved_to": answer.moved_to,
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
    }
    if status == 304:
        return row | {"outcome": "unchanged"}
    content_type = headers.get("content-type", "")[:200]
    found = await asyncio.to_thread(
        _judged, answer.body, content_type, answer.url, known.document_id, documents
    )
    if found["outcome"].startswith("error:"):
        row["moved_to"] = None  # a dead feed that was sent to a home page keeps its address
    return row | found


def _check_status(answer: Answer) -> None:
    """Raises Failure where the status says that there is no document."""
    status = answer.status
    if status == 304 and not answer.was_conditional:
        raise Failure("unexpected_304", "304 to a request without a condition", status)
    if status == 410:
        raise Failure("http_410", "gone for good: the feed is not asked again until the list changes", status)
    if 400 <= status < 500:
        raise Failure("http_4xx", f"status {status}", status)
    if status >= 500:
        raise Failure("http_5xx", f"status {status}", status)
    if 300 <= status < 400 and status != 304:
        raise Failure("http_3xx", f"status {status}", status)
    if status != 304 and not answer.body.strip():
        raise Failure("empty", f"status {status} with an empty body", status)
