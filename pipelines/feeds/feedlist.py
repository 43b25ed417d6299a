"""The list of feeds that are read: a CSV, checked line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.coding.reference import Row, read_csv
from pipelines.errors import InputError

COLUMNS = (
    "feed_id",
    "name",
    "url",
    "language",
    "country",
    "kind",
    "outlet",
    "enabled",
    "fetch_body",
    "reason",
)
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*|")


@dataclass(frozen=True)
class Feed:
    """One feed: where it is, whose it is, and whether it is read.

    url: http(s), or `file:<folder>` (relative to the list) for a recorded feed, whose documents are replayed.
    outlet: who publishes; several feeds may share one. fetch_body: whether article pages are read too.
    reason: why the feed is disabled, in words. folder: where a recorded feed's documents lie.
    """

    feed_id: str
    name: str
    url: str
    language: str
    country: str
    kind: str
    outlet: str
    enabled: bool = True
    fetch_body: bool = False
    reason: str = ""
    folder: Path | None = None

    @property
    def is_recorded(self) -> bool:
        return self.folder is not None


def read_feeds(path: Path) -> list[Feed]:
    """The feeds of a CSV with the columns of `COLUMNS`. Raises InputError that names the file and the line."""
    if not path.is_file():
        raise InputError(f"{path}: no such list of feeds; name one with --feeds or DEMARCHE_FEEDS")
    rows = read_csv(path, COLUMNS, key="feed_id")
    feeds = [_feed(row, path.parent) for row in rows]
    first: dict[str, int] = {}
    for row, feed in zip(rows, feeds, strict=True):
        if feed.url in first:
            row.fail(f"{feed.url} is read already by line {first[feed.url]}; a feed is read once")
        first[feed.url] = row.line
    return feeds


def _feed(row: Row, base: Path) -> Feed:
    if not _ID.fullmatch(row["feed_id"]):
        row.fail(
            f"feed_id {row['feed_id']!r} may hold lower-case letters, digits, dot, dash and underscore only"
        )
    if not _LANGUAGE.fullmatch(row["language"]):
        row.fail(f"language {row['language']!r} is no ISO 639 code, such as en; leave it empty where unknown")
    enabled = _YES_NO[row.one_of("enabled", _YES_NO)]
    if not enabled and not row["reason"]:
        row.fail("a disabled feed needs its reason in column reason")
    return Feed(
        feed_id=row["feed_id"],
        name=row["name"] or row["feed_id"],
        url=row["url"],
        language=row["language"],
        country=row["country"],
        kind=row["kind"],
        outlet=row["outlet"] or row["name"] or row["feed_id"],
        enabled=enabled,
        fetch_body=_YES_NO[row.one_of("fetch_body", _YES_NO)],
        reason=row["reason"],
        folder=_folder(row, base, enabled),
    )


def _folder(row: Row, base: Path, enabled: bool) -> Path | None:
    """The folder of a recorded feed; None for one on the web. Anything else is a fault."""
    try:
        parts = urlsplit(row["url"])
        host = parts.hostname
    except ValueError as error:
        row.fail(f"url {row['url']!r} is no address ({error})")
    if parts.scheme in ("http", "https") and host:
        return None
    if parts.scheme != "file":
        row.fail(f"url {row['url']!r} is no http(s) address and no file:<folder>")
    folder = base / row["url"].removeprefix("file:")
    if enabled and not folder.is_dir():
        row.fail(f"the recorded feed's folder {folder} does not exist")
    return folder
