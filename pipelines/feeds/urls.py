"""The canonical address of an item: what identifies it stays, tracking goes; two articles never become one."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from courlan.clean import TRACKERS_RE, decode_punycode

from pipelines.coding.reference import read_csv
from pipelines.settings import REFERENCE

LONGEST = 2_000
_JUNK = re.compile(r"[\x00-\x20\x7f]")
# An address that is in its one spelling already, as most are.
_PLAIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[A-Za-z0-9_~/.-]{0,300}")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_UNRESERVED = re.compile(r"%(2[dDeE]|3\d|4[1-9a-fA-F]|5[\daAfF]|6[1-9a-fA-F]|7[\daAeE])")
_LONE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WORDS = re.compile(r"[\W_]+")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")


def canonical(url: str | None, base: str = "") -> str | None:
    """An absolute http(s) address without tracking parameters, in one spelling; None where there is none.

    The query keeps its order and every parameter that is not known to track: it may be what identifies the article.
    A fragment goes, except where it looks like a route of a page that is all script (#!/… or #/…).
    """
    if not url:
        return None
    if _PLAIN.fullmatch(url) and "/." not in url:
        return url
    text = url.strip().strip("\u200b\ufeff").replace("&amp;", "&")
    if len(text) > LONGEST:
        return None
    text = _JUNK.sub(lambda match: "%20" if match[0] == " " else "", text)
    try:
        own = urlsplit(text)
        if own.scheme in _DEFAULT_PORTS and not own.netloc:
            return None
        parts = own if own.scheme or not base else urlsplit(urljoin(base, text))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not host or not re.search(r"[^\W_]", host):
        return None
    host = host.rstrip(".")
    if "xn--" in host:
        host = decode_punycode(host)
    if ":" in host:
        host = f"[{host}]"
    netloc = host + (f":{port}" if port and f":{port}" != _DEFAULT_PORTS[scheme] else "")
    path = _segments(_spelled(parts.path)) or "/"
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit((scheme, netloc, path, _query(parts.query), _spelled(fragment)))


def _query(query: str) -> str:
    if not query:
        return ""
    kept = [part for part in query.split("&") if part and not _tracks(part.partition("=")[0])]
    return _spelled("&".join(kept), safe="=&?/:;,@!$'()*+~%[]|")


@lru_cache(4_096)
def _tracks(name: str) -> bool:
    """Whether courlan's rules (AdGuard's, ClearURLs', Firefox's) or our table have this parameter as tracking.

    The rules are written for crawlers, to whom an article less is nothing: they strip whatever begins like a tracker
    (`ga`: gallery) or is called a source. So a rule must meet whole words here, and the table names words that stay.
    """
    name = unquote(name).lower()
    tracking, prefixes, staying = _table()
    if name in tracking or name.startswith(prefixes):
        return True
    begins = TRACKERS_RE.match(name)
    if begins and begins[0].endswith("_"):
        return True
    return any(TRACKERS_RE.fullmatch(word) and word not in staying for word in _WORDS.split(name))


@cache
def _table() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """Parameters that track, their prefixes, and words that may identify an article."""
    rows = read_csv(REFERENCE / "tracking_parameters.csv", ("parameter", "tracks", "of"), key="parameter")
    tracking = [row["parameter"] for row in rows if row["tracks"] == "yes"]
    return (
        frozenset(name for name in tracking if not name.endswith("*")),
        tuple(name[:-1] for name in tracking if name.endswith("*")),
        frozenset(row["parameter"] for row in rows if row["tracks"] == "no"),
    )


def _spelled(text: str, safe: str = "/:;,@!$&'()*+=~%") -> str:
    """Percent-encoding in one spelling: needless escapes undone, needed ones made, hexadecimal in capitals."""
    if "%" in text:
        text = _UNRESERVED.sub(lambda match: chr(int(match[1], 16)), text)
        text = _ESCAPE.sub(lambda match: match[0].upper(), text)
        text = _LONE.sub("%25", text)
    return quote(text.encode("utf-8", "replace"), safe=safe)


def _segments(path: str) -> str:
    """The path without its . and .. segments."""
    if "/." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if len(kept) > 1:
                kept.pop()
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
