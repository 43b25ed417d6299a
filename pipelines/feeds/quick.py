"""The short way through well-formed RSS 2.0, RSS 1.0 and Atom 1.0, which most feeds are: libxml2 in one pass.

It reads what feedparser reads, some ten times as fast, or declines: whatever is unusual (inline markup, xml:base,
repeated elements, other vocabularies) goes to feedparser, which knows them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from feedparser.api import StrictFeedParser
from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_RSS1 = "{http://purl.org/rss/1.0/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_MEDIA_GROUP = "{http://search.yahoo.com/mrss/}group"  # a film's own description, where there is no other
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Vocabularies that hold titles, texts or dates of their own; all others say nothing of what is read here.
_SPEAKING = (
    "{http://www.w3.org/2005/Atom}",
    "{http://www.w3.org/1999/xhtml}",
    "{http://purl.org/atom/",
    "{http://purl.org/dc/terms/}",
    "{http://purl.org/rss/1.0/}",
    "{http://my.netscape.com/",
    "{http://backend.userland.com/",
    "{http://blogs.law.harvard.edu/",
    "{http://channel.netscape.com/",
    "{http://www.itunes.com/",
    "{http://example.com/DTDs/PodCast",
)
_TELLING_DC = {f"{_DC}title", f"{_DC}description", f"{_DC}identifier"}
_IGNORED = {"author", "category", "comments", "enclosure", "source"}


@dataclass
class Quick:
    """A feed and its items: plain dicts of guid, link, title, summary, content, published, updated, language;
    the texts as (value, whether it is plain)."""

    kind: str
    title: str = ""
    language: str | None = None
    link: str = ""
    items: list[dict] = field(default_factory=list)


class _Unusual(Exception):
    """Something that is feedparser's."""


def read(content: bytes) -> Quick | None:
    """The feed of a UTF-8 document without a type declaration; None where the long way is the right one."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(content, parser)
        if b":base" in content:
            return None
        if root.tag == "rss" and root.get("version") == "2.0":
            return _rss(root)
        if root.tag == f"{_ATOM}feed":
            return _atom(root)
        if root.tag == f"{_RDF}RDF":
            return _rdf(root)
    except (etree.XMLSyntaxError, _Unusual):
        pass
    return None


def _rss(root) -> Quick:
    if len(root) != 1 or root[0].tag != "channel":
        raise _Unusual
    channel = root[0]
    found = Quick("rss20", _text(channel.find("title")), _text(channel.find("language")) or None)
    found.link = _text(channel.find("link"))
    if channel.get(_LANG) or root.get(_LANG) or len(channel.findall("link")) > 1:
        raise _Unusual
    found.items = [_rss_item(item, "") for item in channel.iterchildren("item")]
    return found


def _rdf(root) -> Quick:
    found = Quick("rss10")
    channel = root.find(f"{_RSS1}channel")
    if channel is None or root.find("item") is not None or channel.find(f"{_RSS1}item") is not None:
        raise _Unusual
    found.title = _text(channel.find(f"{_RSS1}title"))
    found.link = _text(channel.find(f"{_RSS1}link"))
    found.language = _text(channel.find(f"{_DC}language")) or None
    found.items = [_rss_item(item, _RSS1) for item in root.iterchildren(f"{_RSS1}item")]
    return found


def _rss_item(element, space: str) -> dict:
    item: dict = {}
    for child in element:
        tag = child.tag
        if tag.startswith("{") and not (space and tag.startswith(space)):
            if tag == f"{_DC}date":
                _set(item, "updated", child)
            elif tag == f"{_CONTENT}encoded":
                _set(item, "content", child)
            elif tag == f"{_DC}language":
                _set(item, "language", child)
            elif tag in _TELLING_DC or (tag.startswith(_SPEAKING) and not _is_aside(child)):
                raise _Unusual
            continue
        name = tag.removeprefix(space)
        if name in ("title", "link", "guid"):
            _set(item, name, child)
        elif name == "description":
            _set(item, "summary", child)
        elif name == "pubDate":
            _set(item, "published", child)
        elif name not in _IGNORED and hasattr(StrictFeedParser, f"_start_{name.lower()}"):
            raise _Unusual  # an element that feedparser makes something of
        if name == "guid" and child.get("isPermaLink", "true") == "true":
            item["permalink"] = True
    if space and (about := element.get(f"{_RDF}about")):
        item.setdefault("guid", about)
    if item.pop("permalink", False) and not item.get("link") and item.get("guid"):
        item["link"] = item["guid"]
    for name in ("title", "summary", "content"):
        item[name] = (item.get(name) or "", False)
    return item


def _atom(root) -> Quick:
    found = Quick("atom10", _text(root.find(f"{_ATOM}title")), root.get(_LANG))
    found.items = [_entry(entry) for entry in root.iterchildren(f"{_ATOM}entry")]
    return found


def _entry(element) -> dict:
    item: dict = {}
    if element.get(_LANG):
        raise _Unusual
    for child in element:
        tag = child.tag
        if not tag.startswith(_ATOM):
            if tag.startswith((*_SPEAKING, _DC, _CONTENT, _MEDIA_GROUP)) or not tag.startswith("{"):
                raise _Unusual
            continue
        name = tag.removeprefix(_ATOM)
        if name == "link":
            if child.get("rel", "alternate") == "alternate":
                if "link" in item:
                    raise _Unusual
                item["link"] = (child.get("href") or "").strip()
        elif name in ("title", "summary", "content"):
            if (
                name in item
                or len(child)
                or child.get("type", "text") not in ("text", "html")
                or child.get("src")
            ):
                raise _Unusual
            item[name] = ((child.text or "").strip(), child.get("type", "text") == "text")
        elif name in ("id", "published", "updated"):
            _set(item, "guid" if name == "id" else name, child)
        elif name not in ("author", "category", "contributor", "rights"):
            raise _Unusual
    for name in ("title", "summary", "content"):
        item.setdefault(name, ("", False))
    return item


def _is_aside(element) -> bool:
    """Whether an Atom link within an RSS item is another than the item's address."""
    return element.tag == f"{_ATOM}link" and element.get("rel", "alternate") != "alternate"


def _set(item: dict, name: str, element) -> None:
    if name in item or len(element):
        raise _Unusual
    item[name] = (element.text or "").strip()


def _text(element) -> str:
    if element is None:
        return ""
    if len(element):
        raise _Unusual
    return (element.text or "").strip()
