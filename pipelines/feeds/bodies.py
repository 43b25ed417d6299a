"""Article pages of feeds that ask for them: read politely, kept like any document.

The log gets a row of kind `page` for each page that was asked, and one of kind `pages` that says for a delivery of
the feed which page belongs to which item: so a day can be built again from what was known then.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pipelines import settings as clock
from pipelines.feeds import parse, urls
from pipelines.feeds.documents import Documents, Row
from pipelines.feeds.failures import Failure
from pipelines.feeds.feedlist import Feed
from pipelines.feeds.robots import Robots, RobotsDenied
from pipelines.feeds.state import States
from pipelines.feeds.web import Answer, Validators, Web

Page = dict[str, Any]
ASK_AGAIN = timedelta(days=7)  # a page that was refused or gone is not asked at every delivery
_PASSING = (
    "error:timeout",
    "error:connection",
    "error:http_5xx",
    "error:protocol",
    "error:truncated",
    "retry",
)


class _Known(Exception):
    """A redirect leads to a page that was read already."""

    def __init__(self, page: Page) -> None:
        self.page = page


class Pages:
    """The article pages of one run: each is asked once, whoever names it."""

    def __init__(self, web: Web, documents: Documents, states: States) -> None:
        self._web, self._documents, self._states = web, documents, states
        self._robots = Robots(web)
        self._found: dict[str, asyncio.Task[Page]] = {}

    async def of(self, feed: Feed, delivery: Row) -> list[Row]:
        """Read the pages of one delivery's items that are not known yet; returns the log's new rows."""
        wanted = await asyncio.to_thread(self._wanted, delivery)
        rows: list[Row] = []
        pages: dict[str, Page] = {}
        for place, (url, text_hash) in enumerate(wanted.items()):
            if place >= self._web.limits.pages_per_feed:
                pages[url] = {"why": "too_many"}
                continue
            known = self._states.pages.get(url)
            if known and self._suffices(known, text_hash):
                pages[url] = _page(known)
                continue
            if url not in self._found:
                self._found[url] = asyncio.create_task(self._read(feed, url, text_hash, known, rows))
            pages[url] = await self._found[url]
        row = {
            "kind": "pages",
            "fetch_id": delivery["fetch_id"],
            "feed_id": feed.feed_id,
            "fetched_at": delivery["fetched_at"],
            "pages": pages,
        }
        await asyncio.to_thread(self._documents.append, row)
        return rows

    def _wanted(self, delivery: Row) -> dict[str, str]:
        """Canonical addresses of a delivery's items, each with a hash of what the feed says of it."""
        content = self._documents.read(delivery["document_id"])
        parsed = parse.parse(content, delivery.get("content_type") or "", delivery.get("final_url") or "")
        found = {}
        for item in parsed.items:
            url = urls.canonical(item.link or item.guid, parsed.base)
            if url:
                found.setdefault(url, _hash(item.title.value, item.summary.value))
        return found

    def _suffices(self, known: Mapping[str, Any], text_hash: str) -> bool:
        """Whether what is known of a page spares asking: it was read and its item is as it was, or it will not do."""
        if known.get("document_id"):
            return known.get("text_hash") == text_hash
        return known["outcome"] not in _PASSING and clock.now() - known["at"] < ASK_AGAIN

    async def _read(
        self, feed: Feed, url: str, text_hash: str, known: Mapping | None, rows: list[Row]
    ) -> Page:
        row: Row = {
            "kind": "page",
            "feed_id": feed.feed_id,
            "url": url,
            "fetched_at": clock.now(),
            "text_hash": text_hash,
            "outcome": "ok",
        }
        try:
            row |= await self._answered(url, known or {})
        except RobotsDenied as denied:
            row |= {"outcome": "robots_denied", "error": str(denied)}
        except Failure as failure:
            row |= {
                "outcome": f"error:{failure.kind}",
                "http_status": failure.status,
                "error": str(failure)[:500],
            }
        except _Known as found:
            row |= {"document_id": found.page.get("document_id"), "outcome": found.page.get("why") or "ok"}
            row["content_type"] = found.page.get("content_type")
        await asyncio.to_thread(self._documents.append, row)
        self._states.add(row)
        rows.append(row)
        return _page(self._states.pages[url])

    async def _answered(self, url: str, known: Mapping[str, Any]) -> Row:
        """What one page's answer means. Raises Failure, RobotsDenied, _Known."""
        rules = await self._robots.rules(url)
        rules.check(url)
        limits = self._web.limits
        gap = min(max(limits.page_gap_s, rules.delay), limits.most_crawl_delay_s)

        async def gate(hop: str) -> None:
            (await self._robots.rules(hop)).check(hop)
            other = self._found.get(urls.canonical(hop) or "")
            if hop != url and other is not None and other.done():
                raise _Known(other.result())

        answer = await self._web.get(
            url,
            Validators(known.get("final_url"), known.get("etag"), known.get("last_modified")),
            turn=lambda hop: self._web.manners.page_turn(hop, gap),
            gate=gate,
            accept=_is_page,
        )
        _check_status(answer)
        row: Row = {
            "final_url": answer.url,
            "http_status": answer.status,
            "etag": answer.headers.get("etag"),
            "last_modified": answer.headers.get("last-modified"),
            "content_type": answer.headers.get("content-type", "")[:200],
        }
        if answer.status == 304:
            return row | {"outcome": "unchanged", "content_type": known.get("content_type")}
        document_id = await asyncio.to_thread(self._documents.keep, answer.body)
        return row | {"document_id": document_id, "byte_count": len(answer.body)}


def _page(known: Mapping[str, Any]) -> Page:
    """What a delivery's row says of a page: the kept document, or why there is none."""
    if known.get("document_id"):
        return {"document_id": known["document_id"], "content_type": known.get("content_type")}
    return {"why": known["outcome"]}


def _is_page(headers: Mapping[str, str]) -> None:
    """Raises Failure for what is no web page, before its body is read."""
    kind = headers.get("content-type", "text/html").split(";")[0].strip().lower()
    if kind not in ("text/html", "application/xhtml+xml", "text/plain", ""):
        raise Failure("content_type", f"{kind} is no web page")


def _check_status(answer: Answer) -> None:
    if answer.status == 304 and not answer.was_conditional:
        raise Failure("unexpected_304", "304 to a request without a condition", 304)
    if answer.status in (200, 304):
        return
    kind = f"http_{answer.status // 100}xx"
    raise Failure(
        kind if kind in ("http_3xx", "http_4xx", "http_5xx") else "empty",
        f"status {answer.status}",
        answer.status,
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
