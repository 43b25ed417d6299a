"""Plain text from what feeds and pages write: no markup, NFC, no control and no bidi-override characters."""

from __future__ import annotations

import html
import re
import unicodedata

from lxml import etree
from lxml import html as lxml_html

LONGEST = {"title": 2_000, "summary": 100_000, "body": 400_000}

# Invisible characters that carry nothing, and those that reverse or isolate what follows.
_INVISIBLE = "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
_DROPPED = re.compile(
    f"[{_INVISIBLE}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_TAG = re.compile(r"<(?:[a-zA-Z][a-zA-Z0-9:-]*[\s/>]|/[a-zA-Z]|!--|!\[|\?[a-zA-Z])")
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2010-\u203a\u20ac\u2122]"
)
# Tags without attributes that hold text as it is: what consists of these alone needs no parser.
_SIMPLE = re.compile(r"</?(?:(p|br|div|li|ul|ol)|b|i|em|strong|u|span)\s*/?>", re.IGNORECASE)
_PARSER = lxml_html.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True)
_SILENT = {"script", "style", "noscript", "template", "iframe", "object", "svg", "head"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip

# Windows-1252's quotes and dashes that came through as C1 control characters.
_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}

# What a text must hold to need any care; most English ones do not.
NEEDS_CARE = r"[^ -~]|[&<]|  |^ | $"
_NEEDS_CARE = re.compile(NEEDS_CARE)


def plain(value: str, field: str, is_html: bool = True) -> tuple[str, list[str]]:
    """A text as plain NFC text, and what had to be done to it (mojibake, cut): `field` is title, summary or body.

    A title is one line; elsewhere a line ends where a paragraph does.
    """
    if not value or not _NEEDS_CARE.search(value):
        return value[: LONGEST[field]], ["cut"] if len(value) > LONGEST[field] else []
    flags = []
    # Markup may be several times the text; beyond that the rest of a hostile text is not even parsed.
    most = LONGEST[field] * 10
    if len(value) > most:
        value, flags = value[:most], ["cut"]
    if not value.isascii():
        if _MOJIBAKE.search(value) and (mended := _mended(value)) is not None:
            value, flags = mended, [*flags, "mojibake"]
        value = value.translate(_WINDOWS)
    if is_html:
        value = _without_markup(value)
    value = _DROPPED.sub("", value.replace("\u2028", "\n").replace("\u2029", "\n"))
    value = unicodedata.normalize("NFC", value)  # last: what is dropped may have kept two characters apart
    if field == "title":
        value = " ".join(value.split())
    else:
        value = "\n".join(line for line in (" ".join(line.split()) for line in value.split("\n")) if line)
    if len(value) > LONGEST[field]:
        value = value[: LONGEST[field]].rstrip()
        flags = list(dict.fromkeys([*flags, "cut"]))
    return value, flags


def _without_markup(value: str) -> str:
    if not _TAG.search(value):
        return html.unescape(value) if "&" in value else value
    simple = _SIMPLE.sub(lambda match: "\n" if match[1] else "", _flat(value))
    if "<" not in simple:
        return html.unescape(simple)
    try:
        root = lxml_html.document_fromstring(
            f"<div>{value}</div>".encode("utf-8", "replace"), parser=_PARSER, ensure_head_body=False
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return html.unescape(_TAG_AND_ALL.sub(" ", value))
    pieces: list[str] = []
    _collect(root, pieces)
    return "".join(pieces)


_TAG_AND_ALL = re.compile(r"<[^>]*>")


def _collect(root, pieces: list[str]) -> None:
    """Text of an element tree in document order, lines where blocks begin and end; without recursion."""
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SILENT:
                silent += 1
            elif not silent:
                if tag in _BLOCKS:
                    pieces.append("\n")
                if element.text:
                    pieces.append(_flat(element.text))
        else:
            if tag in _SILENT:
                silent -= 1
            elif not silent and tag in _BLOCKS:
                pieces.append("\n")
            if not silent and element.tail:
                pieces.append(_flat(element.tail))


def _flat(text: str) -> str:
    """HTML's own line breaks mean nothing."""
    return text.replace("\n", " ").replace("\r", " ")


def _mended(value: str) -> str | None:
    """UTF-8 that was taken for Latin-1 or Windows-1252 and encoded again, read as it was meant; None otherwise."""
    for wrong in ("latin-1", "cp1252"):
        try:
            return value.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
    return None
