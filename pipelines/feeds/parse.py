"""A kept document's items, as the feed wrote them: feedparser on a text that was made safe first.

No network, no clock, no judgement about the items: that is the next room's (`pipelines.items`).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html.entities import name2codepoint
from urllib.parse import urljoin

import feedparser

from pipelines.feeds import charset, quick, sniff
from pipelines.feeds.failures import Failure

# What XML 1.0 forbids, as characters and as references; both make strict parsers give up on a whole feed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,9});")
_BARE = re.compile(r"(<!\[CDATA\[.*?\]\]>)|&(?!#?[A-Za-z0-9]{1,32};)", re.DOTALL)
_XML_NAMES = {"lt", "gt", "amp", "quot", "apos"}
_ITEM_TAG = re.compile(
    r"<(/?)(?:[A-Za-z_][\w.-]*:)?(?:item|entry)(?=[\s>/])[^<>]{0,2000}?(/?)>", re.IGNORECASE
)
_CLOSED = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """A text as the feed wrote it, and whether it says that it is no HTML."""

    value: str = ""
    is_plain: bool = False


@dataclass(frozen=True)
class RawItem:
    """One item of a document, in its own words. position: its place, from 0."""

    position: int
    guid: str | None
    link: str | None
    title: Text
    summary: Text
    content: Text
    published: str | None
    updated: str | None
    language: str | None


@dataclass(frozen=True)
class ParsedFeed:
    """A document's items. charset: how its text had to be found (see charset.decode). base: what links start from.

    is_cut: the document breaks off within its last item. fault: what a strict parser complains about.
    """

    kind: str
    title: str
    language: str | None
    base: str
    charset: str | None
    is_cut: bool
    fault: str | None
    items: list[RawItem] = field(default_factory=list)


def parse(content: bytes, content_type: str = "", url: str = "") -> ParsedFeed:
    """Parse one document. Raises Failure (empty, not_a_feed, xml_forbidden) where it is no feed that may be read."""
    text, flag = charset.decode(content, content_type)
    sniff.check(text, url)
    safe = _safe(text).encode("utf-8")
    found = quick.read(safe)
    return _quickly(found, url, flag) if found else _at_length(safe, text, url, flag)


def _quickly(found: quick.Quick, url: str, flag: str | None) -> ParsedFeed:
    return ParsedFeed(
        kind=found.kind,
        title=found.title,
        language=found.language,
        base=_base(found.kind, url, found.link),
        charset=flag,
        is_cut=False,
        fault=None,
        items=[_quick_item(place, item) for place, item in enumerate(found.items)],
    )


def _quick_item(position: int, item: dict) -> RawItem:
    title, summary, content = (Text(*item[name]) for name in ("title", "summary", "content"))
    return RawItem(
        position=position,
        guid=item.get("guid") or None,
        link=item.get("link") or None,
        title=title,
        summary=summary if summary.value else content,
        content=content,
        published=item.get("published") or None,
        updated=item.get("updated") or None,
        language=item.get("language") or None,
    )


def _at_length(safe: bytes, text: str, url: str, flag: str | None) -> ParsedFeed:
    found = feedparser.parse(
        io.BytesIO(safe),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    kind = found.version or ""
    is_atom = kind.startswith("atom")
    feed = found.feed
    return ParsedFeed(
        kind=kind,
        title=dict.get(feed, "title") or "",
        language=dict.get(feed, "language") or None,
        base=_base(kind, url, dict.get(feed, "link") or ""),
        charset=flag,
        is_cut=_is_cut(text),
        fault=str(found.bozo_exception)[:200] if found.bozo else None,
        items=[_item(place, entry, is_atom) for place, entry in enumerate(found.entries)],
    )


def _base(kind: str, url: str, link: str) -> str:
    """What relative links start from: in Atom the document, in RSS the site that the feed is about."""
    return url if kind.startswith("atom") else _join(url, link)


def _safe(text: str) -> str:
    """The document from its root on, without what makes parsers fail or reach out, in XML's own terms."""
    entities = sniff.declared_entities(text)
    text = text[sniff.root(text) or 0 :]
    text = _FORBIDDEN.sub("", text)
    if "&" in text:
        text = _REFERENCE.sub(_allowed, text)
        text = _NAMED.sub(lambda match: _character(match, entities), text)
        text = _BARE.sub(lambda match: match[1] or "&amp;", text)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'


def _allowed(match: re.Match) -> str:
    """A character reference as it is, or nothing where XML forbids the character."""
    code = int(match[1], 16) if match[1] else int(match[2])
    fine = (
        code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    )
    return match[0] if fine else ""


def _character(match: re.Match, entities: dict[str, str]) -> str:
    """A named entity of HTML, or of the document, as the character itself; XML's own five stay."""
    name = match[1]
    if name in _XML_NAMES:
        return match[0]
    if name in entities:
        return entities[name]
    code = name2codepoint.get(name)
    return chr(code) if code else f"&amp;{name};"


def _is_cut(text: str) -> bool:
    """Whether the document ends within an item."""
    if _CLOSED.search(text, max(0, len(text) - 20_000)):
        return False
    tags = list(_ITEM_TAG.finditer(text))
    return bool(tags) and not tags[-1][1] and not tags[-1][2]


def _item(position: int, entry: dict, is_atom: bool) -> RawItem:
    contents = [_text(part, is_atom) for part in dict.get(entry, "content") or ()]
    return RawItem(
        position=position,
        guid=dict.get(entry, "id") or None,
        link=dict.get(entry, "link") or None,
        title=_detail(entry, "title", is_atom),
        summary=_detail(entry, "summary", is_atom),
        content=max(contents, key=lambda text: len(text.value), default=Text()),
        published=dict.get(entry, "published") or None,
        updated=dict.get(entry, "updated") or None,
        language=dict.get(entry, "language") or None,
    )


def _detail(entry: dict, name: str, is_atom: bool) -> Text:
    detail = dict.get(entry, f"{name}_detail")
    return _text(detail, is_atom) if detail else Text(dict.get(entry, name) or "")


def _text(detail: dict, is_atom: bool) -> Text:
    # RSS does not say what its texts are, and writes HTML in all of them; Atom's word is taken.
    plain = is_atom and dict.get(detail, "type") == "text/plain"
    return Text(dict.get(detail, "value") or "", plain)


def _join(url: str, link: str) -> str:
    try:
        joined = urljoin(url, link)
        return joined if joined.startswith(("http://", "https://")) else url
    except ValueError:
        return url


__all__ = ["Failure", "ParsedFeed", "RawItem", "Text", "parse"]
