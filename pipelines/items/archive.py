"""Archives: files of dated articles (JSON Lines), kept as documents and made into batches, one a year."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipelines import settings, tables
from pipelines.errors import InputError
from pipelines.feeds import urls
from pipelines.feeds.documents import ARCHIVE, Documents, Row
from pipelines.items import dates, identity, text
from pipelines.items.language import detected, named
from pipelines.items.normalise import aside
from pipelines.lake import Lake

VERSION = "1"
FIELDS = ("id", "published", "title", "summary", "body", "outlet", "url", "lang")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def archive_name(file: Path, name: str = "") -> str:
    """The archive's name: the given one, else the file's. Raises InputError for one that no batch can have."""
    if not name:
        stem = file.name.removesuffix(".gz").rsplit(".", 1)[0]
        name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "archive"
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no archive name: lower-case letters, digits, dash and underscore")
    return name


def keep_archive(file: Path, documents: Documents, name: str = "") -> Row:
    """Keep a file of articles (JSON Lines, also .gz) as a document; returns the log's row of this load.

    A file that is the last load of its name already is not logged again. Another file under the same name adds to
    the archive: the latest of an article's versions counts. Raises InputError for a file that cannot be read.
    """
    name = archive_name(file, name)
    try:
        content = file.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{file}: {error}") from error
    if not content.strip():
        raise InputError(f"{file} holds no line")
    document_id = documents.keep(content)
    loads = documents.loads(name)
    if known := next((load for load in loads if load["document_id"] == document_id), None):
        return known
    at = settings.now()
    row = {
        "fetch_id": identity.digest(name, document_id),
        "kind": "archive",
        "feed_id": name,
        "origin": "archive",
        "url": file.name,
        "final_url": None,
        "fetched_at": at,
        "duration_ms": 0,
        "outcome": "ok",
        "http_status": None,
        "byte_count": len(content),
        "document_id": document_id,
        "retry_after_s": None,
        "error": None,
    }
    documents.append(row, f"{ARCHIVE}{name}")
    return row


def archive_inputs(documents: Documents, name: str) -> str:
    """Fingerprint of what an archive's batches are made from."""
    return f"{documents.archive_fingerprint(name)}:{VERSION}"


def stale_archives(documents: Documents, lake: Lake) -> list[str]:
    """The archives without batches, or whose batches were made from something else."""
    made = {(record.batch.rpartition("-")[0], record.inputs) for record in lake.batches("items")}
    return [
        name
        for name in documents.archives()
        if (f"{ARCHIVE}{name}", archive_inputs(documents, name)) not in made
    ]


def build_archive_batches(documents: Documents, name: str) -> dict[str, dict[str, pa.Table]]:
    """The tables (fetches, items, quarantine) of every batch of an archive, by the batch's name.

    Batches are `archive-<name>-<year of publication>`, and `archive-<name>-undated` for articles without a usable
    date and for lines that cannot be read.
    """
    batches: dict[str, _Batch] = defaultdict(_Batch)
    for load in documents.loads(name):
        _add(load, documents.read(load["document_id"]), batches)
    return {
        f"archive-{name}-{year}": batch.tables(f"archive-{name}-{year}")
        for year, batch in sorted(batches.items())
    }


class _Batch:
    """Rows of one batch while it grows, in columns: an archive may hold a million articles."""

    def __init__(self) -> None:
        self.columns: dict[str, list] = {column: [] for column, _, _ in tables.ITEMS.columns}
        self.aside: list[Row] = []
        self.fetches: dict[str, Row] = {}

    def count(self, load: Row) -> None:
        """One more article of this load."""
        key = load["fetch_id"]
        if key not in self.fetches:
            self.fetches[key] = {k: v for k, v in load.items() if k not in ("kind",)} | {"item_count": 0}
        self.fetches[key]["item_count"] += 1

    def tables(self, batch: str) -> dict[str, pa.Table]:
        self.columns["batch"] = [batch] * len(self.columns["item_id"])
        return {
            "fetches": tables.FETCHES.from_rows(
                [
                    row | {"batch": batch, "fetch_id": identity.digest(row["fetch_id"], batch)}
                    for row in self.fetches.values()
                ]
            ),
            "items": pa.table(self.columns, schema=tables.ITEMS.schema),
            "quarantine": tables.QUARANTINE.from_rows([row | {"batch": batch} for row in self.aside]),
        }


def _add(load: Row, content: bytes, batches: dict[str, _Batch]) -> None:
    """Sort the lines of one loaded file into the batches."""
    articles: list[tuple[int, dict]] = []
    for number, line in enumerate(content.split(b"\n")):
        if not line.strip():
            continue
        article, fault = _read(line)
        if fault:
            batch = batches["undated"]
            batch.count(load)
            evidence = f"line {number + 1}: {fault}: {line[:200].decode('utf-8', 'replace')}"
            batch.aside.append(aside(load, number, "malformed", evidence))
        else:
            articles.append((number, article))
    ids = Counter(article.get("id") for _, article in articles)
    seen: dict[tuple, int] = {}
    for number, article in articles:
        _article(load, number, article, ids, seen, batches)


def _read(line: bytes) -> tuple[dict, str | None]:
    """One line as an article, or what is wrong with it."""
    try:
        found = json.loads(line)
    except ValueError as error:
        return {}, f"no JSON ({error})"
    except RecursionError:
        return {}, "no JSON (nested without end)"
    if not isinstance(found, dict):
        return {}, "no JSON object"
    for key in FIELDS:
        value = found.get(key)
        if value is not None and not isinstance(value, str):
            if key == "id" and isinstance(value, int):
                found[key] = str(value)
            else:
                return {}, f"{key} is no text"
    return found, None


def _article(
    load: Row, number: int, article: dict, ids: Counter, seen: dict[tuple, int], batches: dict[str, _Batch]
) -> None:
    fetched_at: datetime = load["fetched_at"]
    title, flags = text.plain(article.get("title") or "", "title")
    summary, more = text.plain(article.get("summary") or "", "summary")
    body, still_more = text.plain(article.get("body") or "", "body")
    flags = [*flags, *more, *still_more]
    published_at, published_flag = _published(article.get("published"), fetched_at)
    batch = batches[str(published_at.year) if published_at else "undated"]
    batch.count(load)
    if not (title or summary or body):
        batch.aside.append(aside(load, number, "empty", f"line {number + 1}: neither title nor text"))
        return
    content = identity.content_hash(title, summary, body)
    guid = article.get("id") or None
    key = (guid or article.get("url"), content)
    if key in seen:
        evidence = f"line {number + 1} repeats line {seen[key] + 1}: {title or summary}"
        batch.aside.append(aside(load, number, "duplicate", evidence))
        return
    seen[key] = number
    lang = named(article.get("lang"))
    basis = "item" if lang else None
    if not lang and (lang := detected(f"{title}\n{summary or body[:500]}".strip())):
        basis = "detected"
    url = urls.canonical(article.get("url"))
    if article.get("url") and not url:
        flags.append("address")
    columns = batch.columns
    for column, value in (
        ("item_id", identity.digest(load["fetch_id"], number)),
        ("origin", "archive"),
        ("document_id", load["document_id"]),
        ("position", number),
        ("feed_id", load["feed_id"]),
        ("outlet", article.get("outlet") or load["feed_id"]),
        ("guid", guid),
        ("is_guid_unique", guid is not None and ids[guid] == 1),
        ("url", url),
        ("title", title),
        ("summary", summary),
        ("body", body),
        ("body_flag", None),
        ("text_flag", ",".join(dict.fromkeys(flags)) or None),
        ("lang", lang),
        ("lang_basis", basis),
        ("published_at", published_at),
        ("published_flag", published_flag),
        ("updated_at", None),
        ("fetched_at", fetched_at),
        ("content_hash", content),
        ("coding_id", identity.coding_id(content, published_at, fetched_at)),
    ):
        columns[column].append(value)


def _published(value: str | None, fetched_at: datetime) -> tuple[datetime | None, str | None]:
    """As dates.published, with the short way for what archives mostly hold."""
    if value and len(value) >= 10 and value[4:5] == "-" and value[:4] > "1970":
        try:
            moment = datetime.fromisoformat(value)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
            if moment <= fetched_at:
                return moment, None
        except (ValueError, OverflowError):
            pass
    return dates.published(value, fetched_at)
