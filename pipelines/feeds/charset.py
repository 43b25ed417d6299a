"""Bytes to text: strict UTF-8, then the declared charset, then a detector, then replacement with a flag."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the first characters of a document look like in encodings that are no superset of ASCII.
_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
# Names stand for what browsers take them for (WHATWG): the supersets that people write under them.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_SHIFTED = ("iso2022", "hz")
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def decode(content: bytes, content_type: str = "") -> tuple[str, str | None]:
    """A document's text, and how it had to be found: None (as it should be), charset, detected, replacement.

    `charset` means that a declaration was wrong, or that the bytes are no UTF-8 and the declaration was needed and
    contradicted another.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), None
    for start, name in _STARTS:
        if content.startswith(start):
            return content.decode(name, "replace"), None
    declared = _declared(content, content_type)
    for name in declared:
        if name.startswith(_SHIFTED) and (text := _strict(content, name)) is not None:
            return text, None
    if (text := _strict(content, "utf-8")) is not None:
        return text, None
    if _is_mostly_utf8(content):
        return content.decode("utf-8", "replace"), "replacement"
    for place, name in enumerate(declared):
        if name != "utf-8" and (text := _strict(content, name)) is not None:
            return text, "charset" if place else None
    return _detected(content)


def _declared(content: bytes, content_type: str) -> list[str]:
    """Codecs that the document's own declaration and the header name, the document's first."""
    found = []
    head = content[:2048]
    for match in (_DECLARED.search(head), _META.search(head)):
        if match:
            found.append(match[1].decode("ascii"))
    if match := _HEADER.search(content_type or ""):
        found.append(match[1])
    names = []
    for name in found:
        try:
            known = codecs.lookup(name).name
        except LookupError:
            continue
        names.append(_MEANT.get(known, known))
    return list(dict.fromkeys(names))


def _strict(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether stray bytes stand in what is UTF-8 otherwise: another charset would hardly form its sequences."""
    sequences = _SEQUENCE.findall(content)
    high = sum(byte > 0x7F for byte in content)
    return len(sequences) > 1 and sum(map(len, sequences)) > 0.5 * high


def _detected(content: bytes) -> tuple[str, str]:
    # A sample is enough to tell, and keeps a hostile document cheap; its high bytes are what tells.
    lines = [line for line in content.splitlines() if any(byte > 0x7F for byte in line)]
    found = from_bytes(b"\n".join(lines)[:50_000])
    best = found.best()
    # Of charsets that fit as well, the one that most of the web means.
    is_western = best is not None and any(
        "cp1252" in (match.encoding, *match.could_be_from_charset) and match.chaos <= best.chaos
        for match in found
    )
    for name in ("cp1252" if is_western else best.encoding if best else None, "cp1252"):
        if name and (text := _strict(content, name)) is not None:
            return text, "detected"
    return content.decode("utf-8", "replace"), "replacement"
