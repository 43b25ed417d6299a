"""One parsed document as rows: every item is kept, repeated, or set aside, and the three add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pipelines.feeds import urls
from pipelines.feeds.documents import Row
from pipelines.feeds.parse import ParsedFeed, RawItem
from pipelines.items import dates, identity, text
from pipelines.items.language import language

EVIDENCE = 300


@dataclass
class Normalised:
    """What became of one document's items. items: rows of tables.ITEMS; aside: rows of tables.QUARANTINE."""

    items: list[Row] = field(default_factory=list)
    aside: list[Row] = field(default_factory=list)

    @property
    def delivered(self) -> int:
        """Items that the document held."""
        return len(self.items) + sum(row["position"] is not None for row in self.aside)


def normalise(
    parsed: ParsedFeed, fetch: Row, outlet: str, named_language: str, bodies: dict[str, Any]
) -> Normalised:
    """The items of one document.

    fetch: the log's row of its delivery. bodies: by canonical address, (full text, why there is none); empty where
    none was wanted.
    """
    found = Normalised()
    rows = [_row(item, parsed, fetch, outlet, named_language, bodies) for item in parsed.items]
    seen: dict[tuple, int] = {}
    for place, row in enumerate(rows):
        if parsed.is_cut and place == len(rows) - 1:
            found.aside.append(
                aside(fetch, place, "truncated", f"the document breaks off in: {row['title']}")
            )
        elif not (row["title"] or row["summary"] or row["body"]):
            evidence = (
                " ".join(filter(None, (row["guid"], row["url"]))) or "an item without title, text and address"
            )
            found.aside.append(aside(fetch, place, "empty", evidence))
        elif (first := _repeated(row, seen)) is not None:
            found.aside.append(aside(fetch, place, "duplicate", f"repeats item {first}: {row['title']}"))
        else:
            found.items.append(row)
    guids = Counter(row["guid"] for row in found.items)
    for row in found.items:
        row["is_guid_unique"] = row["guid"] is not None and guids[row["guid"]] == 1
    return found


def aside(fetch: Row, position: int | None, reason: str, evidence: str) -> Row:
    """A row of tables.QUARANTINE (without batch)."""
    return {
        "quarantine_id": identity.digest(fetch["fetch_id"], position, reason),
        "origin": fetch["origin"],
        "feed_id": fetch["feed_id"],
        "document_id": fetch["document_id"],
        "position": position,
        "fetched_at": fetch["fetched_at"],
        "reason": reason,
        "evidence": text.plain(evidence[: EVIDENCE * 4], "title", is_html=False)[0][:EVIDENCE],
    }


def _repeated(row: Row, seen: dict[tuple, int]) -> int | None:
    """The position of an earlier item of the document that this one repeats; None where it is the first.

    The same content under the same address, or the same guid, address and headline. A guid alone proves nothing:
    there are feeds with one guid for everything.
    """
    keys = (
        ("content", row["url"] or row["guid"], row["content_hash"]),
        ("handles", row["guid"], row["url"], row["title"] or row["content_hash"]),
    )
    first = next((seen[key] for key in keys if key in seen), None)
    if first is None:
        seen.update(dict.fromkeys(keys, row["position"]))
    return first


def _row(
    item: RawItem, parsed: ParsedFeed, fetch: Row, outlet: str, named_language: str, bodies: dict[str, Any]
) -> Row:
    title, title_flags = text.plain(item.title.value, "title", not item.title.is_plain)
    summary, summary_flags = text.plain(item.summary.value, "summary", not item.summary.is_plain)
    content, content_flags = ("", [])
    if item.content.value != item.summary.value:
        content, content_flags = text.plain(item.content.value, "body", not item.content.is_plain)
        if content == summary:
            content = ""
    guid = text.plain(item.guid or "", "title", is_html=False)[0] or None
    url, flags = _address(item, parsed)
    fetched, why_not = bodies.get(url, (None, None)) if url else (None, None)
    # The page's own headline is the item's: what stands in both would be told twice.
    body = (fetched or "").removeprefix(title).lstrip() or content
    published_at, published_flag = dates.published(item.published or item.updated, fetch["fetched_at"])
    flags = [
        *([parsed.charset] if parsed.charset else []),
        *title_flags,
        *summary_flags,
        *content_flags,
        *flags,
    ]
    lang, lang_basis = language(
        f"{title}\n{summary or body[:500]}".strip(), item.language, parsed.language or named_language
    )
    content_hash = identity.content_hash(title, summary, body)
    return {
        "item_id": identity.digest(fetch["fetch_id"], item.position),
        "origin": fetch["origin"],
        "document_id": fetch["document_id"],
        "position": item.position,
        "feed_id": fetch["feed_id"],
        "outlet": outlet,
        "guid": guid,
        "is_guid_unique": None,
        "url": url,
        "title": title,
        "summary": summary,
        "body": body,
        "body_flag": why_not if not body else None,
        "text_flag": ",".join(dict.fromkeys(flags)) or None,
        "lang": lang,
        "lang_basis": lang_basis,
        "published_at": published_at,
        "published_flag": published_flag,
        "updated_at": dates.updated(item.updated, fetch["fetched_at"]),
        "fetched_at": fetch["fetched_at"],
        "content_hash": content_hash,
        "coding_id": identity.coding_id(content_hash, published_at, fetch["fetched_at"]),
    }


def _address(item: RawItem, parsed: ParsedFeed) -> tuple[str | None, list[str]]:
    """The item's canonical address (its guid's, where only that is one), and `address` where it could not be used."""
    if item.link:
        url = urls.canonical(item.link, parsed.base)
        return url, [] if url else ["address"]
    if item.guid and item.guid.startswith(("http://", "https://")):
        return urls.canonical(item.guid), []
    return None, []
