"""Whether a document is a feed that may be parsed; cheap, so that fetching can say at once what it got."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from pipelines.feeds.failures import Failure

_ELEMENT = re.compile(
    r"<!--.*?-->|<(?:[A-Za-z_][\w.-]*:)?(?P<name>rss|feed|rdf|channel|entry|html|body|head|opml|urlset|sitemapindex)[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_FEEDS = {"rss", "feed", "rdf", "channel", "entry"}
_ITEM = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTITY = re.compile(
    r"<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(SYSTEM|PUBLIC)?\s*(\"[^\"]*\"|'[^']*')?", re.IGNORECASE
)
_LINK = re.compile(r"<link\b[^>]{0,500}>", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']([^"'<>]{1,500})["']""", re.IGNORECASE)
_HEAD = 262_144
_LONGEST_ENTITY = 100


def check(text: str, url: str = "") -> int:
    """How many items the document seems to hold. Raises Failure (empty, not_a_feed, xml_forbidden)."""
    if not text.strip(" \t\r\n\0\ufeff"):
        raise Failure("empty", "the document is empty")
    if root(text) is None:
        raise Failure("not_a_feed", _what(text, url))
    declared_entities(text)
    return len(_ITEM.findall(text))


def root(text: str) -> int | None:
    """Where the feed's root element begins; None where the document is something else."""
    for match in _ELEMENT.finditer(text[:_HEAD]):
        if match["name"]:
            return match.start() if match["name"].lower() in _FEEDS else None
    return None


def declared_entities(text: str) -> dict[str, str]:
    """The harmless entities of a document's own type declaration: short text, nothing nested.

    Raises Failure (xml_forbidden) for external, parameter, nested and long ones: they read files, fetch addresses
    or grow without end, and no feed needs them.
    """
    found = {}
    for parameter, name, external, value in _ENTITY.findall(text[: root(text) or 0]):
        inner = value[1:-1]
        if parameter or external or len(inner) > _LONGEST_ENTITY or re.search(r"&(?!#)|%", inner):
            raise Failure(
                "xml_forbidden", f"the document declares entity {name!r}, which feeds have no use for"
            )
        found[name] = inner
    return found


def _what(text: str, url: str) -> str:
    """In words what came instead of a feed; where a page names its feed, that address."""
    for link in _LINK.findall(text[:_HEAD]):
        if re.search(r"application/(rss|atom)\+xml", link, re.IGNORECASE) and (href := _HREF.search(link)):
            return f"a web page, no feed; it names this one: {urljoin(url, href[1])}"
    start = " ".join(text[:200].split())[:80]
    return f"no RSS or Atom; it begins with {start!r}"
